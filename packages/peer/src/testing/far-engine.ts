import type { ChannelRequest, Engine, EngineFailure, OpenEngine } from '../engine.ts';

export interface FarEngine<Request, Report> {
  readonly open: OpenEngine<Request, Report>;
  /** It is gone, as a worker is whose script threw. */
  fail(): void;
}

/**
 * Puts an engine where only messages come, as one in a worker is: in order, later, and as copies.
 *
 * @param openEngine - makes what is there.
 * @param later - calls back in a later turn, and in the order in which it was asked to.
 */
export function createFarEngine<
  Request extends { readonly type: string } | ChannelRequest,
  Report extends { readonly type: string },
>(
  openEngine: (report: (report: Report) => void) => Engine<Request>,
  later: (work: () => void) => void,
): FarEngine<Request, Report> {
  const failing: (() => void)[] = [];
  return {
    open(report) {
      let state: 'alive' | 'gone' = 'alive';
      const tell = (message: Report | EngineFailure): void => {
        later(() => {
          report(message);
        });
      };
      const engine = openEngine((message) => {
        if (state === 'alive') tell(structuredClone(message));
      });
      failing.push(() => {
        if (state === 'gone') return;
        // What it holds of the platform goes with it.
        engine.handle({ type: 'engine.end' } as Request);
        state = 'gone';
        tell({ type: 'engine.failed' });
      });
      return {
        handle(request) {
          const message = isPlain(request) ? structuredClone(request) : request;
          later(() => {
            if (state === 'alive') engine.handle(message);
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

// Channels are transferred, and a source or a sink stands for what is there: the rest is copied.
function isPlain({ type }: { readonly type: string }): boolean {
  return type !== 'channel.adopt' && type !== 'flow.start';
}
