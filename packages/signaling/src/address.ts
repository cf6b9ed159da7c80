import { isIPv4, isIPv6 } from 'node:net';

/**
 * The key under which an address is counted: an IPv4 address itself, or an IPv6 address's /64. One customer is given at
 * least a /64 and can use any address in it.
 */
export function addressKey(ip: string | undefined): string {
  return prefixOf(ip, { v4: 4, v6: 4 });
}

/**
 * The neighbourhood of an address: an IPv4 /24 or an IPv6 /48. A person with one address of a neighbourhood can often
 * get many: a /24 is the smallest network that is routed on its own, a /48 the largest that a customer is given.
 */
export function neighbourhoodOf(ip: string | undefined): string {
  return prefixOf(ip, { v4: 3, v6: 3 });
}

/** How many bytes of an IPv4 address and how many groups of an IPv6 address belong to a prefix. */
interface PrefixLengths {
  readonly v4: number;
  readonly v6: number;
}

function prefixOf(ip: string | undefined, { v4, v6 }: PrefixLengths): string {
  if (ip === undefined) return 'unknown';
  const address = ip.replace(/%.*$/, '');
  if (!isIPv6(address)) return prefixOfIPv4(address, v4);
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) return prefixOfIPv4(mapped, v4);
  const [head = '', tail] = address.split('::');
  const left = groups(head);
  const right = groups(tail ?? '');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const all = [...left, ...Array.from({ length: zeros }, () => 0), ...right];
  const prefix = all.slice(0, v6).map((group) => group.toString(16));
  return `${prefix.join(':')}::/${16 * v6}`;
}

function prefixOfIPv4(address: string, length: number): string {
  if (length === 4 || !isIPv4(address)) return address;
  return `${address.split('.').slice(0, length).join('.')}/${8 * length}`;
}

// A dotted quad at the end stands for two groups. Both lie beyond the /64, so their value doesn't matter.
function groups(text: string): readonly number[] {
  if (text === '') return [];
  return text
    .split(':')
    .flatMap((group) => (group.includes('.') ? [0, 0] : [Number.parseInt(group, 16)]));
}
