import { PIECE_BYTES, toBase64Url } from '@burritoshare/core';
import { describe, expect, test } from 'vitest';
import type { Relay, Tamper } from '../../src/testing/index.ts';
import { accept, expectComplete, expectNothingLeft, filesOf, isOver } from '../support/scenario.ts';
import { createWorld } from '../support/world.ts';

test('S10: a server that restarts in the middle of moving is not noticed', async () => {
  const chosen = filesOf([4 * PIECE_BYTES]);
  const world = createWorld();
  const sender = world.addSender(chosen);
  const receiver = world.addReceiver(sender.link, { beforeStore: () => world.wait(2_000) });
  await accept(world, receiver);
  await world.until('moving', () => receiver.state === 'moving');
  const seen = new Set<string>();
  receiver.host.delivery.subscribe(() => seen.add(receiver.state));
  sender.delivery().subscribe(() => seen.add(sender.state()));
  const count = world.server.sockets.length;
  world.server.restart();
  await world.until('both to come back', () => world.server.sockets.length === count + 2);
  expect(isOver(receiver.state), 'it came back before the end').toBe(false);
  await expectComplete(world, { sender, receiver, chosen });
  expect([...seen].toSorted()).toEqual(['complete', 'moving', 'verifying']);
  // S8: a receiver that had accepted says so again.
  expect(world.server.heard.filter((text) => text.includes('"accepted"'))).toHaveLength(2);
  await expectNothingLeft(world, sender, [receiver]);
});

test.each([0, 5, 10, 15, 20, 30, 40])(
  'a server lost %d ms after the start delays the delivery, and no more',
  async (after) => {
    const chosen = filesOf([100]);
    const world = createWorld({ seed: after + 1 });
    const sender = world.addSender(chosen);
    const receiver = world.addReceiver(sender.link);
    await world.pass(after);
    world.server.isDown = true;
    world.server.restart();
    await world.pass(20_000);
    world.server.isDown = false;
    await accept(world, receiver);
    await expectComplete(world, { sender, receiver, chosen });
    await expectNothingLeft(world, sender, [receiver]);
  },
);

describe('I9: a hostile server can delay or end a delivery, and nothing else', () => {
  const flipped = (relay: Relay): Relay => {
    if (relay.data === '') return relay;
    const place = Math.floor(relay.data.length / 2);
    const other = relay.data[place] === 'A' ? 'B' : 'A';
    return { ...relay, data: relay.data.slice(0, place) + other + relay.data.slice(place + 1) };
  };
  const invented = (relay: Relay): Relay => ({
    ...relay,
    data: toBase64Url(new Uint8Array(80).fill(5)),
  });
  const stranger = (relay: Relay): Relay => ({
    ...relay,
    seq: 0,
    session: toBase64Url(new Uint8Array(16).fill(3)),
  });
  const TAMPERS: Readonly<Record<string, (relay: Relay, held: Relay[]) => readonly Relay[]>> = {
    flips: (relay) => [flipped(relay)],
    drops: () => [],
    repeats: (relay) => [relay, relay],
    swaps: (relay, held) => (held.length === 0 ? (held.push(relay), []) : [relay, held.pop()!]),
    invents: (relay) => [invented(relay), relay],
    'opens sessions of its own': (relay) => [stranger(relay), stranger(invented(relay)), relay],
    'renumbers them': (relay) => [{ ...relay, seq: relay.seq + 1 }],
  };
  // A handshake in a receiver's name takes the place of its own.
  const mayEnd = ['swaps', 'opens sessions of its own'];
  // The place of the message that is tampered with, from the handshake to the candidates.
  const places = [0, 1, 2, 3, 4, 5, 6, 7];

  test.each(Object.keys(TAMPERS))('one that %s', async (name) => {
    for (const place of places) {
      const chosen = filesOf([20_000]);
      const world = createWorld({ seed: place + 1 });
      const held: Relay[] = [];
      let count = 0;
      const tamper: Tamper = (relay) => {
        const isPlace = count === place || held.length > 0;
        count += 1;
        return isPlace ? TAMPERS[name]!(relay, held) : [relay];
      };
      world.server.tamper = tamper;
      const sender = world.addSender(chosen);
      const receiver = world.addReceiver(sender.link);
      const { delivery } = receiver.host;
      await world.until(
        'an offer or an end',
        () => isOver(receiver.state) || delivery.getSnapshot().context.sink !== undefined,
      );
      expect(count).toBeGreaterThan(place);
      if (isOver(receiver.state)) {
        expect(mayEnd, `place ${place}`).toContain(name);
        expect(delivery.getSnapshot().context.failure).toBe('unreachable');
      } else {
        receiver.accept();
        await expectComplete(world, { sender, receiver, chosen });
      }
      await expectNothingLeft(world, sender, [receiver]);
    }
  });

  test.each([
    ['flips everything', flipped],
    ['answers everything itself', invented],
  ])('N6: one that %s is found out', async (_, tamper) => {
    const world = createWorld();
    world.server.tamper = (relay) => [tamper(relay)];
    const sender = world.addSender(filesOf([10]));
    const receiver = world.addReceiver(sender.link);
    await world.until('the end', () => isOver(receiver.state));
    expect(receiver.host.delivery.getSnapshot().context.failure).toBe('security');
    expect(sender.host.bundle.getSnapshot().context.deliveries, 'I6: no row').toHaveLength(0);
    await expectNothingLeft(world, sender, [receiver]);
  });

  test('one that drops everything: nobody sees a row, and nothing piles up', async () => {
    const world = createWorld();
    world.server.tamper = () => [];
    const sender = world.addSender(filesOf([10]));
    const receiver = world.addReceiver(sender.link);
    await world.pass(10 * 60_000 - 1_000);
    // The sender can't admit it: it knocks, is refused, and comes back (S7).
    expect(['connecting', 'waiting']).toContain(receiver.state);
    expect(sender.host.bundle.getSnapshot().context.deliveries).toHaveLength(0);
    expect(receiver.clock.pending + sender.clock.pending).toBeLessThan(6);
    await expectNothingLeft(world, sender, [receiver]);
  });

  test('I10, L4: the server hears neither names nor the secret', async () => {
    const world = createWorld();
    const chosen = [
      { ...filesOf([10])[0]!, entry: { ...filesOf([10])[0]!.entry, path: 'confidential.txt' } },
    ];
    const sender = world.addSender(chosen);
    const receiver = world.addReceiver(sender.link);
    await accept(world, receiver);
    await expectComplete(world, { sender, receiver, chosen });
    const heard = world.server.heard.join('\n');
    expect(heard).toContain(sender.link.room);
    for (const secret of [
      'confidential',
      'bundle',
      'fingerprint',
      toBase64Url(sender.link.secret),
    ]) {
      expect(heard).not.toContain(secret);
    }
  });
});
