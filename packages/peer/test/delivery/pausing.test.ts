import { PIECE_BYTES } from '@burritoshare/core';
import { describe, expect, test } from 'vitest';
import { PlatformError } from '../../src/index.ts';
import { accept, expectComplete, expectNothingLeft, fileOf, filesOf } from '../support/scenario.ts';
import { createWorld, type ReceiverParty, type SenderParty, type World } from '../support/world.ts';

const chosen = filesOf([4 * PIECE_BYTES, 10, 2 * PIECE_BYTES]);

interface Ends {
  readonly world: World;
  readonly sender: SenderParty;
  readonly receiver: ReceiverParty;
}

const bytesAt = ({ host }: ReceiverParty): number => host.delivery.getSnapshot().context.bytes;

async function moving(): Promise<Ends> {
  const world = createWorld({ speed: { rate: 2_000 } });
  const sender = world.addSender(chosen);
  const receiver = world.addReceiver(sender.link, { beforeStore: () => world.wait(100) });
  await accept(world, receiver);
  await world.until('bytes', () => bytesAt(receiver) > 0);
  return { world, sender, receiver };
}

const deliveryOf = ({ sender, receiver }: Ends, who: 'sender' | 'receiver') =>
  who === 'sender' ? sender.delivery() : receiver.host.delivery;

describe.each(['sender', 'receiver'] as const)('P1: the %s’s person pauses', (who) => {
  test('P3: nothing moves until they go on, over the same connection', async () => {
    const ends = await moving();
    const { world, sender, receiver } = ends;
    deliveryOf(ends, who).send({ type: 'pause.requested' });
    await world.until('paused', () => receiver.state === 'paused' && sender.state() === 'paused');
    // Bytes that the channel had taken already still arrive.
    await world.pass(30_000);
    const before = bytesAt(receiver);
    await world.pass(120_000);
    expect(bytesAt(receiver)).toBe(before);
    expect(before).toBeLessThan(6 * PIECE_BYTES);
    deliveryOf(ends, who).send({ type: 'resume.requested' });
    await expectComplete(world, { sender, receiver, chosen });
    expect(receiver.generations(), 'the connection stayed').toHaveLength(1);
    await expectNothingLeft(world, sender, [receiver]);
  });

  test('P2: the pause outlives the connection', async () => {
    const ends = await moving();
    const { world, sender, receiver } = ends;
    deliveryOf(ends, who).send({ type: 'pause.requested' });
    await world.until('paused', () => receiver.state === 'paused' && sender.state() === 'paused');
    sender.connections[0]!.close();
    await world.until('another connection', () => receiver.generations().length === 2);
    await world.until(
      'paused again',
      () => receiver.state === 'paused' && sender.state() === 'paused',
    );
    await world.pass(30_000);
    expect([sender.state(), receiver.state]).toEqual(['paused', 'paused']);
    deliveryOf(ends, who).send({ type: 'resume.requested' });
    await expectComplete(world, { sender, receiver, chosen });
    await expectNothingLeft(world, sender, [receiver]);
  });
});

test('P1: each side’s pauses count for themselves', async () => {
  const ends = await moving();
  const { world, sender, receiver } = ends;
  for (const who of ['sender', 'receiver'] as const)
    deliveryOf(ends, who).send({ type: 'pause.requested' });
  await world.pass(1_000);
  sender.delivery().send({ type: 'resume.requested' });
  await world.pass(30_000);
  expect([sender.state(), receiver.state]).toEqual(['paused', 'paused']);
  receiver.host.delivery.send({ type: 'resume.requested' });
  await expectComplete(world, { sender, receiver, chosen });
  await expectNothingLeft(world, sender, [receiver]);
});

