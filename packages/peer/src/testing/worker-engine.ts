import type { Random } from '@burritoshare/core/testing';
import type { ChannelRequest, Engine, EngineFailure, OpenEngine } from '../engines/engine.ts';
import type { Clock } from '../runtime.ts';

export interface WorkerEngine<Request, Report> {
  readonly open: OpenEngine<Request, Report>;
  /** The engine is gone, like a worker whose script threw. */
  fail(): void;
}

/** Milliseconds at most for which the receiving thread is busy with something else. */
const BUSY_MAX = 60;

/** Milliseconds at most for which that thread stands still, because its machine is busy or slept. */
const STANDING_MAX = 5_000;

/** Runs work later, in the order in which it was posted. */
type Line = (work: () => void) => void;

/**
 * Puts an engine where only messages reach it, as in a worker: in order, later, and as copies. Other things
 * happen between two messages that were posted in one turn.
 *
 * @param openEngine - makes the engine.
 * @param clock - schedules the messages.
 */
export function createWorkerEngine<
  Request extends { readonly type: string } | ChannelRequest,
  Report extends { readonly type: string },
>(
  openEngine: (report: (report: Report) => void) => Engine<Request>,
  clock: Pick<Clock, 'setTimeout'>,
  random: Random,
): WorkerEngine<Request, Report> {
  const failing: (() => void)[] = [];
  return {
    open(report) {
      let state: 'alive' | 'gone' = 'alive';
      const back = createLine(clock, random);
      const forth = createLine(clock, random);
      const tell = (message: Report | EngineFailure): void => {
        back(() => {
          report(message);
        });
      };
      const engine = openEngine((message) => {
        if (state === 'alive') tell(structuredClone(message));
      });
      failing.push(() => {
        if (state === 'gone') return;
        // Releases what the engine holds of the platform.
        engine.handle({ type: 'engine.end' } as Request);
        state = 'gone';
        tell({ type: 'engine.failed' });
      });
      return {
        handle(request) {
          const message = isPlain(request) ? structuredClone(request) : request;
          const unpack = request.type === 'channel.adopt' ? pack(request as Adoption) : undefined;
          forth(() => {
            if (state === 'alive') engine.handle(message);
            unpack?.();
            if (request.type === 'engine.end') state = 'gone';
          });
        },
      };
    },
    fail() {
      for (const lose of failing) lose();
    },
  };
}

function createLine(clock: Pick<Clock, 'setTimeout'>, random: Random): Line {
  const posted: (() => void)[] = [];
  const hearNext = (): void => {
    posted[0]?.();
    posted.shift();
    if (posted.length > 0) wait();
  };
  const wait = (): void => {
    clock.setTimeout(hearNext, drawDelay(random));
  };
  return (work) => {
    posted.push(work);
    if (posted.length === 1) wait();
  };
}

function drawDelay(random: Random): number {
  if (!random.chance(0.1)) return 0;
  return random.below(random.chance(0.02) ? STANDING_MAX : BUSY_MAX);
}

type Adoption = Extract<ChannelRequest, { type: 'channel.adopt' }>;

// The browser keeps messages that come while a channel is on its way, and delivers them there in the form that is
// wanted there.
function pack({ bulk }: Adoption): () => void {
  const early: MessageEvent[] = [];
  const keep = (event: MessageEvent): void => {
    early.push(event);
  };
  bulk.binaryType = 'arraybuffer';
  bulk.onmessage = keep;
  return () => {
    if (bulk.onmessage === keep) bulk.onmessage = () => undefined;
    for (const event of early) bulk.onmessage?.(event);
  };
}

// Channels are transferred, and a source or sink stands for one at the engine's place; the rest is copied.
function isPlain({ type }: { readonly type: string }): boolean {
  return type !== 'channel.adopt' && type !== 'flow.start';
}
