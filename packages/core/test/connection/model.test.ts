import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { ConnectionHost } from './connection-host.ts';
import { modelOf, seen } from './connection-model.ts';
import { commands } from './connection-moves.ts';

test.each([
  {
    role: 'initiator',
    ways: [
      'waiting',
      'drawing',
      'handshaking',
      'backingOff',
      'awaitingPlace',
      'awaitingAnswer',
      'negotiating',
      'hearing',
      'stalled',
      'over',
    ],
  },
  { role: 'responder', ways: ['waiting', 'negotiating', 'hearing', 'stalled', 'over'] },
] as const)('G1, G7 to G9, I7, N3, N6, N8: the path of the $role', ({ role, ways }) => {
  fc.assert(
    fc.property(commands, fc.constantFrom(0, 0, 3), (sequence, visited) => {
      const earlier = role === 'initiator' ? visited : 0;
      fc.modelRun(
        () => ({
          model: modelOf(role, earlier),
          real: new ConnectionHost(role, { earlier }),
        }),
        sequence,
      );
    }),
    { numRuns: 250 },
  );
  // Each state has been compared, so that every check above has been made.
  expect(ways.filter((doing) => !seen.has(`${role} ${doing}`))).toEqual([]);
});
