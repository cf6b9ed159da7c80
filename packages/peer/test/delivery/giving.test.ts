import { formatGift, GIFTS_MAX, PIECE_BYTES, readGift } from '@burritoshare/core';
import { expect, test } from 'vitest';
import { wish, type Platform } from '../../src/index.ts';
import { accept, expectComplete, expectNothingLeft, filesOf } from '../support/scenario.ts';
import { createWorld, type ReceiverParty, type SenderParty, type World } from '../support/world.ts';

const chosen = filesOf([16 * PIECE_BYTES]);

/** Links to hand back, each another one. */
const gifts = Array.from({ length: GIFTS_MAX + 1 }, (_, number) =>
  formatGift({
    roomBytes: new Uint8Array(16).fill(number),
    secret: new Uint8Array(16),
    publicKey: new Uint8Array(32),
  }),
);

interface Ends {
  readonly world: World;
  readonly sender: SenderParty;
  readonly receiver: ReceiverParty;
}

async function moving(platform: Partial<Platform> = {}): Promise<Ends> {
  const world = createWorld({ speed: { rate: 2_000 } });
  const sender = world.addSender(chosen, { platform });
  const faults = { beforeStore: () => world.wait(100), platform };
  const receiver = world.addReceiver(sender.link, faults);
  await accept(world, receiver);
  await world.until('bytes', () => receiver.host.delivery.getSnapshot().context.bytes > 0);
  return { world, sender, receiver };
}

const give = ({ receiver: { host } }: Ends, link: string): boolean =>
  wish(host.delivery, { type: 'give.requested', link });
const takenBy = ({ sender }: Ends): readonly string[] =>
  sender.delivery().getSnapshot().context.gifts;

test('B2, B3: gifts reach the sender once each, also those of a time without a connection', async () => {
  const ends = await moving();
  const { world, sender, receiver } = ends;
  expect(give(ends, gifts[0]!)).toBe(true);
  await world.until('a gift', () => takenBy(ends).length === 1);
  sender.connections[0]!.close();
  await world.until('the loss', () => receiver.state === 'interrupted');
  expect(give(ends, gifts[1]!)).toBe(true);
  expect(give(ends, gifts[0]!), 'the same gift').toBe(true);
  await world.until('two gifts', () => takenBy(ends).length > 1);
  expect(takenBy(ends)).toEqual(gifts.slice(0, 2));
  for (const link of gifts.slice(2, GIFTS_MAX)) give(ends, link);
  expect(give(ends, gifts[GIFTS_MAX]!), 'over the limit').toBe(false);
  await expectComplete(world, { sender, receiver, chosen });
  expect(takenBy(ends)).toEqual(gifts.slice(0, GIFTS_MAX));
  await expectNothingLeft(world, sender, [receiver]);
});

test('B3: nothing can be given before accepting, nor once both ends have let go', async () => {
  const world = createWorld();
  const sender = world.addSender(chosen);
  const receiver = world.addReceiver(sender.link);
  const ends = { world, sender, receiver };
  expect(give(ends, gifts[0]!)).toBe(false);
  await accept(world, receiver);
  await expectComplete(world, { sender, receiver, chosen });
  expect(give(ends, gifts[0]!)).toBe(false);
  expect(() => {
    receiver.host.delivery.send({ type: 'give.requested', link: gifts[0]! });
  }).toThrow(expect.objectContaining({ name: 'LocalProtocolError', code: 'state' }));
  expect(takenBy(ends)).toEqual([]);
  await expectNothingLeft(world, sender, [receiver]);
});

test('B1: what is given is a link like any other, under whose room somebody can be met', async () => {
  const ends = await moving();
  const { world, sender, receiver } = ends;
  const other = world.addSender(filesOf([100]));
  give(ends, formatGift(other.link));
  await world.until('a gift', () => takenBy(ends).length === 1);
  const link = readGift(takenBy(ends)[0]!)!;
  expect(link).toEqual(other.link);
  const taker = world.addReceiver(link);
  await accept(world, taker);
  await expectComplete(world, { sender: other, receiver: taker, chosen: filesOf([100]) });
  await expectComplete(world, { sender, receiver, chosen });
});

test('B1: no inspector learns the links that are handed back', async () => {
  const told: string[] = [];
  const ends = await moving({ inspect: (event) => told.push(JSON.stringify(event)) });
  give(ends, gifts[0]!);
  await ends.world.until('a gift', () => takenBy(ends).length === 1);
  const all = told.join('\n');
  for (const type of ['give.requested', 'gift.send', 'gift.received']) expect(all).toContain(type);
  expect(all).not.toContain(gifts[0]);
  expect(all).not.toContain(gifts[0]!.slice(0, 40));
});
