import type { Path } from '@burritoshare/core';

import type { Clock } from '../runtime.ts';
import type { SeenPath } from './path.ts';

/**
 * Milliseconds to wait before each further look at a path whose remote end may still be named. The name comes through
 * the signaling server and mDNS, both on busy processors at times; after the last look the path is told as it is.
 */
const LOOK_AGAIN = [250, 500, 1000, 2000, 4000] as const;

export interface PathWatch {
  /** The path was found, or is another one now. */
  look(): void;
  /** Forgets the path. Nothing more is told of it. */
  stop(): void;
}

/** Tells of the newest path once it is certain what connects the two ends. No browser says when that is. */
export function createPathWatch(
  clock: Clock,
  see: () => Promise<SeenPath | undefined>,
  tell: (path: Path) => void,
): PathWatch {
  let timer: unknown;
  let newest = 0;

  const stop = (): void => {
    newest += 1;
    clock.clearTimeout(timer);
  };

  const lookFor = async (asked: number, [wait, ...waits]: readonly number[]): Promise<void> => {
    const seen = await see();
    if (asked !== newest || seen === undefined) return;
    if (seen.isCertain || wait === undefined) return tell(seen.path);
    timer = clock.setTimeout(() => void lookFor(asked, waits), wait);
  };

  return {
    look() {
      stop();
      void lookFor(newest, LOOK_AGAIN);
    },
    stop,
  };
}