describe('K5, K6: files left out, and tried again', () => {
  test.each(['sender', 'receiver'] as const)('the %s leaves a file out', async (who) => {
    const ends = await moving();
    const { world, sender, receiver } = ends;
    deliveryOf(ends, who).send({ type: 'skip.requested', file: 2 });
    await expectComplete(world, { sender, receiver, chosen });
    const skipped = [{ file: 2, code: 'skipped' }];
    expect(receiver.host.delivery.getSnapshot().context.failedFiles).toEqual(skipped);
    expect(sender.delivery().getSnapshot().context.failedFiles).toEqual(skipped);
    await expectNothingLeft(world, sender, [receiver]);
  });

  test.each(['sender', 'receiver'] as const)(
    'the %s leaves a file out, and wants it after all',
    async (who) => {
      const ends = await moving();
      const { world, sender, receiver } = ends;
      deliveryOf(ends, who).send({ type: 'skip.requested', file: 0 });
      await world.until(
        'left out',
        () => sender.delivery().getSnapshot().context.failedFiles.length > 0,
      );
      deliveryOf(ends, who).send({ type: 'retry.requested', file: 0 });
      await expectComplete(world, { sender, receiver, chosen });
      expect(receiver.host.delivery.getSnapshot().context.failedFiles).toEqual([]);
      await expectNothingLeft(world, sender, [receiver]);
    },
  );

  test('R5: a file that was left out stays so in the next generation', async () => {
    const ends = await moving();
    const { world, sender, receiver } = ends;
    receiver.host.delivery.send({ type: 'skip.requested', file: 2 });
    await world.until(
      'left out',
      () => receiver.host.delivery.getSnapshot().context.failedFiles.length > 0,
    );
    sender.connections[0]!.close();
    await expectComplete(world, { sender, receiver, chosen });
    expect(receiver.host.delivery.getSnapshot().context.failedFiles).toEqual([
      { file: 2, code: 'skipped' },
    ]);
    await expectNothingLeft(world, sender, [receiver]);
  });

  test('a file that could not be read can be tried again', async () => {
    const file = fileOf('a', 10);
    let isThere = false;
    const slice = file.file!.slice.bind(file.file);
    const part = (start = 0, end = 10): Blob => {
      const read = () => Promise.reject(new DOMException('', 'NotFoundError'));
      return isThere ? slice(start, end) : Object.assign(slice(start, end), { arrayBuffer: read });
    };
    const files = [
      {
        ...file,
        file: Object.assign(file.file!, { slice: part, arrayBuffer: () => part().arrayBuffer() }),
      },
      fileOf('b', 4 * PIECE_BYTES),
    ];
    const world = createWorld();
    const sender = world.addSender(files);
    const receiver = world.addReceiver(sender.link, { beforeStore: () => world.wait(500) });
    await accept(world, receiver);
    await world.until(
      'a failure',
      () => receiver.host.delivery.getSnapshot().context.failedFiles.length > 0,
    );
    isThere = true;
    receiver.host.delivery.send({ type: 'retry.requested', file: 0 });
    await expectComplete(world, { sender, receiver, chosen: files });
    expect(receiver.host.delivery.getSnapshot().context.failedFiles).toEqual([]);
    await expectNothingLeft(world, sender, [receiver]);
  });
});

test('K7: a full disk pauses, and goes on after room was made', async () => {
  const world = createWorld();
  const sender = world.addSender(chosen);
  let isFull = true;
  const receiver = world.addReceiver(sender.link, {
    beforeStore(ordinal) {
      if (ordinal >= 2 && isFull) throw new PlatformError('disk.full', 'as the test wants it');
    },
  });
  await accept(world, receiver);
  await world.until('paused', () => receiver.state === 'paused' && sender.state() === 'paused');
  expect(sender.delivery().getSnapshot().context.pauses).toEqual(['disk']);
  receiver.host.delivery.send({ type: 'resume.requested' });
  await world.pass(1_000);
  expect(receiver.state, 'it is still full').toBe('paused');
  isFull = false;
  receiver.host.delivery.send({ type: 'resume.requested' });
  await expectComplete(world, { sender, receiver, chosen });
  await expectNothingLeft(world, sender, [receiver]);
});
