import {
  IN_FLIGHT_START,
  CREDIT_WINDOW_BYTES,
  LANES_MAX,
  PIECE_BYTES,
  READ_AHEAD_PIECES,
  RECEIVERS_MAX,
} from '@burritoshare/core';
import { expect, test, vi } from 'vitest';
import type { SenderPlatform } from '../../src/platform.ts';
import {
  accept,
  expectComplete,
  expectNothingLeft,
  filesOf,
  isOver,
  offered,
} from '../support/scenario.ts';
import { createWorld, type ReceiverParty, type World } from '../support/world.ts';

const slowDisk = (world: World, milliseconds: number) => ({
  beforeStore: () => world.wait(milliseconds),
});

test('three receivers at once, each at its own pace (I13)', async () => {
  const chosen = filesOf([3_000_000, 10, 500_000]);
  const world = createWorld();
  const sender = world.addSender(chosen);
  const receivers = [0, 300, 2_000].map((pause) =>
    world.addReceiver(sender.link, slowDisk(world, pause)),
  );
  await Promise.all(
    receivers.map(async (receiver, index) => {
      if (index === 0) await accept(world, receiver);
    }),
  );
  const [fast, slow, slowest] = receivers;
  for (const receiver of [slow!, slowest!]) await accept(world, receiver);
  await world.until('the fast one', () => fast!.state === 'complete');
  expect(isOver(slowest!.state), 'the slow one is still at it').toBe(false);
  for (const receiver of receivers) await world.until('each', () => receiver.state === 'complete');
  for (const number of [1, 2, 3]) expect(sender.state(number)).toBe('complete');
  await expectNothingLeft(world, sender, receivers);
});

test('N11: both people read what the other calls themselves, and the sender’s line', async () => {
  const world = createWorld();
  const sender = world.addSender(filesOf([10]));
  sender.host.bundle.send({ type: 'sender.name.changed', name: 'Ana M.\n' });
  sender.host.bundle.send({ type: 'note.changed', note: 'The "last" ones' });
  const receiver = world.addReceiver(sender.link, { name: ' Bo B.\u202e' });
  const nameless = world.addReceiver(sender.link);
  for (const one of [receiver, nameless]) {
    await accept(world, one);
    expect(one.host.delivery.getSnapshot().context).toMatchObject({
      senderName: 'Ana M.',
      note: 'The "last" ones',
    });
    await world.until('its end', () => one.state === 'complete');
  }
  const { deliveries } = sender.host.bundle.getSnapshot().context;
  expect(deliveries.map(({ receiverName }) => receiverName)).toEqual(['Bo B.', undefined]);
  for (const secret of ['Ana M.', ' ones', 'Bo B.'])
    for (const text of world.server.heard) expect(text).not.toContain(secret);
  await expectNothingLeft(world, sender, [receiver, nameless]);
});

test('S6: a receiver that comes first waits for the sender, and says so', async () => {
  const chosen = filesOf([100_000]);
  const world = createWorld();
  world.server.isDown = true;
  const sender = world.addSender(chosen);
  await world.pass(100);
  world.server.isDown = false;
  const receiver = world.addReceiver(sender.link);
  await world.until(
    'waiting',
    () => receiver.host.delivery.getSnapshot().context.waitingFor === 'sender',
  );
  sender.host.retryNow();
  await accept(world, receiver);
  await expectComplete(world, { sender, receiver, chosen });
  await expectNothingLeft(world, sender, [receiver]);
});

test('I1: a slow disk holds up the sender, and memory stays within the window', async () => {
  const chosen = filesOf([40 * PIECE_BYTES + 7]);
  const world = createWorld({ speed: { rate: 100_000 } });
  const sender = world.addSender(chosen);
  const receiver = world.addReceiver(sender.link, slowDisk(world, 2_000));
  await accept(world, receiver);
  await world.pass(1_500);
  const most = CREDIT_WINDOW_BYTES / PIECE_BYTES + READ_AHEAD_PIECES + LANES_MAX - 1;
  expect(sender.sources[0]!.loads, 'read ahead, and not further').toBeLessThanOrEqual(most);
  await expectComplete(world, { sender, receiver, chosen });
  expect(receiver.sinks[0]!.peak).toBeGreaterThan(CREDIT_WINDOW_BYTES / 2);
  expect(receiver.sinks[0]!.peak).toBeLessThanOrEqual(CREDIT_WINDOW_BYTES);
  await expectNothingLeft(world, sender, [receiver]);
});

test('a slow path holds up the reading: the bytes in flight stay within their mark', async () => {
  const chosen = filesOf([12 * PIECE_BYTES]);
  const world = createWorld({ speed: { rate: 500 } });
  const sender = world.addSender(chosen);
  const receiver = world.addReceiver(sender.link);
  await accept(world, receiver);
  await expectComplete(world, { sender, receiver, chosen });
  const { peak } = sender.connections[0]!.channels.get(1)!;
  expect(peak).toBeGreaterThan(IN_FLIGHT_START / 2);
  expect(peak).toBeLessThanOrEqual(500_000);
  await expectNothingLeft(world, sender, [receiver]);
});

