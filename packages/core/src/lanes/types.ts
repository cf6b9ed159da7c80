import type { NegotiationMessage } from '../protocol/types.ts';

/** A lane besides lane 0, at the sender's end. */
export interface SenderLane {
  readonly lane: number;
  /** `retiring` sends the rest of its bytes, until the receiver reports that it has had them. */
  readonly state: 'opening' | 'open' | 'retiring';
}

/** A measurement of arriving bytes over some time. */
export interface Sample {
  /** Bytes that have arrived, on all lanes. */
  readonly bytes: number;
  readonly milliseconds: number;
  /** Bytes in flight on lanes whose queues are draining. If there are none, the path does not limit the delivery. */
  readonly inFlight: number;
  /** Milliseconds of the shortest round trip that was seen, queues included; undefined while there is none. */
  readonly roundTrip?: number | undefined;
}

export interface SenderLanesContext {
  /** Lanes that this delivery may have in total, including lane 0: 1 to LANES_MAX. */
  readonly allowance: number;
  /** Lanes that leave enough of the path to others, including lane 0: 1 to LANES_MAX. */
  readonly polite: number;
  readonly lanes: readonly SenderLane[];
  /** The number of the next lane. No number is used twice in a generation. */
  readonly next: number;
  /** Bytes a second before the last step; undefined before the first one. */
  readonly before: number | undefined;
  /** The lanes of the last step. */
  readonly added: readonly number[];
  /** Bytes a second in each sample since the last step. None showed enough growth. */
  readonly rates: readonly number[];
  /** Bytes a second with the lanes of the last step, which showed no gain and were closed. */
  readonly more: number | undefined;
  /** Milliseconds to wait before another step. */
  readonly patience: number;
  /** The outflow's cap in bytes a second, at least 1; undefined for no cap. */
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
  /** The outflow hands nothing more to channels, so no progress can come. */
  | { readonly type: 'flow.paused' }
  | { readonly type: 'flow.resumed' }
  | { readonly type: 'allowance.changed'; readonly allowance: number }
  /** So many lanes, including lane 0, leave enough of the path to others. */
  | { readonly type: 'manners.changed'; readonly lanes: number }
  /** A new cap for the outflow, in bytes a second; undefined for no cap. */
  | { readonly type: 'rate.changed'; readonly bytesPerSecond: number | undefined }
  /** The path has changed, so samples from before say nothing. */
  | { readonly type: 'path.changed' }
  | { readonly type: 'lanes.stopped' };

export type SenderLanesCommand =
  /** Make a connection with a bulk channel, and offer it. */
  | { readonly type: 'lane.open'; readonly lane: number }
  /** The outflow may use the lane. */
  | { readonly type: 'lane.use'; readonly lane: number }
  /** The outflow must stop using the lane. */
  | { readonly type: 'lane.retire'; readonly lane: number }
  /** The outflow has lost the lane. */
  | { readonly type: 'lane.lose'; readonly lane: number }
  /** Tell the receiver `lane.close` for a lane that the outflow never had. */
  | { readonly type: 'lane.withdraw'; readonly lane: number }
  | { readonly type: 'lane.receive'; readonly lane: number; readonly message: NegotiationMessage }
  /** Close its connection. */
  | { readonly type: 'lane.shut'; readonly lane: number }
  /** Start to count bytes that arrive. */
  | { readonly type: 'sample.start' }
  /** Answer `sample.taken`. */
  | { readonly type: 'sample.take' }
  /** The receiver broke the rules. */
  | { readonly type: 'lanes.failed' };

export interface ReceiverLanesContext {
  readonly lanes: readonly number[];
  /** Those of them that the sender has closed, and whose chunks are still awaited. */
  readonly closing: readonly number[];
  /** The highest number of a lane in this generation. */
  readonly last: number;
}

export type ReceiverLanesEvent =
  | {
      readonly type: 'lane.message.received';
      readonly lane: number;
      readonly message: NegotiationMessage;
    }
  /** The sender has stopped using the lane: that many chunks come from it in total (SPEC.md, W3). */
  | { readonly type: 'lane.close.received'; readonly lane: number; readonly chunks: number }
  /** The chunks that `chunks.await` asked for have come; `chunks` is their total number. */
  | { readonly type: 'chunks.taken'; readonly lane: number; readonly chunks: number }
  /** Its connection can't be made, or is gone, after that many chunks. */
  | { readonly type: 'lane.failed'; readonly lane: number; readonly chunks: number }
  | { readonly type: 'lanes.stopped' };

export type ReceiverLanesCommand =
  /** Make a connection with a bulk channel, for the offer that follows. */
  | { readonly type: 'lane.join'; readonly lane: number }
  | { readonly type: 'lane.receive'; readonly lane: number; readonly message: NegotiationMessage }
  /** Answer `chunks.taken` once that many chunks have come from the lane, which may be now. */
  | { readonly type: 'chunks.await'; readonly lane: number; readonly chunks: number }
  /** Close its connection; drop what still comes. */
  | { readonly type: 'lane.shut'; readonly lane: number }
  /** Tell the sender `lane.closed`. */
  | { readonly type: 'closed.send'; readonly lane: number; readonly chunks: number }
  /** The sender broke the rules. */
  | { readonly type: 'lanes.failed' };
