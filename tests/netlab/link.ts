import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { ip, sh } from './shell.ts';

const SOURCE = fileURLToPath(new URL('link.c', import.meta.url));

/** Frames that a device holds until the link takes them: what comes at once while it has no core to run on. */
const DEVICE_QUEUE = 10_000;

/** A device on a host. */
export interface End {
  readonly namespace: string;
  readonly device: string;
}

/** What a long way does to what goes over it; the same both ways. */
export interface LinkOptions {
  /** Milliseconds to the other end. */
  readonly delay: number;
  /** Percent of the frames that are lost; none unless given. */
  readonly loss?: number;
  /** Bytes in a second, Ethernet's headers included; no limit unless given. */
  readonly rate?: number;
  /** Bytes that may wait to be sent at that rate, or be under way where there is none. */
  readonly queue: number;
  /** Of the draw of what is lost. */
  readonly seed?: number;
}

/** What has become of the frames that went into one end of a link since it began. */
export interface Frames {
  readonly frames: number;
  /** Of them, those that were lost by chance, as the link was told to. */
  readonly lost: number;
  /** Of them, those for which its queue had no place. */
  readonly dropped: number;
}

export interface Link {
  /** Of the first end, and of the second. */
  count(): Promise<readonly [Frames, Frames]>;
  end(): Promise<void>;
}

/**
 * Makes two devices that are joined by an emulated link (see `link.c`).
 *
 * @param folder - where the program is put.
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
  // Whoever asks a link that has gone finds no answer.
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
