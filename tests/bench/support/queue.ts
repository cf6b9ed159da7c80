import type { Frames, Link } from '../../netlab/link.ts';
import type { Series } from './plot.ts';

/** The fate of the sender's frames on the link, counted each half second of a transfer. */
export type Counts = readonly (Frames & { readonly seconds: number })[];

/** Milliseconds between two readings of the link. */
const LOOK = 500;

/** Counts the fate of the sender's frames on a link during a transfer. */
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

/** Frames that the link's queue dropped, per 1,000. */
export function droppedOf(counts: Counts): number {
  return ratioOf(counts[0]!, counts.at(-1)!);
}

/** Dropped frames per 1,000 between two readings, for a plot. */
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
