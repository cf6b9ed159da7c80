// Builds separate hosts on one machine: network namespaces, joined by a bridge in a namespace in the middle. Everything
// is removed with the lab. Nothing outside of these namespaces is changed.

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { startLink, type End, type Link, type LinkOptions } from './link.ts';
import { ip, sh } from './shell.ts';

/** One machine of the lab. */
export interface Host {
  readonly namespace: string;
  /** Its address in the lab. */
  readonly address: string;
  /** Unplugs the host, or plugs it in again. */
  setLink(state: 'up' | 'down'): Promise<void>;
  /** Takes another address without notice. */
  moveTo(address: string): Promise<void>;
  /** Counts of its sockets' datagrams since the lab was built. */
  datagrams(): Promise<Datagrams>;
  /** The processes that run on it. */
  pids(): Promise<readonly number[]>;
  /** Sends a signal to all of them. */
  signal(signal: NodeJS.Signals): Promise<void>;
  /** The path of a program that starts the given one on this host, to launch a browser. */
  launcher(program: string): Promise<string>;
}

export interface Datagrams {
  /** Datagrams that a program got. */
  readonly received: number;
  /** Datagrams that were lost because the program had not read and its socket was full. */
  readonly overflowed: number;
}

/**
 * How a router translates addresses. `ordinary` uses one port for all remote hosts, so that two sides that send at the
 * same time get through. `symmetric` draws another port for each.
 */
export type Nat = 'ordinary' | 'symmetric';

export interface Lab {
  /** The host of the server, which is the other hosts' gateway. */
  readonly middle: Host;
  readonly sender: Host;
  readonly receiver: Host;
  /** The long link, if there is one. The sender is at its first end. */
  readonly link: Link | undefined;
  dispose(): Promise<void>;
}

const MASK = 24;

let labs = 0;

interface LabOptions {
  /** The rate of both outer hosts' cables, each way, as `tc` spells it (`40mbit`). No limit if undefined. */
  readonly rate?: string | undefined;
  /** Puts a long link instead of a cable between the sender's side and everyone else. */
  readonly link?: LinkOptions | undefined;
  /** Puts each of the two outer hosts behind a router of its own. */
  readonly nat?: Nat | undefined;
}

