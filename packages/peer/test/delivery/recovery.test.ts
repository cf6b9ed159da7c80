import { PIECE_BYTES } from '@burritoshare/core';
import { describe, expect, test } from 'vitest';
import type { SharedBundle } from '../../src/index.ts';
import {
  accept,
  expectComplete,
  expectNothingLeft,
  filesOf,
  offered,
} from '../support/scenario.ts';
import type { DiskFaults } from '../support/watched-storage.ts';
import { createWorld, type ReceiverParty, type SenderParty, type World } from '../support/world.ts';

const PIECES = 6;
const chosen = filesOf([(PIECES - 1) * PIECE_BYTES, 10, PIECE_BYTES]);

interface Ends {
  readonly world: World;
  readonly sender: SenderParty;
  readonly receiver: ReceiverParty;
}

const bytesAt = ({ host }: ReceiverParty): number => host.delivery.getSnapshot().context.bytes;

async function halfway(storing = 100, faults: DiskFaults = {}): Promise<Ends> {
  const world = createWorld();
  const sender = world.addSender(chosen);
  const receiver = world.addReceiver(sender.link, {
    beforeStore: () => world.wait(storing),
    ...faults,
  });
  await accept(world, receiver);
  await world.until('half of it', () => bytesAt(receiver) >= 3 * PIECE_BYTES);
  return { world, sender, receiver };
}

async function expectResumed({ world, sender, receiver }: Ends, visits = [receiver]) {
  await expectComplete(world, { sender, receiver, chosen });
  await expectNothingLeft(world, sender, visits);
}

/** Pieces that sources have read, for one delivery in all of its generations. */
const loadsOf = ({ sources }: SenderParty): number =>
  sources.reduce((sum, { loads }) => sum + loads, 0);

describe('a lost connection interrupts the delivery, and the next one goes on', () => {
  test.each(['sender', 'receiver'] as const)('R3: the %s loses its lane', async (who) => {
    const ends = await halfway();
    const { world, sender, receiver } = ends;
    const stored = receiver.sinks[0]!.stored;
    (who === 'sender' ? sender : receiver).connections[0]!.close();
    const other = who === 'sender' ? receiver : sender;
    await world.until('a loss', () => other.connections[0]!.connectionState === 'closed');
    await expectResumed(ends);
    expect(receiver.generations().length).toBe(2);
    // Stored pieces are not stored again.
    expect(receiver.sinks[0]!.stored).toBe(PIECES + 1);
    expect(stored).toBeGreaterThan(2);
  });

  test.each(['control', 'bulk'] as const)('G6: `%s` alone closes', async (label) => {
    const ends = await halfway();
    const { world, sender, receiver } = ends;
    sender.channel(label).close();
    // Long before a silence would be noticed.
    await world.until('an interruption', () => receiver.state === 'interrupted', 1_000);
    await expectResumed(ends);
    expect(receiver.generations()).toHaveLength(2);
  });

  test('G9: an ICE restart finds another path, and the connection stays', async () => {
    const ends = await halfway();
    ends.sender.connections[0]!.cut();
    await expectResumed(ends);
    expect(ends.receiver.generations()).toHaveLength(1);
  });

  test('G9: an ICE restart follows at once when the platform gives the path up', async () => {
    const ends = await halfway();
    const { world, sender, receiver } = ends;
    const began = world.clock.now();
    receiver.connections[0]!.fail();
    await expectComplete(world, { sender, receiver, chosen });
    expect(world.clock.now() - began).toBeLessThan(10_000);
    expect(receiver.generations()).toHaveLength(1);
    await expectNothingLeft(world, sender, [receiver]);
  });

  test.each([
    ['both ways', ['', '']],
    ['to the receiver', ['sender', 'receiver1']],
    ['to the sender', ['receiver1', 'sender']],
  ] as const)('G9: the way is blocked for a minute, %s', async (_, [from, to]) => {
    const ends = await halfway();
    const { world, sender, receiver } = ends;
    const ways =
      from === ''
        ? ([
            ['sender', 'receiver1'],
            ['receiver1', 'sender'],
          ] as const)
        : [[from, to] as const];
    for (const [a, b] of ways) world.internet.block(a, b);
    await world.until('an interruption', () => receiver.state === 'interrupted');
    await world.until('the other side’s', () => sender.state() === 'interrupted');
    await world.pass(60_000);
    expect([sender.state(), receiver.state]).toEqual(['interrupted', 'interrupted']);
    for (const [a, b] of ways) world.internet.unblock(a, b);
    await expectResumed(ends);
  });

  test('G8: before anything was accepted, the offer comes again', async () => {
    const world = createWorld();
    const sender = world.addSender(chosen);
    const receiver = world.addReceiver(sender.link);
    await offered(world, receiver);
    sender.connections[0]!.close();
    await world.until('a second connection', () => receiver.generations().length === 2);
    await accept(world, receiver);
    await expectResumed({ world, sender, receiver });
  });

  test('the connection is lost while the sink is being opened', async () => {
    const world = createWorld();
    const sender = world.addSender(chosen);
    const receiver = world.addReceiver(sender.link, { beforeOpen: () => world.wait(1_000) });
    await accept(world, receiver);
    await world.pass(10);
    expect(receiver.host.delivery.getSnapshot().matches({ open: 'preparing' })).toBe(true);
    sender.connections[0]!.close();
    await expectResumed({ world, sender, receiver });
  });

  test('X3: after `verified`, the receiver is complete, and tells the sender when it can', async () => {
    const { world, sender, receiver } = await halfway(10);
    await world.until('verifying', () => receiver.state === 'verifying');
    world.internet.block('sender', 'receiver1');
    await world.until('an end', () => receiver.state === 'complete');
    expect(sender.state()).not.toBe('failed');
    world.internet.unblock('sender', 'receiver1');
    await expectResumed({ world, sender, receiver });
  });

  test('G1, X3: a complete receiver still tells the sender, though its disk failed meanwhile', async () => {
    let failures = 0;
    const beforeRecord = (generation: number): void => {
      if (generation > 1 && ++failures <= 3) throw new DOMException('a disk error', 'UnknownError');
    };
    const { world, sender, receiver } = await halfway(10, { beforeRecord });
    await world.until('verifying', () => receiver.state === 'verifying');
    world.internet.block('sender', 'receiver1');
    await world.until('an end', () => receiver.state === 'complete');
    world.internet.unblock('sender', 'receiver1');
    await expectResumed({ world, sender, receiver });
    expect(failures).toBe(4);
  });
});

