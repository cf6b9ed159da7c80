import type { PlatformError } from '../storage/ports.ts';
import type { WebDataChannel } from '../web-types.ts';

/**
 * Holds bulk channels and runs the flow that uses them, on this thread or in a worker that channels are transferred
 * to. Requests and reports are data, so that the same code runs in both places.
 */
export interface Engine<Request> {
  /** @throws DataCloneError DOMException for `channel.adopt` where channels can't be transferred; nothing has happened then. */
  handle(request: Request): void;
}

/** Opens an engine, which reports until `engine.end`. */
export type OpenEngine<Request, Report> = (
  report: (report: Report | EngineFailure) => void,
) => Engine<Request>;

/** The engine is gone, with all that it held. */
export interface EngineFailure {
  readonly type: 'engine.failed';
}

/** Requests about bulk channels. Each channel has a number that is used once. */
export type ChannelRequest =
  /** Take over a channel that has just been made. */
  | { readonly type: 'channel.adopt'; readonly channel: number; readonly bulk: WebDataChannel }
  /** Answer `chunks.taken` once `chunks` chunks have come from it, which may be now. */
  | { readonly type: 'chunks.await'; readonly channel: number; readonly chunks: number }
  /** Take no more from it, and answer `channel.closed`. */
  | { readonly type: 'channel.close'; readonly channel: number }
  /** Take no more from it, and report nothing more of it. */
  | { readonly type: 'channel.release'; readonly channel: number }
  /** Let go of everything. */
  | { readonly type: 'engine.end' };

export type ChannelReport =
  | { readonly type: 'channel.opened'; readonly channel: number }
  /** It is gone for good, or was closed, after `chunks` chunks had come from it. */
  | { readonly type: 'channel.closed'; readonly channel: number; readonly chunks: number }
  | { readonly type: 'chunks.taken'; readonly channel: number; readonly chunks: number }
  /** Data has come from it that nothing asked for, or that breaks the rules of the bulk channel. */
  | { readonly type: 'bulk.received'; readonly channel: number };

/** Milliseconds between two reports of what has arrived: as often as figures on a page may change. */
export const ARRIVAL_INTERVAL = 250;

/** The bytes that have arrived so far, counted chunk by chunk, and those that were held when the flow began. */
export interface FlowArrival {
  readonly type: 'flow.arrived';
  readonly flow: number;
  readonly bytes: number;
}

/** A flow's machine threw, or a step that it depends on failed. */
export interface FlowFailure {
  readonly type: 'flow.failed';
  readonly flow: number;
  readonly code: PlatformError['code'];
}
