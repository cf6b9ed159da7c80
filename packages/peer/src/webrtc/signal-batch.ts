import {
  LANE_SIGNALS_DELAY,
  packLaneSignals,
  type ControlMessage,
  type LaneSignal,
} from '@burritoshare/core';
import type { Clock } from '../runtime.ts';

/** The signals of further lanes that wait for others, so that they travel in few messages (SPEC.md, W1). */
export interface SignalBatch {
  add(signals: readonly LaneSignal[]): void;
  /** Says at once what waits. */
  flush(): void;
  /** Forgets what waits. */
  drop(): void;
}

export function createSignalBatch(
  clock: Clock,
  say: (message: ControlMessage) => void,
): SignalBatch {
  let waiting: readonly LaneSignal[] = [];
  let timer: unknown;

  const drop = (): void => {
    clock.clearTimeout(timer);
    waiting = [];
  };

  const flush = (): void => {
    const signals = waiting;
    drop();
    for (const message of packLaneSignals(signals)) say(message);
  };

  return {
    add(signals) {
      if (waiting.length === 0) timer = clock.setTimeout(flush, LANE_SIGNALS_DELAY);
      waiting = [...waiting, ...signals];
    },
    flush,
    drop,
  };
}