describe('a visit that ends', () => {
  const sharedBy = ({ host }: SenderParty): SharedBundle => {
    const { manifest, secrets } = host.bundle.getSnapshot().context;
    if (manifest === undefined || secrets === undefined) throw new Error('nothing is shared');
    const { token, secret, staticKeys } = secrets;
    const files = chosen.map(({ file }) => file);
    return { manifest, token, secret, privateKey: staticKeys.privateKey, files };
  };

  test('R1: the receiver comes back with what it holds', async () => {
    const { world, sender, receiver } = await halfway();
    const loads = loadsOf(sender);
    void receiver.host.stop();
    await world.until('an interruption', () => sender.state() === 'interrupted');
    const again = await world.revisit(receiver);
    expect([again.state, bytesAt(again) >= 3 * PIECE_BYTES]).toEqual(['interrupted', true]);
    await expectComplete(world, { sender, receiver: again, chosen });
    expect(sender.host.bundle.getSnapshot().context.deliveries, 'the same delivery').toHaveLength(
      1,
    );
    expect(again.sinks[0]!.stored).toBeLessThanOrEqual(PIECES + 1 - 3);
    expect(loadsOf(sender) - loads).toBeLessThan(PIECES + 1);
    await expectNothingLeft(world, sender, [receiver, again]);
  });

  test('R3: the sender comes back under the same link, and hashes what is held', async () => {
    const { world, sender, receiver } = await halfway();
    const restored = sharedBy(sender);
    // The page goes without a word.
    for (const one of [...sender.connections, ...sender.sockets]) one.close();
    sender.clock.stop();
    await world.until('an interruption', () => receiver.state === 'interrupted');
    // Pieces that are still being stored would be sent once more: wait until they are done.
    await world.pass(1_000);
    const stored = receiver.sinks[0]!.stored;
    const again = world.addSender(chosen, { restored });
    expect(again.link).toEqual(sender.link);
    await expectComplete(world, { sender: again, receiver, chosen });
    expect(receiver.sinks[0]!.stored, 'what was held is not sent').toBe(PIECES + 1);
    expect(stored).toBeGreaterThan(2);
    await expectNothingLeft(world, again, [receiver]);
  });

  test('R6: a file that the sender no longer has fails, and that file alone', async () => {
    const { world, sender, receiver } = await halfway();
    const bundle = sharedBy(sender);
    const restored = { ...bundle, files: [bundle.files[0], undefined, bundle.files[2]] };
    for (const one of [...sender.connections, ...sender.sockets]) one.close();
    sender.clock.stop();
    const again = world.addSender(chosen, { restored });
    await expectComplete(world, { sender: again, receiver, chosen });
    const failed = [{ file: 1, code: 'source.unreadable' }];
    expect(receiver.host.delivery.getSnapshot().context.failedFiles).toEqual(failed);
    await expectNothingLeft(world, again, [receiver]);
  });

  test('R4: a held piece that differs from the sender’s is sent again', async () => {
    const { world, sender, receiver } = await halfway();
    void receiver.host.stop();
    const [first] = receiver.sinks;
    const { memory } = first!;
    const other = new Uint8Array(PIECE_BYTES).fill(1);
    await memory.store({ ordinal: 1 }, other);
    const again = await world.revisit(receiver);
    await expectComplete(world, { sender, receiver: again, chosen });
    await expectNothingLeft(world, sender, [receiver, again]);
  });
});
