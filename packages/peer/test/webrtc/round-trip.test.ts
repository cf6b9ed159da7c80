import { expect, test } from 'vitest';
import { roundTripOf } from '../../src/webrtc/round-trip.ts';

test.each<readonly [string, readonly object[], number | undefined]>([
  [
    'Chromium’s',
    [
      { type: 'candidate-pair', id: 'other', currentRoundTripTime: 9 },
      { type: 'candidate-pair', id: 'pair', currentRoundTripTime: 0.05 },
      { type: 'transport', id: 'transport', selectedCandidatePairId: 'pair' },
    ],
    50,
  ],
  [
    'Firefox’s',
    [
      { type: 'candidate-pair', id: 'other', selected: false, currentRoundTripTime: 9 },
      { type: 'candidate-pair', id: 'pair', selected: true, currentRoundTripTime: 0.05 },
    ],
    50,
  ],
  ['nothing measured', [{ type: 'candidate-pair', id: 'pair', selected: true }], undefined],
  ['no path', [], undefined],
])('the round trip of the path in use: %s', async (_, reports, milliseconds) => {
  const stats = new Map(reports.map((report, index) => [String(index), report]));
  const connection = { getStats: () => Promise.resolve(stats) } as unknown as RTCPeerConnection;
  expect(await roundTripOf(connection)).toBe(milliseconds);
});
