import { TEXT_BYTES_MAX } from '@burritoshare/core';
import { describe, expect, test } from 'vitest';
import {
  accept,
  expectComplete,
  expectNothingLeft,
  fileOf,
  filesOf,
  textOf,
} from '../support/scenario.ts';
import { createWorld } from '../support/world.ts';

describe('a delivery between the two hosts (I2, I11, I12)', () => {
  test.each([
    ['one file', filesOf([2_500_000])],
    ['an empty file', filesOf([0])],
    ['one byte', filesOf([1])],
    ['many small files', filesOf(Array.from({ length: 200 }, (_, index) => index * 37))],
  ])('%s', async (_, chosen) => {
    const world = createWorld();
    const sender = world.addSender(chosen);
    const receiver = world.addReceiver(sender.link);
    await accept(world, receiver);
    await expectComplete(world, { sender, receiver, chosen });
    // Sooner than the time-out of a close that gets no answer.
    await world.pass(1_000);
    for (const delivery of [receiver.host.delivery, sender.delivery()])
      expect(delivery.getSnapshot().context.path?.kind).toBe('local');
    expect(receiver.held()).toMatchObject({ timers: 0, connections: 0, sockets: 0 });
    await expectNothingLeft(world, sender, [receiver]);
  });

  test('folders without files, and a file of each kind beside them', async () => {
    const folder = {
      entry: { kind: 'folder', path: 'empty', size: 0, modified: null, mediaType: '' },
      file: undefined,
    } as const;
    const chosen = [folder, fileOf('a/b.txt', 70_000), fileOf('c.txt', 0)];
    const world = createWorld();
    const sender = world.addSender(chosen);
    const receiver = world.addReceiver(sender.link);
    await accept(world, receiver);
    await expectComplete(world, { sender, receiver, chosen });
    expect(receiver.host.delivery.getSnapshot().context.manifest?.entries).toHaveLength(3);
    await expectNothingLeft(world, sender, [receiver]);
  });

  test.each([
    ['alone', [textOf('Text.txt', 26)]],
    ['as long as one may be', [textOf('Text.txt', TEXT_BYTES_MAX)]],
    ['that is empty', [textOf('Text.txt', 0)]],
    ['with files', [fileOf('a.jpg', 2_500_000), textOf('Text.txt', 70_000), fileOf('b.jpg', 5)]],
  ])('M9 a text goes over as a file does, and can be read: %s', async (_, chosen) => {
    const world = createWorld();
    const sender = world.addSender(chosen);
    const receiver = world.addReceiver(sender.link);
    await accept(world, receiver);
    await expectComplete(world, { sender, receiver, chosen });
    const { manifest } = receiver.host.delivery.getSnapshot().context;
    const text = manifest?.entries.findIndex(({ kind }) => kind === 'text') ?? -1;
    const read = await receiver.host.read(text);
    expect(await read.arrayBuffer()).toEqual(await chosen[text]!.file!.arrayBuffer());
    await expectNothingLeft(world, sender, [receiver]);
  });
});
