// What connects the two ends: how the page names the path that the platform found.

/**
 * `local`: both ends are in one network, and no byte leaves it. `direct`: across the internet, from one browser to the
 * other. `relayed`: through a server that both reach.
 */
export type PathKind = 'local' | 'direct' | 'relayed';

/** A path as the platform reports it. */
export interface Path {
  readonly kind: PathKind;
  readonly protocol: 'udp' | 'tcp';
  /** Milliseconds; undefined if it is unknown. */
  readonly roundTrip: number | undefined;
}

/** One end of a path: the candidate that was selected (RFC 8445). */
export interface PathEnd {
  readonly type: 'host' | 'srflx' | 'prflx' | 'relay';
  /** An IP address or an mDNS name; undefined where the platform hides it. */
  readonly address: string | undefined;
}

/**
 * Names the path between two selected candidates. An address that is hidden is one that mDNS has resolved, and mDNS
 * doesn't reach beyond a network; only a peer-reflexive end may be hidden for another reason (the other side has not
 * named it yet), so it never counts as local.
 */
export function pathKindOf(local: PathEnd, remote: PathEnd): PathKind {
  if (local.type === 'relay' || remote.type === 'relay') return 'relayed';
  return [local, remote].every(isNear) || isOneNetwork(local, remote) ? 'local' : 'direct';
}

function isNear({ type, address }: PathEnd): boolean {
  return type === 'host' && (address === undefined || NEAR.some((near) => near.test(address)));
}

/** Addresses that no router forwards to the internet, and mDNS names. */
const NEAR: readonly RegExp[] = [
  /\.local$/iu,
  // RFC 1918, 3927 and 1122.
  /^(?:10|127)\.\d+\.\d+\.\d+$/u,
  /^172\.(?:1[6-9]|2\d|3[01])\.\d+\.\d+$/u,
  /^(?:192\.168|169\.254)\.\d+\.\d+$/u,
  // RFC 4291 and 4193.
  /^\[?::1\]?$/u,
  /^\[?fe[89ab][\da-f]:/iu,
  /^\[?f[cd][\da-f]{2}:/iu,
];

// Where every host has a global IPv6 address, the first 64 bits name its network.
function isOneNetwork(local: PathEnd, remote: PathEnd): boolean {
  if (local.type !== 'host' || remote.type !== 'host') return false;
  const [one, other] = [networkOf(local.address), networkOf(remote.address)];
  return one !== undefined && one === other;
}

function networkOf(address = ''): string | undefined {
  const [head = '', tail] = address
    .replace(/^\[|\]$/gu, '')
    .toLowerCase()
    .split('::');
  if (!address.includes(':')) return undefined;
  const groups = head === '' ? [] : head.split(':');
  const behind = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : 8 - groups.length - behind.length;
  const whole = [...groups, ...Array.from({ length: Math.max(0, gap) }, () => '0'), ...behind];
  return whole
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16))
    .join(':');
}
