import { expect, test } from 'vitest';
import { pathOf } from '../../src/webrtc/path.ts';

const pair = {
  id: 'pair',
  type: 'candidate-pair',
  selected: true,
  currentRoundTripTime: 0.02,
  localCandidateId: 'here',
  remoteCandidateId: 'there',
};
const here = { id: 'here', type: 'local-candidate', candidateType: 'host', protocol: 'udp' };
const there = { id: 'there', type: 'remote-candidate', candidateType: 'host', protocol: 'udp' };

function connectionWith(reports: readonly { readonly id: string }[]): RTCPeerConnection {
  const stats = new Map(reports.map((report) => [report.id, report]));
  return { getStats: () => Promise.resolve(stats) } as unknown as RTCPeerConnection;
}

test.each([
  ['hidden addresses', [pair, { ...here, address: null }, { ...there, address: '' }], 'local'],
  [
    'an address that a server has found',
    [
      pair,
      { ...here, address: '192.168.1.7' },
      { ...there, candidateType: 'srflx', address: '203.0.113.9' },
    ],
    'direct',
  ],
  [
    'a relay, reached by TCP',
    [
      pair,
      { ...here, candidateType: 'relay', relayProtocol: 'tcp', address: '203.0.113.1' },
      there,
    ],
    'relayed',
  ],
])('the path between %s', async (_, reports, kind) => {
  expect(await pathOf(connectionWith(reports))).toEqual({
    path: { kind, protocol: kind === 'relayed' ? 'tcp' : 'udp', roundTrip: 20 },
    isCertain: true,
  });
});

test.each([
  ['no pair', [here, there]],
  ['a pair that is not in use', [{ ...pair, selected: false }, here, there]],
  ['a pair without candidates', [pair]],
])('%s is no path', async (_, reports) => {
  expect(await pathOf(connectionWith(reports))).toBeUndefined();
});

test.each([
  ['host', { ...here, address: null }, false],
  ['relay', { ...here, candidateType: 'relay' }, true],
])('an end that ICE found by itself, seen from a %s', async (_, local, isCertain) => {
  const found = { ...there, candidateType: 'prflx', address: '' };
  expect(await pathOf(connectionWith([pair, local, found]))).toMatchObject({ isCertain });
});