/** Builds a lab. Needs root and network namespaces, and a C compiler for a link. */
export async function createLab({ rate, link: long, nat }: LabOptions): Promise<Lab> {
  const id = `bs${process.pid % 10_000}n${++labs}`;
  const folder = await mkdtemp(join(tmpdir(), 'burritoshare-lab-'));
  const name = (host: string): string => `${id}${host}`;
  const hosts: Host[] = [];
  let link: Link | undefined;
  const dispose = async (): Promise<void> => {
    await link?.end();
    for (const host of hosts) {
      await host.signal('SIGKILL');
      await ip(`netns del ${host.namespace}`);
    }
    await rm(folder, { recursive: true, force: true });
  };
  const addHost = async (host: string, address: string): Promise<Host> => {
    await ip(`netns add ${name(host)}`);
    // A browser that gets a link-local address a second after its start breaks off what it is loading.
    await ip(`netns exec ${name(host)} sysctl -qw net.ipv6.conf.default.disable_ipv6=1`);
    await ip(`-n ${name(host)} link set lo up`);
    const made = createHost({ namespace: name(host), address, middle: name('m'), folder });
    hosts.push(made);
    return made;
  };
  try {
    const middle = await addHost('m', '10.77.0.1');
    await ip(`-n ${middle.namespace} link add bridge type bridge`);
    await ip(`-n ${middle.namespace} addr add ${middle.address}/${MASK} dev bridge`);
    await ip(`-n ${middle.namespace} link set bridge up`);
    const sender = await addHost('s', nat === undefined ? '10.77.0.2' : '10.78.1.2');
    const receiver = await addHost('r', nat === undefined ? '10.77.0.3' : '10.78.2.2');
    const near = nat === undefined ? sender : await addHost('a', '10.77.0.11');
    const far = nat === undefined ? receiver : await addHost('b', '10.77.0.12');
    const way = (host: Host): [End, End] => [
      { namespace: host.namespace, device: 'eth0' },
      { namespace: middle.namespace, device: portOf(host.namespace) },
    ];
    if (long === undefined) await layCable(way(near), rate);
    else link = await startLink(way(near), long, folder);
    await layCable(way(far), rate);
    for (const host of [near, far]) await plugIn(host, middle);
    if (nat !== undefined) {
      await hideBehind(sender, near, nat);
      await hideBehind(receiver, far, nat);
    }
    return { middle, sender, receiver, link, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function layCable(ends: readonly [End, End], rate: string | undefined): Promise<void> {
  const [end, other] = ends;
  await ip(
    `link add ${end.device} netns ${end.namespace} type veth peer name ${other.device} netns ${other.namespace}`,
  );
  if (rate === undefined) return;
  for (const { namespace, device } of ends) {
    const shape = `qdisc replace dev ${device} root tbf rate ${rate} burst 64kb latency 50ms`;
    await sh('tc', '-n', namespace, ...shape.split(' '));
  }
}

// Connects a host to the middle, once the cable or the link between them exists.
async function plugIn(host: Host, middle: Host): Promise<void> {
  await ip(`-n ${middle.namespace} link set ${portOf(host.namespace)} master bridge up`);
  await ip(`-n ${host.namespace} addr add ${host.address}/${MASK} dev eth0`);
  await ip(`-n ${host.namespace} link set eth0 up`);
  await ip(`-n ${host.namespace} route add default via ${middle.address}`);
}

// Gives a host a network of its own behind a router.
async function hideBehind(host: Host, router: Host, nat: Nat): Promise<void> {
  const inside = host.address.replace(/\d+$/, '1');
  await ip(
    `link add eth0 netns ${host.namespace} type veth peer name lan netns ${router.namespace}`,
  );
  await ip(`-n ${router.namespace} addr add ${inside}/${MASK} dev lan`);
  await ip(`-n ${router.namespace} link set lan up`);
  await ip(`-n ${host.namespace} addr add ${host.address}/${MASK} dev eth0`);
  await ip(`-n ${host.namespace} link set eth0 up`);
  await ip(`-n ${host.namespace} route add default via ${inside}`);
  const nft = (...args: readonly string[]) =>
    sh('ip', 'netns', 'exec', router.namespace, 'nft', ...args);
  await ip(`netns exec ${router.namespace} sysctl -qw net.ipv4.ip_forward=1`);
  await nft('add table ip router');
  await nft('add chain ip router out { type nat hook postrouting priority 100 ; }');
  await nft(
    `add rule ip router out oifname eth0 masquerade${nat === 'ordinary' ? '' : ' fully-random'}`,
  );
  // Drops unrequested packets, like a home router. An answer to them would take the port that the host is about to use.
  await nft('add chain ip router in { type filter hook input priority 0 ; }');
  await nft('add rule ip router in iifname eth0 ct state new drop');
}

// The name of the middle's end of a host's cable. A device's name has at most 15 characters.
function portOf(namespace: string): string {
  return `p${namespace.slice(-1)}`;
}

interface HostOptions {
  readonly namespace: string;
  readonly address: string;
  readonly middle: string;
  readonly folder: string;
}

function createHost({ namespace, address, middle, folder }: HostOptions): Host {
  let current = address;
  const pids = async (): Promise<readonly number[]> =>
    (await ip(`netns pids ${namespace}`)).split('\n').filter(Boolean).map(Number);
  return {
    namespace,
    get address() {
      return current;
    },
    async setLink(state) {
      await ip(`-n ${middle} link set ${portOf(namespace)} ${state}`);
    },
    async moveTo(next) {
      await ip(`-n ${namespace} addr del ${current}/${MASK} dev eth0`);
      await ip(`-n ${namespace} addr add ${next}/${MASK} dev eth0`);
      await ip(`-n ${namespace} route replace default via 10.77.0.1`);
      current = next;
    },
    async datagrams() {
      const [names = '', values = ''] = (await ip(`netns exec ${namespace} cat /proc/net/snmp`))
        .split('\n')
        .filter((line) => line.startsWith('Udp: '));
      const counts = values.split(' ');
      const countOf = (name: string): number => Number(counts[names.split(' ').indexOf(name)]);
      return { received: countOf('InDatagrams'), overflowed: countOf('RcvbufErrors') };
    },
    pids,
    async signal(signal) {
      for (const pid of await pids()) {
        try {
          process.kill(pid, signal);
        } catch (error) {
          // It has already ended by itself.
          if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
        }
      }
    },
    async launcher(program) {
      const path = join(folder, `${namespace}-launch`);
      await writeFile(path, `#!/bin/sh\nexec ip netns exec ${namespace} ${program} "$@"\n`);
      await chmod(path, 0o755);
      return path;
    },
  };
}
