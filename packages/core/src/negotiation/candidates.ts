// Which addresses the other side may make this browser send packets to before anybody has accepted (SPEC.md, G10): ICE
// checks every address that a candidate names.

/** foundation, component, transport, priority, address, port, `typ`, type (RFC 8839, section 5.1). */
const LINE =
  /^(?:a=)?candidate:[\w+/]{1,32} [12] (\S{1,8}) \d{1,10} (\S{1,64}) (\d{1,5}) typ (host|srflx|prflx|relay)(?: [ -~]*)?$/;

/**
 * A name that a browser made up for one of its own addresses (mDNS). This browser would have to look up any other name.
 */
const MDNS = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.local$/;

/** Ports below this belong to services; no browser takes one. */
const PORT_MIN = 1024;

/**
 * Whether a remote candidate is one that a browser on another machine makes: over UDP, to a port of its own, at an
 * address that another machine can have. Loopback, multicast and broadcast addresses, TCP (which browsers offer and
 * never answer) and names that have to be looked up are refused. The end of candidates is allowed.
 */
export function isFitCandidate(candidate: string): boolean {
  return candidate === '' || kindOf(candidate) !== undefined;
}

/** What a fit candidate is: an address of its machine's own, by family or name, or one that a server knows it by. */
export type CandidateKind = 'v4' | 'v6' | 'name' | 'mapped';

/** The kind of a fit candidate; undefined for any other, and for the end of candidates. */
export function kindOf(candidate: string): CandidateKind | undefined {
  const [, transport = '', address = '', port = '', type] = LINE.exec(candidate) ?? [];
  const isFit =
    transport.toLowerCase() === 'udp' &&
    Number(port) >= PORT_MIN &&
    Number(port) <= 65_535 &&
    isFitAddress(address.toLowerCase());
  if (!isFit) return undefined;
  if (type !== 'host') return 'mapped';
  if (address.includes(':')) return 'v6';
  return MDNS.test(address.toLowerCase()) ? 'name' : 'v4';
}

function isFitAddress(address: string): boolean {
  if (MDNS.test(address)) return true;
  return address.includes(':') ? isFitV6(address) : isFitV4(address);
}

function isFitV4(address: string): boolean {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address)?.slice(1) ?? [];
  const [first = 0, ...rest] = parts.map(Number);
  if (parts.length !== 4 || [first, ...rest].some((part) => part > 255)) return false;
  // "This network", loopback, multicast, and reserved addresses such as broadcast (RFC 6890).
  return first !== 0 && first !== 127 && first < 224;
}

function isFitV6(address: string): boolean {
  const groups = groupsOf(address);
  if (groups === undefined) return false;
  const [first = 0] = groups;
  // Unspecified, loopback, and every form of an IPv4 address begin with zeros or 64:ff9b; ff00::/8 is multicast.
  const isFromV4 = groups.slice(0, 4).every((group) => group === 0) || first === 0x64;
  return !isFromV4 && first < 0xff00;
}

/** The eight groups of an IPv6 address (RFC 4291, section 2.2); undefined for anything else. */
function groupsOf(address: string): readonly number[] | undefined {
  const halves = address.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  const isWhole = halves.length === 1 ? missing === 0 : missing > 0;
  const texts = [...head, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...tail];
  if (!isWhole || !texts.every((text) => /^[0-9a-f]{1,4}$/.test(text))) return undefined;
  return texts.map((text) => Number.parseInt(text, 16));
}

/** A description without its unfit candidates, and without those over the limit. */
export function withFitCandidates(
  sdp: string,
  most: number,
): { readonly sdp: string; readonly count: number } {
  let count = 0;
  const lines = sdp.split('\n').filter((line) => {
    if (!/^a=candidate:/i.test(line)) return true;
    if (count >= most || !isFitCandidate(line.replace(/\r$/, ''))) return false;
    count += 1;
    return true;
  });
  return { sdp: lines.join('\n'), count };
}

/** A description without the candidates that its platform has written into it, and reports as well. */
export function withoutCandidates(sdp: string): string {
  return sdp
    .split('\n')
    .filter((line) => !/^a=(?:candidate:|end-of-candidates)/i.test(line))
    .join('\n');
}
