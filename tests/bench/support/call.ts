import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import type { Host, Lab } from '../../netlab/lab.ts';

const END = fileURLToPath(new URL('call-end.mjs', import.meta.url));

/** One datagram of a call, and its echo. */
export interface Round {
  /** Milliseconds since the call began. */
  readonly at: number;
  /** Milliseconds until its echo; undefined if it was lost. */
  readonly milliseconds?: number;
}

/** A flow of 50 small datagrams a second between a lab's outer hosts, like a call's. */
export interface Call {
  /** Hangs up, and returns what was measured. */
  end(): Promise<readonly Round[]>;
}

export async function startCall({ sender, receiver }: Lab): Promise<Call> {
  const echo = startEnd(receiver, 'echo', receiver.address);
  await once(echo.stderr!, 'data');
  const caller = startEnd(sender, 'call', receiver.address);
  return {
    async end() {
      caller.stdin!.write('\n');
      const rounds = JSON.parse(await text(caller.stdout!)) as readonly Round[];
      echo.kill();
      return rounds;
    },
  };
}

/**
 * Milliseconds within which this part of a call's datagrams came back. A lost one counts as one that never did.
 *
 * @param part - 0 to 1.
 */
export function percentile(rounds: readonly Round[], part: number): number {
  const sorted = rounds
    .map(({ milliseconds }) => milliseconds ?? Infinity)
    .toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!;
}

function startEnd(host: Host, ...args: readonly string[]): ChildProcess {
  return spawn('ip', ['netns', 'exec', host.namespace, process.execPath, END, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}
