import {
  CHUNK_BYTES,
  CREDIT_WINDOW_BYTES,
  encodeArrived,
  encodeFrame,
  formatGift,
  GIFTS_MAX,
  PIECE_BYTES,
  toBase64Url,
} from '@burritoshare/core';
import { describe, expect, test } from 'vitest';
import { accept, expectNothingLeft, filesOf, isOver, offered } from '../support/scenario.ts';
import { createWorld, type ReceiverParty, type SenderParty, type World } from '../support/world.ts';

const digest = toBase64Url(new Uint8Array(32));

interface Ends {
  readonly world: World;
  readonly sender: SenderParty;
  readonly receiver: ReceiverParty;
}

async function begin(stage: string, sizes = [4 * PIECE_BYTES]): Promise<Ends> {
  const world = createWorld();
  const sender = world.addSender(filesOf(sizes));
  const receiver = world.addReceiver(sender.link, { beforeStore: () => world.wait(500) });
  if (stage === 'offered') await offered(world, receiver);
  else {
    await accept(world, receiver);
    await world.until('bytes', () => receiver.host.delivery.getSnapshot().context.bytes > 0);
  }
  return { world, sender, receiver };
}

async function expectRefused(
  { world, sender, receiver }: Ends,
  by: 'sender' | 'receiver',
): Promise<void> {
  await world.until('both ends', () => isOver(sender.state()) && isOver(receiver.state), 10_000);
  const ends = [sender.delivery().getSnapshot(), receiver.host.delivery.getSnapshot()] as const;
  expect(ends.map(({ context }) => context.failure)).toEqual(['protocol', 'protocol']);
  // C2: the end that refused it said so.
  const said = (by === 'sender' ? sender : receiver).connections[0]!.channels.get(0)!.sent;
  expect(said.at(-1)).toBe(JSON.stringify({ type: 'failed', code: 'protocol' }));
  await expectNothingLeft(world, sender, [receiver]);
}

const text = (message: object) => JSON.stringify(message);
/** A link to hand back; each number's is another. */
const giftOf = (number: number): string =>
  formatGift({
    roomBytes: new Uint8Array(16).fill(number),
    secret: new Uint8Array(16),
    publicKey: new Uint8Array(32),
  });
const give = (link: string): string => text({ type: 'give', link });
const SENDER_SAYS: readonly (readonly [string, string])[] = [
  ['offered', text({ type: 'offer', name: 'a', files: 1, bytes: 0, pages: 1 })],
  ['offered', text({ type: 'page', page: 1, entries: [{ kind: 'folder', path: 'a' }] })],
  ['offered', text({ type: 'sent', digest })],
  ['offered', text({ type: 'complete', digest })],
  ['offered', text({ type: 'file.failed', file: 0, code: 'source.changed' })],
  ['offered', text({ type: 'accept', credit: 1, entries: 1 })],
  ['offered', 'garbage'],
  ['moving', text({ type: 'offer', name: 'a', files: 1, bytes: 0, pages: 1 })],
  ['moving', text({ type: 'sent', digest })],
  ['moving', text({ type: 'complete', digest })],
  ['moving', text({ type: 'again', ranges: [[3, 4]] })],
  ['moving', text({ type: 'file.retried', file: 0 })],
  ['moving', text({ type: 'file.failed', file: 7, code: 'source.changed' })],
  ['moving', text({ type: 'credit', upTo: 1, settled: 0 })],
  ['moving', text({ type: 'failed', code: 'no such code' })],
];
const RECEIVER_SAYS: readonly (readonly [string, string])[] = [
  ['offered', text({ type: 'credit', upTo: 1, settled: 0 })],
  ['offered', text({ type: 'accept', credit: 1, entries: 1 })],
  ['offered', text({ type: 'held', first: 4, leaves: digest })],
  ['offered', text({ type: 'missing', ranges: [], more: false })],
  ['offered', text({ type: 'file.skip', file: 0 })],
  ['offered', text({ type: 'pause', reason: 'person' })],
  ['offered', text({ type: 'offer', name: 'a', files: 1, bytes: 0, pages: 1 })],
  ['offered', '{}'],
  ['moving', text({ type: 'accept', credit: CREDIT_WINDOW_BYTES, entries: 1 })],
  ['moving', text({ type: 'credit', upTo: CREDIT_WINDOW_BYTES, settled: 5 * PIECE_BYTES })],
  ['moving', text({ type: 'held', first: 0, leaves: digest })],
  ['moving', text({ type: 'missing', ranges: [[0, 1]], more: false })],
  ['moving', text({ type: 'verified', digest })],
  ['moving', text({ type: 'sent', digest })],
];

test.each(SENDER_SAYS)(
  'C1, C2: while %s, a sender that says %s is refused',
  async (stage, said) => {
    const ends = await begin(stage);
    ends.sender.channel('control').send(said);
    await expectRefused(ends, 'receiver');
  },
);

test.each(RECEIVER_SAYS)(
  'C1, C2: while %s, a receiver that says %s is refused',
  async (stage, said) => {
    const ends = await begin(stage);
    ends.receiver.channel('control').send(said);
    await expectRefused(ends, 'sender');
  },
);

