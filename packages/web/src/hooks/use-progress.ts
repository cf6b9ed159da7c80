import { useEffect, useState } from 'react';

import { recordSample, secondsLeft, speedOf, type Sample } from '../app/rate.ts';
import type { Progress } from '../app/view.ts';

/** Milliseconds between updates: figures that change faster can't be read, and each lays the page out. */
const UPDATE_INTERVAL = 500;

/** The part of a delivery's actor that this reads. */
interface ProgressSource {
  getSnapshot(): { readonly context: { readonly bytes: number; readonly total: number } };
}

/**
 * How far a delivery is, at most twice a second and only while something moves: the actor itself
 * changes with every piece. At rest it is read when the page is drawn.
 */
export function useProgress(source: ProgressSource, moving: boolean): Progress {
  const [sampled, setSampled] = useState<Progress>();
  useEffect(() => {
    if (!moving) return undefined;
    let samples: readonly Sample[] = [];
    const update = () => {
      const { bytes, total } = source.getSnapshot().context;
      samples = recordSample(samples, { at: performance.now(), bytes });
      const speed = speedOf(samples);
      setSampled({ bytes, total, speed, secondsLeft: secondsLeft(bytes, total, speed) });
    };
    update();
    const timer = setInterval(update, UPDATE_INTERVAL);
    return () => {
      clearInterval(timer);
      setSampled(undefined);
    };
  }, [source, moving]);

  if (moving && sampled !== undefined) return sampled;
  const { bytes, total } = source.getSnapshot().context;
  return { bytes, total, speed: undefined, secondsLeft: undefined };
}
