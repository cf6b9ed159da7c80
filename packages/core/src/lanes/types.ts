import type { NegotiationMessage } from '../protocol/types.ts';

/** A lane besides lane 0, at the sender's end. */
export interface SenderLane {
  readonly lane: number;
  /** `retiring` sends what it has, until the receiver says that it has had it. */
  readonly state: 'opening' | 'open' | 'retiring';
}

/** What the bytes that arrive look like over some time. */
export interface Sample {
  /** Bytes that have arrived, on all lanes. */
  readonly bytes: number;
  readonly milliseconds: number;
  /** Bytes in flight on lanes that wait for fewer. With none the path is not what holds the delivery up. */
  readonly inFlight: number;
}

export interface SenderLanesContext {
  /** Lanes in all that this delivery may have, lane 0 counted: 1 to LANES_MAX. */
  readonly allowance: number;
  readonly lanes: readonly SenderLane[];
  /** The number of the next lane: none is used twice in a generation. */
  readonly next: number;
  /** Bytes in a second before the last step; undefined before the first one. */
  readonly before: number | undefined;
  /** The lanes of the last step. */
  readonly added: readonly number[];
  /** Bytes a second in the samples since the last step, none of which showed enough. */
  readonly rates: readonly number[];
  /** Bytes a second with the lanes of the last step that showed nothing and was closed. */
  readonly more: number | undefined;
  /** Milliseconds until it is worth another step. */
  readonly patience: number;
  /** Bytes a second that the outflow hands over at most, at least 1; undefined for no cap. */
  readonly bytesPerSecond: number | undefined;
}

export type SenderLanesEvent =
  /** The receiver has accepted: bytes move. */
  | { readonly type: 'lanes.started' }
  | ({ readonly type: 'sample.taken' } & Sample)
  /** Its channel is open at this end. */
  | { readonly type: 'lane.opened'; readonly lane: number }
  /** Its connection can't be made, or is gone. */
  | { readonly type: 'lane.failed'; readonly lane: number }
  /** The receiver takes nothing more from it (SPEC.md, W4). */
  | { readonly type: 'lane.closed'; readonly lane: number }
  | {
      readonly type: 'lane.message.received';
      readonly lane: number;
      readonly message: NegotiationMessage;
    }
  /** The receiver has stored something. */
  | { readonly type: 'progress.made' }
  /** Nothing is handed to a channel from now on, and so nothing comes of it. */
  | { readonly type: 'flow.paused' }
  | { readonly type: 'flow.resumed' }
  | { readonly type: 'allowance.changed'; readonly allowance: number }
  /** From now on the outflow hands over so many bytes a second at most; undefined for no cap. */
  | { readonly type: 'rate.changed'; readonly bytesPerSecond: number | undefined }
  /** What was measured belongs to another path. */
  | { readonly type: 'path.changed' }
  | { readonly type: 'lanes.stopped' };

export type SenderLanesCommand =
  /** Make a connection with a bulk channel, and offer it. */
  | { readonly type: 'lane.open'; readonly lane: number }
  /** The outflow may use it. */
  | { readonly type: 'lane.use'; readonly lane: number }
  /** The outflow is to use it no more. */
  | { readonly type: 'lane.retire'; readonly lane: number }
  /** The outflow has lost it. */
  | { readonly type: 'lane.lose'; readonly lane: number }
  /** Tell the receiver `lane.close` of a lane that the outflow never had. */
  | { readonly type: 'lane.withdraw'; readonly lane: number }
  | { readonly type: 'lane.receive'; readonly lane: number; readonly message: NegotiationMessage }
  /** Close its connection. */
  | { readonly type: 'lane.shut'; readonly lane: number }
  /** Begin to count what arrives. */
  | { readonly type: 'sample.start' }
  /** Answer `sample.taken`. */
  | { readonly type: 'sample.take' }
  /** The receiver broke the rules. */
  | { readonly type: 'lanes.failed' };

export interface ReceiverLanesContext {
  readonly lanes: readonly number[];
  /** The highest number that there has been in this generation. */
  readonly last: number;
}

export type ReceiverLanesEvent =
  | {
      readonly type: 'lane.message.received';
      readonly lane: number;
      readonly message: NegotiationMessage;
    }
  /** The sender uses the lane no more: so many frames come from it (SPEC.md, W3). */
  | { readonly type: 'lane.close.received'; readonly lane: number; readonly frames: number }
  /** Those that `frames.await` asked for have come; `frames` is how many there were in all. */
  | { readonly type: 'frames.taken'; readonly lane: number; readonly frames: number }
  /** Its connection can't be made, or is gone, after so many frames. */
  | { readonly type: 'lane.failed'; readonly lane: number; readonly frames: number }
  | { readonly type: 'lanes.stopped' };

export type ReceiverLanesCommand =
  /** Make a connection with a bulk channel, for the offer that follows. */
  | { readonly type: 'lane.join'; readonly lane: number }
  | { readonly type: 'lane.receive'; readonly lane: number; readonly message: NegotiationMessage }
  /** Answer `frames.taken` once so many frames have come from it, which may be now. */
  | { readonly type: 'frames.await'; readonly lane: number; readonly frames: number }
  /** Close its connection; nothing that still comes is taken. */
  | { readonly type: 'lane.shut'; readonly lane: number }
  /** Tell the sender `lane.closed`. */
  | { readonly type: 'closed.send'; readonly lane: number; readonly frames: number }
  /** The sender broke the rules. */
  | { readonly type: 'lanes.failed' };
