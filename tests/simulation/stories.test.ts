import { expect, test } from 'vitest';

import { runSeed } from './run.ts';

/** Seeds that once failed, with a summary of their stories. */
const ONCE_FAILED = [
  [1031, 'a late digest, which an older generation asked for, is not sent'],
  [257, 'a receiver that has everything and has lost its seat can’t tell the sender'],
  [11511, 'a receiver whose journal was lost with its browser has accepted nothing yet'],
  [96, 'the sender is quicker than the start of a flow in a worker'],
  [19573, 'a receiver that is complete tells the sender, though its disk failed meanwhile'],
  [4128, 'a lane is offered in place of one that the receiver still takes chunks from'],
  [12096, 'a lane is lost that has brought an offer, and whose other channel never opened here'],
  [9418, 'a cap of a few bytes a second is shared by three'],
  [17437, 'a sender that withholds its digest has sent a byte once more'],
  [12960, 'a sender says nothing after a receiver was asked about'],
] as const;

test.each(ONCE_FAILED)('seed %i: %s', async (seed) => {
  const { violation, command } = await runSeed({ seed, isTold: false });
  expect(violation, command).toBeUndefined();
});

test('a seed always tells the same story', async () => {
  for (const seed of [1, 3, 120, 1685]) {
    const [once, again] = [
      await runSeed({ seed, isTold: true }),
      await runSeed({ seed, isTold: true }),
    ];
    expect(again.story.lines).toEqual(once.story.lines);
  }
});
