import type { Frames, Link } from '../../netlab/link.ts';
import type { Series } from './plot.ts';

/** What has become of the frames that the sender's host put on the link, each half second of a transfer. */
export type Counts = readonly (Frames & { readonly seconds: number })[];

/** Milliseconds between two looks at the link. */
const LOOK = 500;

/** Looks at what a link does with the sender's frames while something is transferred. */
export async function watchQueue<T>(
  link: Link,
  transfer: () => Promise<T>,
): Promise<{ readonly result: T; readonly counts: Counts }> {
  const counts: (Frames & { seconds: number })[] = [];
  const began = performance.now();
  const look = async (): Promise<void> => {
    const [sent] = await link.count();
    counts.push({ seconds: (performance.now() - began) / 1000, ...sent });
  };
  await look();
  let looked = Promise.resolve();
  const timer = setInterval(() => {
    looked = looked.then(look);
  }, LOOK);
  try {
    const result = await transfer();
    await looked;
    await look();
    return { result, counts };
  } finally {
    clearInterval(timer);
    await looked;
  }
}

/** How many of 1,000 frames the link's queue had no place for. */
export function droppedOf(counts: Counts): number {
  return ratioOf(counts[0]!, counts.at(-1)!);
}

/** How many of 1,000 frames it had no place for, between each two looks, for a plot. */
export function dropsOf(name: string, counts: Counts): Series {
  const points = counts
    .slice(1)
    .map((count, at) => [count.seconds, ratioOf(counts[at]!, count)] as const);
  return { name, points };
}

function ratioOf(before: Frames, after: Frames): number {
  const frames = after.frames - before.frames;
  return frames === 0 ? 0 : (1000 * (after.dropped - before.dropped)) / frames;
}
