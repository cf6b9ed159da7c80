import { arrivedBytes } from '@burritoshare/core';
import { useEffect, useState } from 'react';

import { recordSample, secondsLeft, speedOf, type Sample } from './rate.ts';
import type { Progress } from './view.ts';

/** Milliseconds between updates. Nobody can read faster figures, and each update costs a layout of the page. */
const UPDATE_INTERVAL = 500;

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
    let samples: readonly Sample[] = [];
    const update = () => {
      const { bytes, arrived, total } = figuresOf(source);
      samples = recordSample(samples, { at: performance.now(), bytes: arrived });
      const speed = speedOf(samples);
      setSampled({ bytes, arrived, total, speed, secondsLeft: secondsLeft(arrived, total, speed) });
    };
    update();
    const timer = setInterval(update, UPDATE_INTERVAL);
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
