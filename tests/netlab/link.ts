import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { ip, sh } from './shell.ts';

const SOURCE = fileURLToPath(new URL('link.c', import.meta.url));

/** Frames that a device can hold, for bursts while the link's process waits for a core. */
const DEVICE_QUEUE = 10_000;

/** A device on a host. */
export interface End {
  readonly namespace: string;
  readonly device: string;
}

/** The properties of a long link, the same both ways. */
export interface LinkOptions {
  /** Milliseconds to the other end. */
  readonly delay: number;
  /** Percentage of lost frames; by default 0. */
  readonly loss?: number;
  /** Bytes per second, with Ethernet's headers; by default no limit. */
  readonly rate?: number;
  /** Bytes that may wait to be sent at that rate; without a rate, bytes that may be in flight. */
  readonly queue: number;
  /** The seed of the random losses. */
  readonly seed?: number;
}

/** The fate of the frames that went into one end of a link since it started. */
export interface Frames {
  readonly frames: number;
  /** The part of them that was lost at random, by `loss`. */
  readonly lost: number;
  /** The part of them that the full queue dropped. */
  readonly dropped: number;
}

export interface Link {
  /** The counts of the first and the second end. */
  count(): Promise<readonly [Frames, Frames]>;
  end(): Promise<void>;
}

/**
 * Makes two devices, joined by an emulated link (see `link.c`).
 *
 * @param folder - the folder for the compiled program.
 */
export async function startLink(
  ends: readonly [End, End],
  { delay, loss = 0, rate = 0, queue, seed = 1 }: LinkOptions,
  folder: string,
): Promise<Link> {
  const program = join(folder, 'link');
  await sh('cc', '-std=gnu11', '-O2', '-o', program, SOURCE);
  const options = Object.entries({ d: delay, l: loss, r: rate, q: queue, s: seed });
  const child = spawn(
    program,
    [
      ...options.flatMap(([name, value]) => [`-${name}`, String(value)]),
      ...ends.map(({ namespace, device }) => `${namespace}/${device}`),
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const exited = once(child, 'exit');
  // A question to a link that has ended gets no answer.
  child.stdin.on('error', () => undefined);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const { done } = await lines.next();
  if (done === true) throw new Error('the link did not come up');
  for (const { namespace, device } of ends)
    await ip(`-n ${namespace} link set ${device} txqueuelen ${DEVICE_QUEUE}`);
  return {
    async count() {
      child.stdin.write('\n');
      const { done: isGone, value } = await lines.next();
      if (isGone === true) throw new Error('the link has gone');
      return JSON.parse(value) as readonly [Frames, Frames];
    },
    async end() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
