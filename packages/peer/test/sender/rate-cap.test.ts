import { PIECE_BYTES, rateAllowance } from '@burritoshare/core';
import { describe, expect, test } from 'vitest';
import { createRateMember } from '../../src/sender/rate-cap.ts';
import { createAllotment } from '../../src/sender/allotment.ts';
import { accept, expectComplete, expectNothingLeft, filesOf } from '../support/scenario.ts';
import { createWorld, type SenderParty } from '../support/world.ts';

const CAP = 1_000_000;

/** Two portions, and the rounding up to chunks. */
const SLACK = 0.25 * CAP;

/** Bytes that the sender has handed to its bulk channels so far, by connection. */
function handedOver({ connections }: SenderParty): readonly number[] {
  return connections.map(({ channels }) => channels.get(1)?.sentBytes ?? 0);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

test('a cap holds from the start, also of the next connection, and lifting it lets everything through', async () => {
  const chosen = filesOf([40 * PIECE_BYTES]);
  const world = createWorld();
  const sender = world.addSender(chosen);
  sender.host.setRateCap(CAP);
  expect(sender.host.rateCap()).toBe(CAP);
  const receiver = world.addReceiver(sender.link);
  await accept(world, receiver);
  const began = world.clock.now();
  const handed = () => sum(handedOver(sender));
  for (let second = 1; second <= 6; second++) {
    await world.pass(1_000);
    expect(handed()).toBeLessThanOrEqual(second * CAP + SLACK);
  }
  expect(handed()).toBeGreaterThan(5 * CAP);

  sender.connections[0]!.close();
  await world.until('another connection', () => handedOver(sender).length === 2);
  await world.until('bytes on it', () => (handedOver(sender)[1] ?? 0) > 0);
  await world.pass(3_000);
  const lasted = world.clock.now() - began;
  expect(handed()).toBeLessThanOrEqual((lasted * CAP) / 1000 + SLACK);
  expect(sender.connections, 'no lane is opened for a cap').toHaveLength(2);

  sender.host.setRateCap(undefined);
  const lifted = world.clock.now();
  await expectComplete(world, { sender, receiver, chosen });
  expect(world.clock.now() - lifted).toBeLessThan(10_000);
  await expectNothingLeft(world, sender, [receiver]);
});

test('a cap applies to a delivery that moves already', async () => {
  const chosen = filesOf([64 * PIECE_BYTES]);
  const world = createWorld({ speed: { rate: 2_000 } });
  const sender = world.addSender(chosen);
  const receiver = world.addReceiver(sender.link);
  await accept(world, receiver);
  await world.until('bytes', () => receiver.host.delivery.getSnapshot().context.bytes > 0);
  sender.host.setRateCap(CAP / 2);
  const before = sum(handedOver(sender));
  await world.pass(10_000);
  const handed = sum(handedOver(sender)) - before;
  expect(handed).toBeLessThanOrEqual(5 * CAP + SLACK);
  expect(handed).toBeGreaterThan(4 * CAP);
  sender.host.setRateCap(undefined);
  await expectComplete(world, { sender, receiver, chosen });
  await expectNothingLeft(world, sender, [receiver]);
});

test('deliveries share the cap evenly while their bytes move', async () => {
  const chosen = filesOf([24 * PIECE_BYTES]);
  const world = createWorld();
  const sender = world.addSender(chosen);
  sender.host.setRateCap(CAP);
  const receivers = [world.addReceiver(sender.link), world.addReceiver(sender.link)];
  for (const receiver of receivers) await accept(world, receiver);
  await world.pass(1_000);

  /** The bytes that each connection sends in so many seconds. */
  const gained = async (seconds: number): Promise<readonly number[]> => {
    const before = handedOver(sender);
    await world.pass(seconds * 1_000);
    return handedOver(sender).map((bytes, index) => bytes - (before[index] ?? 0));
  };
  for (const bytes of await gained(4)) expect(bytes / (2 * CAP)).toBeCloseTo(1, 0.5);

  // A delivery that pauses leaves its part to the other, and gets it back.
  sender.delivery(1).send({ type: 'pause.requested' });
  await world.pass(1_000);
  const [paused, alone] = await gained(4);
  expect(paused).toBe(0);
  expect(alone! / (4 * CAP)).toBeCloseTo(1, 0.5);
  sender.delivery(1).send({ type: 'resume.requested' });
  await world.pass(1_000);
  for (const bytes of await gained(4)) expect(bytes / (2 * CAP)).toBeCloseTo(1, 0.5);

  // A delivery that is cancelled leaves its part, too.
  receivers[0]!.host.delivery.send({ type: 'cancel.requested' });
  await world.pass(1_000);
  expect((await gained(3))[1]! / (3 * CAP)).toBeCloseTo(1, 0.5);
  sender.host.setRateCap(undefined);
  await expectComplete(world, { sender, receiver: receivers[1]!, chosen, number: 2 });
  await expectNothingLeft(world, sender, receivers);
});

test('a delivery that is all sent leaves its part to the others', async () => {
  const chosen = filesOf([2 * PIECE_BYTES]);
  const world = createWorld();
  const sender = world.addSender(chosen);
  sender.host.setRateCap(CAP);
  const first = world.addReceiver(sender.link);
  await accept(world, first);
  await world.pass(1_500);
  const second = world.addReceiver(sender.link);
  await accept(world, second);
  await expectComplete(world, { sender, receiver: first, chosen });
  const before = handedOver(sender)[1]!;
  await world.pass(500);
  expect(handedOver(sender)[1]! - before).toBeGreaterThan(0.4 * CAP);
  await expectComplete(world, { sender, receiver: second, chosen, number: 2 });
  await expectNothingLeft(world, sender, [first, second]);
});

test('at a rate at which a piece takes longer than a stall, nothing is given up', async () => {
  const chosen = filesOf([3 * PIECE_BYTES]);
  const world = createWorld();
  const sender = world.addSender(chosen);
  sender.host.setRateCap(64_000);
  const receiver = world.addReceiver(sender.link);
  await accept(world, receiver);
  await expectComplete(world, { sender, receiver, chosen });
  expect(sender.connections).toHaveLength(1);
  await expectNothingLeft(world, sender, [receiver]);
});

test.each([0, -1, NaN])('a cap of %d is refused', (bytesPerSecond) => {
  const sender = createWorld().addSender(filesOf([1]));
  expect(() => sender.host.setRateCap(bytesPerSecond)).toThrow(RangeError);
  expect(sender.host.rateCap()).toBeUndefined();
  sender.host.stop();
});

describe('an allotment', () => {
  test('tells each member its part when a member comes or goes, and when the total changes', () => {
    let cap: number | undefined = 12;
    const allotment = createAllotment((members) => rateAllowance(cap, members));
    const told: (readonly [string, number | undefined])[] = [];
    const leaveA = allotment.join((part) => told.push(['a', part]));
    const leaveB = allotment.join((part) => told.push(['b', part]));
    cap = 30;
    allotment.divide();
    leaveA();
    cap = undefined;
    allotment.divide();
    leaveB();
    allotment.divide();
    expect(told).toEqual([
      ['a', 12],
      ['a', 6],
      ['b', 6],
      ['a', 15],
      ['b', 15],
      ['b', 30],
      ['b', undefined],
    ]);
  });
});

test('a member has its part while bytes move, and is told only what is new', () => {
  const others: (number | undefined)[] = [];
  const told: (number | undefined)[] = [];
  const allotment = createAllotment((members) => rateAllowance(12, members));
  allotment.join((part) => others.push(part));
  const member = createRateMember(allotment, (part) => told.push(part));
  member.hear({ type: 'outflow.resumed' });
  member.hear({ type: 'outflow.started', credit: 1 });
  member.hear({ type: 'outflow.paused' });
  member.hear({ type: 'outflow.resumed' });
  // All is sent; the other side still verifies.
  member.hear({ type: 'lanes.stopped' });
  expect(others).toEqual([12, 6, 12, 6, 12]);
  member.hear({ type: 'outflow.stopped' });
  expect(others).toHaveLength(5);
  expect(told).toEqual([6]);
  // The next connection's flow has not been told.
  member.hear({ type: 'outflow.started', credit: 1 });
  expect(told).toEqual([6, 6]);
});

test('where there is no cap, nothing is told', () => {
  const told: (number | undefined)[] = [];
  const allotment = createAllotment((members) => rateAllowance(undefined, members));
  const member = createRateMember(allotment, (part) => told.push(part));
  member.hear({ type: 'outflow.started', credit: 1 });
  allotment.divide();
  expect(told).toEqual([]);
});
