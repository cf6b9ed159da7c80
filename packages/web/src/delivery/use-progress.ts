import { arrivedBytes } from '@burritoshare/core';
import { useEffect, useState } from 'react';

import { recordSample, secondsLeft, type Rate } from './rate.ts';
import type { Progress } from './view.ts';

/** Milliseconds between looks at what has arrived: often enough for a speed within a second. */
const LOOK_INTERVAL = 250;

/**
 * Looks for each update of the page. Nobody can read figures that change more than twice a second, and each update
 * costs a layout of the page.
 */
const LOOKS_PER_UPDATE = 2;

/** The part of a delivery's actor that this reads. */
interface ProgressSource {
  getSnapshot(): {
    readonly context: { readonly bytes: number; readonly arrived: number; readonly total: number };
  };
}

/**
 * The progress of a delivery, updated at most twice a second and only while it moves, since the actor changes with
 * every piece. At rest, each render reads it.
 */
export function useProgress(source: ProgressSource, moving: boolean): Progress {
  const [sampled, setSampled] = useState<Progress>();
  useEffect(() => {
    if (!moving) return undefined;
    let rate: Rate | undefined;
    let left: number | undefined;
    let looks = 0;
    const look = () => {
      const { bytes, arrived, total } = figuresOf(source);
      rate = recordSample(rate, { at: performance.now(), bytes: arrived });
      looks += 1;
      if (looks % LOOKS_PER_UPDATE !== 1) return;
      const { speed } = rate;
      left = secondsLeft(arrived, total, speed, left);
      setSampled({ bytes, arrived, total, speed, secondsLeft: left });
    };
    look();
    const timer = setInterval(look, LOOK_INTERVAL);
    return () => {
      clearInterval(timer);
      setSampled(undefined);
    };
  }, [source, moving]);

  if (moving && sampled !== undefined) return sampled;
  return { ...figuresOf(source), speed: undefined, secondsLeft: undefined };
}

function figuresOf(source: ProgressSource): Pick<Progress, 'bytes' | 'arrived' | 'total'> {
  const { context } = source.getSnapshot();
  return { bytes: context.bytes, arrived: arrivedBytes(context), total: context.total };
}
