import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { NegotiationWorld } from './negotiation-world.ts';

// Turns after each task, so that all that it sets off is done before the next one, as in a browser: the longest chain
// of promises, from a connection to the machine's event, takes fewer turns.
const TURNS = 40;
const act = async (run: () => Promise<unknown>): Promise<void> => {
  await run();
  for (let turn = 0; turn < TURNS; turn++) await Promise.resolve();
};

const happenings = fc.array(fc.constantFrom('restart A', 'restart B', 'drop'), { maxLength: 6 });

test('G3, G4, G5, I5, I7: whatever the interleaving, both ends come to the same round with all its candidates', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler({ act }),
      happenings,
      fc.boolean(),
      async (scheduler, wanted, isPrompt) => {
        const world = new NegotiationWorld(scheduler, { isPrompt });
        for (const what of wanted) world.plan(what);
        world.begin();
        await scheduler.waitIdle();
        expect(world.violations).toEqual([]);
        world.expectAgreement();
      },
    ),
    { numRuns: 1_000 },
  );
});

test('G4, G5: without a request there is one round, and the first offer restarts nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler({ act }), fc.boolean(), async (scheduler, saysUfrags) => {
      const world = new NegotiationWorld(scheduler, { saysUfrags });
      world.begin();
      await scheduler.waitIdle();
      expect(world.violations).toEqual([]);
      world.expectAgreement();
      expect(world.rounds).toBe(1);
    }),
    { numRuns: 50 },
  );
});
