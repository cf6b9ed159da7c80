import type { ChannelReport, ChannelRequest, Engine, EngineFailure } from './engine.ts';

/** Handlers for what happens to a bulk channel, in whichever engine it lives. */
export interface BulkHandlers {
  opened(): void;
  /** The channel is gone for good, after `chunks` chunks have come from it. */
  closed(chunks: number): void;
  /** The engine is gone, and the channel with it; the path may be fine. Without this handler, `closed` is called. */
  orphaned?(): void;
  /** `chunks` chunks have come from the channel, at least as many as were awaited. */
  taken?(chunks: number): void;
}

/** A bulk channel that lives in an engine. */
export interface BulkChannel {
  readonly number: number;
  /** Asks for a call of `taken` once so many chunks have come from it, which may be now. */
  awaitChunks(chunks: number): void;
  /** Takes no more from it; `closed` is called. */
  close(): void;
  /** No handler is called any more. */
  release(): void;
}

/** Gives a channel that has just been made, in the same turn, to an engine. */
export type AdoptBulk = (bulk: RTCDataChannel, handlers: BulkHandlers) => BulkChannel;

export interface EnginePairOptions<E> {
  readonly openLocal: () => E;
  /** Undefined where engines can run on this thread only. */
  readonly openWorker: (() => E) | undefined;
  /** Data has come that nothing asked for, or that breaks the rules of the bulk channel. */
  readonly misbehaved: () => void;
}

/** The engines of one delivery: one on this thread, and one elsewhere where channels can be moved there. */
export interface EnginePair<E> {
  readonly adopt: AdoptBulk;
  /** The engine that a channel lives in; undefined once the channel is gone. */
  engineOf(channel: BulkChannel): E | undefined;
  /** Handles an engine's report about a channel, or about its own failure. */
  hear(report: ChannelReport | EngineFailure): void;
  /** Lets go of everything. */
  end(): void;
}

interface Place<E> {
  readonly engine: E;
  readonly handlers: BulkHandlers;
}

export function createEnginePair<E extends Engine<ChannelRequest>>({
  openLocal,
  openWorker,
  misbehaved,
}: EnginePairOptions<E>): EnginePair<E> {
  const places = new Map<number, Place<E>>();
  let last = 0;
  let local: E | undefined;
  // Undefined for good once a channel couldn't be moved there, or the worker has failed.
  let worker = openWorker?.();

  const tryWorker = (channel: number, bulk: RTCDataChannel): E | undefined => {
    try {
      worker?.handle({ type: 'channel.adopt', channel, bulk });
    } catch {
      worker?.handle({ type: 'engine.end' });
      worker = undefined;
    }
    return worker;
  };

  const take = (channel: number, report: (handlers: BulkHandlers) => void): void => {
    const place = places.get(channel);
    if (place !== undefined) report(place.handlers);
  };

  const lose = (channel: number, tell: (handlers: BulkHandlers) => void): void => {
    take(channel, (handlers) => {
      places.delete(channel);
      tell(handlers);
    });
  };

  const loseWorker = (): void => {
    const lost = worker;
    worker = undefined;
    // Lane 0's channel is the oldest, so it comes first. Its loss ends the generation: the others' frames don't count.
    for (const [channel, { engine }] of places)
      if (engine === lost)
        lose(channel, (handlers) => {
          if (handlers.orphaned === undefined) handlers.closed(0);
          else handlers.orphaned();
        });
  };

  return {
    adopt(bulk, handlers) {
      const number = ++last;
      // A local engine may report while it adopts, so it adopts once the channel is registered here.
      const moved = tryWorker(number, bulk);
      const engine = moved ?? (local ??= openLocal());
      places.set(number, { engine, handlers });
      if (moved === undefined) engine.handle({ type: 'channel.adopt', channel: number, bulk });
      const ask = (request: ChannelRequest): void => {
        if (places.has(number)) engine.handle(request);
      };
      return {
        number,
        awaitChunks: (chunks) => {
          ask({ type: 'chunks.await', channel: number, chunks });
        },
        close: () => {
          ask({ type: 'channel.close', channel: number });
        },
        release: () => {
          ask({ type: 'channel.release', channel: number });
          places.delete(number);
        },
      };
    },
    engineOf: ({ number }) => places.get(number)?.engine,
    hear(report) {
      switch (report.type) {
        case 'channel.opened':
          return take(report.channel, (handlers) => {
            handlers.opened();
          });
        case 'chunks.taken':
          return take(report.channel, (handlers) => handlers.taken?.(report.chunks));
        case 'channel.closed':
          return lose(report.channel, (handlers) => {
            handlers.closed(report.chunks);
          });
        // `take` ignores released channels, whose data was still on its way to an ended flow.
        case 'bulk.received':
          return take(report.channel, misbehaved);
        case 'engine.failed':
          return loseWorker();
        default:
          return;
      }
    },
    end() {
      local?.handle({ type: 'engine.end' });
      worker?.handle({ type: 'engine.end' });
      worker = undefined;
      places.clear();
    },
  };
}
