import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import type { Host, Lab } from '../../netlab/lab.ts';
import { ip } from '../../netlab/shell.ts';
import type { Moment } from './moments.ts';

const END = fileURLToPath(new URL('tcp-end.mjs', import.meta.url));

/** Whether this kernel has a congestion control. A module that is not loaded doesn't count. */
export function hasTcp(algorithm: string): boolean {
  const all = readFileSync('/proc/sys/net/ipv4/tcp_available_congestion_control', 'utf8');
  return all.trim().split(' ').includes(algorithm);
}

/**
 * Sends zeros over one TCP connection from the sender's host to the receiver's for this many seconds. The kernel
 * chooses the buffers.
 */
export async function transferByTcp(
  { sender, receiver }: Lab,
  algorithm: string,
  seconds: number,
): Promise<readonly Moment[]> {
  // Set it on the route: Node can't choose it for a socket, and a namespace's default may only be one that the machine
  // allows to everyone.
  const route = `${receiver.address} dev eth0 congctl ${algorithm}`;
  await ip(`-n ${sender.namespace} route replace ${route}`);
  const server = startEnd(receiver, 'receive', receiver.address, String(seconds));
  await once(server.stderr!, 'data');
  const client = startEnd(sender, 'send', receiver.address);
  const left = once(client, 'exit');
  const moments = JSON.parse(await text(server.stdout!)) as readonly Moment[];
  await left;
  await ip(`-n ${sender.namespace} route del ${route}`);
  return moments;
}

function startEnd(host: Host, ...args: readonly string[]): ChildProcess {
  return spawn('ip', ['netns', 'exec', host.namespace, process.execPath, END, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