test('S7, S11: a receiver too many waits, and is let in by itself', async () => {
  const chosen = filesOf([10]);
  const world = createWorld();
  const sender = world.addSender(chosen);
  const receivers = Array.from({ length: RECEIVERS_MAX }, () => world.addReceiver(sender.link));
  for (const { host } of receivers) {
    await world.until('an offer', () => host.delivery.getSnapshot().context.sink !== undefined);
  }
  const late = world.addReceiver(sender.link);
  await world.until('a wait', () => late.state === 'waiting');
  expect(receivers.map(({ state }) => state)).toEqual(receivers.map(() => 'offered'));
  receivers[0]?.host.delivery.send({ type: 'cancel.requested' });
  await world.until('an offer', () => late.state === 'offered');
  await expectNothingLeft(world, sender, [...receivers, late]);
});

test('S8: a receiver that never accepts is asked to leave, and says why', async () => {
  const world = createWorld();
  const sender = world.addSender(filesOf([10]));
  const receiver = world.addReceiver(sender.link);
  await world.until('idle', () => receiver.state === 'failed', 11 * 60_000);
  expect(receiver.host.delivery.getSnapshot().context.failure).toBe('room.idle');
  await expectNothingLeft(world, sender, [receiver]);
});

test('S4: a second page of the same sender takes the seat; what moves goes on', async () => {
  const chosen = filesOf([2 * PIECE_BYTES]);
  const seat = new Uint8Array(32).fill(7);
  const world = createWorld();
  const sender = world.addSender(chosen, { seat });
  const receiver = world.addReceiver(sender.link, slowDisk(world, 500));
  await accept(world, receiver);
  await world.until('moving', () => receiver.state === 'moving');
  const second = world.addSender(chosen, { seat });
  await world.until('replaced', () =>
    sender.host.bundle.getSnapshot().matches({ offering: 'replaced' }),
  );
  await expectComplete(world, { sender, receiver, chosen });
  second.host.stop();
  await expectNothingLeft(world, sender, [receiver]);
});

test('S4: a second page of the same receiver takes the seat, and the first one says so', async () => {
  const chosen = filesOf([10]);
  const seat = new Uint8Array(32).fill(9);
  const world = createWorld();
  const sender = world.addSender(chosen);
  const first = world.addReceiver(sender.link, { seat });
  await world.until('an offer', () => first.state === 'offered');
  const second = world.addReceiver(sender.link, { seat });
  await world.until('replaced', () => first.state === 'failed');
  expect(first.host.delivery.getSnapshot().context.failure).toBe('replaced');
  await accept(world, second);
  await expectComplete(world, { sender, receiver: second, chosen, number: 2 });
  await expectNothingLeft(world, sender, [first, second]);
});

test('a visitor who comes again and again leaves no hosts behind in the sender (I13)', async () => {
  const seat = new Uint8Array(32).fill(9);
  const world = createWorld();
  const sender = world.addSender(filesOf([10]));
  const listed = () => sender.host.bundle.getSnapshot().context.deliveries.map(({ id }) => id);
  const receivers: ReceiverParty[] = [];
  const ids: string[] = [];
  for (let visit = 0; visit < 3; visit++) {
    const receiver = world.addReceiver(sender.link, { seat });
    receivers.push(receiver);
    await world.until('an offer', () => receiver.state === 'offered');
    expect(listed()).toHaveLength(1);
    ids.push(...listed());
  }
  expect(new Set(ids).size).toBe(3);
  for (const id of ids.slice(0, 2)) expect(() => sender.host.delivery(id)).toThrow(RangeError);
  expect(sender.host.delivery(ids[2]!).getSnapshot().value).toEqual({ open: 'offered' });
  await expectNothingLeft(world, sender, receivers);
});

test('a bundle’s source is prepared for each receiver that has been sent the offer', async () => {
  const chosen = filesOf([10]);
  const world = createWorld();
  const prepareSource = vi.fn<NonNullable<SenderPlatform['prepareSource']>>();
  const sender = world.addSender(chosen, { platform: { prepareSource } });
  expect(prepareSource).not.toHaveBeenCalled();
  const receivers = [world.addReceiver(sender.link), world.addReceiver(sender.link)];
  for (const receiver of receivers) await offered(world, receiver);

  expect(prepareSource).toHaveBeenCalledTimes(2);
  const { manifest } = sender.host.bundle.getSnapshot().context;
  for (const [input] of prepareSource.mock.calls)
    expect(input).toEqual({ manifest, files: [chosen[0]!.file] });
  await expectNothingLeft(world, sender, receivers);
});
