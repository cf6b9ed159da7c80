import { describe, expect, test } from 'vitest';

import { CANDIDATES_MAX } from '../../src/constants.ts';
import { isFitCandidate, withFitCandidates } from '../../src/negotiation/candidates.ts';

const at = (
  address: string,
  port: number | string = 50_000,
  transport = 'udp',
  type = 'host',
): string =>
  `candidate:842163049 1 ${transport} 1677729535 ${address} ${port} typ ${type} generation 0 ufrag EEtu`;

describe('G10: a candidate is taken', () => {
  test.each([
    ['as Chromium makes it', at('b7a1d3f2-5c1e-4f0a-9a51-0f6c6a8f0c11.local')],
    ['as Firefox makes it', 'candidate:0 1 UDP 2122252543 192.168.1.20 51234 typ host'],
    ['as STUN mapped it', `${at('203.0.113.7', 6_000, 'udp', 'srflx')} raddr 0.0.0.0 rport 0`],
    ['of a LAN', at('10.0.0.3')],
    ['of a large LAN', at('10.0.0.255')],
    ['of a network without a server', at('169.254.10.1')],
    ['of IPv6', at('2001:db8::1')],
    ['of IPv6 in full', at('2001:DB8:0:0:0:0:0:1')],
    ['of a local IPv6 network', at('fd00:1::17')],
    ['through a relay', at('203.0.113.9', 49_152, 'udp', 'relay')],
    ['at the lowest port', at('192.0.2.1', 1_024)],
    ['the end of them', ''],
  ])('%s', (_, candidate) => {
    expect(isFitCandidate(candidate)).toBe(true);
  });
});

describe('G10: a candidate is not taken', () => {
  test.each([
    ['at loopback', at('127.0.0.1')],
    ['at another loopback address', at('127.255.0.3')],
    ['at loopback of IPv6', at('::1')],
    ['at loopback of IPv6 in full', at('0:0:0:0:0:0:0:1')],
    ['at loopback of IPv4 in IPv6', at('::ffff:7f00:1')],
    ['at loopback of IPv4 in IPv6, with dots', at('::ffff:127.0.0.1')],
    ['at an IPv4 address through NAT64', at('64:ff9b::7f00:1')],
    ['at no address', at('0.0.0.0')],
    ['at no address of IPv6', at('::')],
    ['at many', at('224.0.0.251', 5_353)],
    ['at many of IPv6', at('ff02::fb', 5_353)],
    ['at all', at('255.255.255.255')],
    ['at a service', at('192.168.1.1', 53)],
    ['at no port', at('192.168.1.1', 0)],
    ['at a port that there isn’t', at('192.168.1.1', 70_000)],
    ['over TCP', at('192.168.1.1', 8_080, 'tcp')],
    ['at a name', at('router.example')],
    ['at a short local name', at('printer.local')],
    ['at an address in another writing', at('0x7f.1')],
    ['at an address in octal', at('0177.0.0.1')],
    ['at too many groups', at('1:2:3:4:5:6:7:8:9')],
    ['at two gaps', at('1::2::3')],
    ['that is none', 'x'],
    ['in two lines', `${at('192.0.2.1')}\r\na=${at('127.0.0.1')}`],
  ])('%s', (_, candidate) => {
    expect(isFitCandidate(candidate)).toBe(false);
  });
});

test('G10: a description keeps only its fit candidates, and no more than the limit', () => {
  const lines = [
    'v=0',
    `a=${at('127.0.0.1')}`,
    ...Array.from({ length: CANDIDATES_MAX + 2 }, (_, index) => `a=${at(`192.0.2.${index}`)}`),
    'a=end-of-candidates',
    '',
  ];
  const { sdp, count } = withFitCandidates(lines.join('\r\n'), CANDIDATES_MAX);
  expect(count).toBe(CANDIDATES_MAX);
  expect(sdp.split('\r\n')).toEqual([
    'v=0',
    ...lines.slice(2, 2 + CANDIDATES_MAX),
    ...lines.slice(-2),
  ]);
});