test.each([
  ['offered', 'before `accept`', [give(giftOf(1))]],
  ['moving', 'with an origin', [give(`https://elsewhere.example/#2.${giftOf(1)}`)]],
  ['moving', 'whose check does not hold', [give(`_${giftOf(1).slice(1)}`)]],
  [
    'moving',
    'over the limit',
    Array.from({ length: GIFTS_MAX + 1 }, (_, one) => give(giftOf(one))),
  ],
])('B1, B2: while %s, a gift %s is refused', async (stage, _, said) => {
  const ends = await begin(stage);
  const delivery = ends.sender.delivery();
  for (const message of said) ends.receiver.channel('control').send(message);
  await expectRefused(ends, 'sender');
  expect(delivery.getSnapshot().context.gifts.length).toBeLessThanOrEqual(GIFTS_MAX);
});

function oddFrame(): Uint8Array {
  const frame = encodeFrame(0, 0, new Uint8Array(CHUNK_BYTES));
  frame[15] = 5;
  return frame;
}

test('X3: `verified` ends a delivery that this sender has not hashed', async () => {
  const { world, sender, receiver } = await begin('offered');
  receiver.channel('control').send(text({ type: 'verified', digest }));
  await world.until('both ends', () => isOver(sender.state()) && isOver(receiver.state), 10_000);
  const ends = [sender.delivery().getSnapshot(), receiver.host.delivery.getSnapshot()] as const;
  expect(ends.map(({ context }) => context.failure)).toEqual(['sender.ended', 'sender.ended']);
  await expectNothingLeft(world, sender, [receiver]);
});

describe('bulk', () => {
  const chunk = new Uint8Array(CHUNK_BYTES);

  test('C5, I14: a file byte before accept is refused, and reaches no disk', async () => {
    const ends = await begin('offered');
    ends.sender.channel('bulk').send(encodeFrame(0, 0, chunk));
    await expectRefused(ends, 'receiver');
    expect(ends.receiver.sinks).toHaveLength(0);
  });

  test.each([
    ['F4: a frame of a file that is not offered', encodeFrame(1, 0, chunk)],
    ['F2: a frame across the end of the file', encodeFrame(0, 4 * PIECE_BYTES, chunk)],
    ['F2: a frame at an odd offset', oddFrame()],
    ['F1: a message that is no frame', new Uint8Array(3)],
  ])('%s is refused', async (_, frame) => {
    const ends = await begin('moving');
    ends.sender.channel('bulk').send(frame);
    await expectRefused(ends, 'receiver');
  });

  test('F: text on bulk is refused', async () => {
    const ends = await begin('moving');
    ends.sender.channel('bulk').send('text');
    await expectRefused(ends, 'receiver');
  });

  test('C: bytes on control are refused', async () => {
    const ends = await begin('moving');
    ends.sender.channel('control').send(chunk);
    await expectRefused(ends, 'receiver');
  });

  test('F5: a frame from a receiver is refused', async () => {
    const ends = await begin('moving');
    ends.receiver.channel('bulk').send(encodeFrame(0, 0, chunk));
    await expectRefused(ends, 'sender');
  });

  test.each([
    ['more than was sent', encodeArrived(2 ** 32 - 1)],
    ['five bytes', new Uint8Array(5)],
    ['nothing', new Uint8Array(0)],
  ])('F6: a receiver that says that %s has arrived is refused', async (_, said) => {
    const ends = await begin('moving');
    ends.receiver.channel('bulk').send(said);
    await expectRefused(ends, 'sender');
  });

  test('K3, I1: pieces beyond the credit are refused', async () => {
    const pieces = 3 * (CREDIT_WINDOW_BYTES / PIECE_BYTES);
    const ends = await begin('moving', [pieces * PIECE_BYTES]);
    for (let piece = 0; piece < pieces; piece++)
      ends.sender.channel('bulk').send(encodeFrame(0, piece * PIECE_BYTES, chunk));
    await expectRefused(ends, 'receiver');
  });
});

test('K2: repeated and late credit does no harm', async () => {
  const ends = await begin('moving');
  const { world, sender, receiver } = ends;
  for (const upTo of [0, 1, CREDIT_WINDOW_BYTES])
    receiver.channel('control').send(text({ type: 'credit', upTo, settled: 0 }));
  await world.until('both ends', () => isOver(sender.state()) && isOver(receiver.state));
  expect([sender.state(), receiver.state]).toEqual(['complete', 'complete']);
  await expectNothingLeft(world, sender, [receiver]);
});

test('F4: repeated chunks change no byte (I3)', async () => {
  const { world, sender, receiver } = await begin('moving');
  // One chunk that the sender doesn't count: with more, the receiver would report more than was sent (F6).
  sender.channel('bulk').send(encodeFrame(0, 0, new Uint8Array(CHUNK_BYTES)));
  await world.until('both ends', () => isOver(sender.state()) && isOver(receiver.state));
  expect([sender.state(), receiver.state]).toEqual(['complete', 'complete']);
  await expectNothingLeft(world, sender, [receiver]);
});
