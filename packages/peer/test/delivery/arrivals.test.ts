import { arrivedBytes, PIECE_BYTES } from '@burritoshare/core';
import { expect, test } from 'vitest';
import { accept, expectComplete, filesOf } from '../support/scenario.ts';
import { createWorld, type World } from '../support/world.ts';

/** Bytes a millisecond: 1 Mbit/s. */
const RATE = 125;

/** Whole pieces only: a short last one may be safe at once, over a further lane. */
const BYTES = 4 * PIECE_BYTES;

type Figures = Parameters<typeof arrivedBytes>[0];

/** The figures of both ends of one delivery, every quarter of a second. */
async function watch(
  world: World,
  ends: readonly (() => Figures)[],
  seconds: number,
): Promise<readonly (readonly Figures[])[]> {
  const seen: (readonly Figures[])[] = [];
  for (let look = 0; look < seconds * 4; look++) {
    await world.pass(250);
    seen.push(ends.map((end) => end()));
  }
  return seen;
}

test('on a slow path both ends count what arrives in chunks, long before a piece is safe', async () => {
  const chosen = filesOf([BYTES]);
  const world = createWorld({ speed: { rate: RATE } });
  const sender = world.addSender(chosen);
  const receiver = world.addReceiver(sender.link);
  await accept(world, receiver);
  const ends = [
    () => receiver.host.delivery.getSnapshot().context,
    () => sender.delivery(1).getSnapshot().context,
  ];
  const seen = await watch(world, ends, 8);
  for (const [index, name] of ['receiver', 'sender'].entries()) {
    const arrived = seen.map((figures) => arrivedBytes(figures[index]!));
    expect(arrived[3], `${name}: after a second`).toBeGreaterThan(0);
    expect(seen[3]![index]!.bytes, `${name}: nothing is safe then`).toBe(0);
    expect(arrived, `${name}: never back`).toEqual(arrived.toSorted((a, b) => a - b));
    const distinct = new Set(arrived).size;
    expect(distinct, `${name}: it moves`).toBeGreaterThan(10);
  }
  // The sender hears of it in steps, and later.
  for (const [theirs, mine] of seen)
    expect(arrivedBytes(mine!)).toBeLessThanOrEqual(arrivedBytes(theirs!));
  await expectComplete(world, { sender, receiver, chosen });
  for (const end of ends) expect(arrivedBytes(end())).toBe(BYTES);
});

test('a new generation counts from what is safe', async () => {
  const chosen = filesOf([3 * PIECE_BYTES]);
  const world = createWorld({ speed: { rate: RATE } });
  const sender = world.addSender(chosen);
  const receiver = world.addReceiver(sender.link);
  await accept(world, receiver);
  const context = () => receiver.host.delivery.getSnapshot().context;
  await world.until('a piece and a half', () => arrivedBytes(context()) > 1.4 * PIECE_BYTES);
  receiver.connections[0]!.close();
  await world.until('the loss', () => receiver.state === 'interrupted');
  await world.until('the next generation', () => receiver.state === 'moving');
  expect(arrivedBytes(context())).toBe(context().bytes);
  await expectComplete(world, { sender, receiver, chosen });
});
