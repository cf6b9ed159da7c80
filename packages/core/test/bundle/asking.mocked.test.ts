// A8: the sender's person is asked before a receiver is told anything.

import { beforeEach, describe, expect, test, vi } from 'vitest';

import { bundleMachine } from '../../src/bundle/index.ts';
import { ADMISSIONS_PER_TAG, DELIVERIES_MAX, WAITING_MAX } from '../../src/constants.ts';
import { types } from '../support/sender-tab.ts';
import { deliveryId, Stranger } from '../support/stranger.ts';
import { reasonOf, Room, SEATS } from './admission-room.ts';

// Asking doesn't depend on the curve. This one computes the same secret at both ends, and keeps none.
vi.mock('../../src/noise/x25519.ts', () => ({
  x25519: {
    getPublicKey: (key: Uint8Array) => Uint8Array.from(key),
    getSharedSecret: (key: Uint8Array, other: Uint8Array) =>
      key.map((byte, index) => byte ^ (other[index] ?? 0)),
  },
}));

let room = new Room();
const { id: machine } = bundleMachine;

beforeEach(() => {
  room = new Room();
  room.bundle.send({ type: 'sender.name.changed', name: 'Ana' });
  room.bundle.send({ type: 'asking.changed', asksFirst: true });
});

const approve = (number: number) =>
  room.bundle.send({ type: 'approve.requested', delivery: deliveryId(number) });
const refuse = (number: number) =>
  room.bundle.send({ type: 'refuse.requested', delivery: deliveryId(number) });
const asked = (): readonly number[] =>
  room.bundle.context.waiting.flatMap(({ number, waitsFor, session }) =>
    waitsFor === 'answer' && session !== undefined ? [number] : [],
  );
const peer = (number: number): string => new Stranger(number).peer;

describe(`A8: the ${machine} asks first`, () => {
  test('a newcomer gets a seat and a word, and nothing of the bundle', () => {
    room.online(1, 'a');
    const { who, said } = room.hello(1);
    expect(types(said)).toEqual(['member.admit', 'relay.send']);
    expect(who.understand(said.slice(1))).toEqual({ type: 'wait', senderName: 'Ana' });
    expect(room.rows).toEqual([]);
    expect(asked()).toEqual([1]);
    expect(room.bundle.timers.size, 'for as long as it takes').toBe(0);
  });

  test('a yes ends the session; the receiver comes in with its number, and is not asked about again', () => {
    room.online(1, 'a');
    room.hello(1);
    room.arrive(2, 'b');
    expect(approve(2)).toMatchObject([{ type: 'relay.send', envelope: { data: '' } }]);
    expect(types(room.hello(2, 2).said)).toContain('session.open');
    expect(room.bundle.context.deliveries).toMatchObject([{ id: deliveryId(2), number: 2 }]);
    expect(asked()).toEqual([1]);
    room.offline(2);
    room.online(2, 'b');
    expect(types(room.hello(2, 3).said), 'a known one').toContain('session.open');
  });

  test('a no is said now, and whenever that delivery comes again', () => {
    room.online(1, 'a');
    const { who, said } = room.hello(1);
    expect(who.understand(said.slice(-1)).type).toBe('wait');
    expect(who.understand(refuse(1))).toEqual({ type: 'goodbye', reason: 'declined' });
    expect(room.bundle.context.waiting).toEqual([]);
    expect(reasonOf(room.hello(1, 2))).toBe('declined');
    room.bundle.send({ type: 'asking.changed', asksFirst: false });
    expect(reasonOf(room.hello(1, 3))).toBe('declined');
  });

  test('nobody is answered who doesn’t ask', () => {
    expect(approve(1)).toEqual([]);
    expect(refuse(1)).toEqual([]);
    expect(room.bundle.context).toMatchObject({ approved: [], refused: [] });
  });

  test('who is here already stays, and comes back', () => {
    room.bundle.send({ type: 'asking.changed', asksFirst: false });
    room.arrive(1, 'a');
    room.connect(1);
    room.bundle.send({ type: 'asking.changed', asksFirst: true });
    expect(types(room.hello(1, 2).said)).toContain('session.open');
  });

  test('who leaves can be said yes to for a while, and comes in later', () => {
    room.online(1, 'a');
    room.hello(1);
    room.offline(1);
    expect(asked()).toEqual([]);
    expect(approve(1), 'there is no session to end').toEqual([]);
    room.online(1, 'a');
    expect(types(room.hello(1, 2).said)).toContain('session.open');
  });

  test('who leaves and stays away is shown no longer', () => {
    room.online(1, 'a');
    room.hello(1);
    room.offline(1);
    room.bundle.elapse(`waiting ${deliveryId(1)}`);
    expect(room.bundle.context.waiting).toEqual([]);
  });

  test('N3: without the server there are no sessions, and the receivers ask again under their numbers', () => {
    room.online(1, 'a');
    room.hello(1);
    room.bundle.send({ type: 'signaling.lost' });
    expect(asked()).toEqual([]);
    room.bundle.send({ type: 'signaling.joined', peers: [peer(1)], tags: ['a'], seats: SEATS });
    room.hello(1, 2);
    expect(asked()).toEqual([1]);
  });

  test('I13: one neighbourhood asks a few times at once, and the others of it wait', () => {
    for (let number = 1; number <= ADMISSIONS_PER_TAG; number++) room.arrive(number, 'near');
    room.online(20, 'near');
    expect(reasonOf(room.hello(20))).toBe('full');
    room.arrive(30, 'far');
    expect(asked()).toHaveLength(ADMISSIONS_PER_TAG + 1);
  });

  test('I10: the rows and the answers are bounded', () => {
    for (let number = 1; number < 200; number++) {
      room.arrive(number, `tag ${number}`);
      if (number % 2 === 0) approve(number);
      else if (number % 3 === 0) refuse(number);
      else room.offline(number);
    }
    const { waiting, approved, refused } = room.bundle.context;
    expect(waiting.length).toBeLessThanOrEqual(WAITING_MAX);
    expect(approved.length).toBeLessThanOrEqual(DELIVERIES_MAX);
    expect(refused.length).toBeLessThanOrEqual(DELIVERIES_MAX);
  });

  test('I13: rows of one neighbourhood that wait for a place keep nobody of another from asking', () => {
    for (let number = 1; number <= 2 * WAITING_MAX; number++) room.arrive(number, 'near');
    expect(room.bundle.context.waiting).toHaveLength(WAITING_MAX);
    room.online(90, 'far');
    const { who, said } = room.hello(90);
    expect(who.understand(said.slice(-1)).type).toBe('wait');
    expect(room.bundle.context.waiting).toHaveLength(WAITING_MAX);
  });

  test('A3: who has a yes keeps the seat, and takes that of a question', () => {
    for (let number = 1; number <= SEATS; number++) room.arrive(number, `tag ${number}`);
    approve(1);
    room.online(20, 'another');
    expect(reasonOf(room.hello(20)), 'all seats are taken').toBe('full');
    approve(2);
    room.offline(2);
    room.online(20, 'another');
    room.hello(20);
    room.online(2, 'tag 2');
    expect(types(room.hello(2, 2).said)).toContain('session.open');
    expect(types(room.hello(1, 2).said)).toContain('session.open');
  });

  test('who asks when asking ends comes in', () => {
    room.arrive(1, 'a');
    room.arrive(2, 'b');
    const said = room.bundle.send({ type: 'asking.changed', asksFirst: false });
    expect(types(said)).toEqual(['relay.send', 'relay.send']);
    expect(types(room.hello(2, 2).said)).toContain('session.open');
    expect(types(room.hello(1, 2).said)).toContain('session.open');
  });

  test('A3: a question loses its seat to who was connected, and waits for a place', () => {
    room.bundle.send({ type: 'asking.changed', asksFirst: false });
    room.arrive(1, 'one');
    room.accept(1);
    room.offline(1);
    room.bundle.send({ type: 'asking.changed', asksFirst: true });
    const strangers = Array.from({ length: SEATS }, (_, index) => {
      room.online(10 + index, `tag ${index}`);
      const { who, said } = room.hello(10 + index);
      expect(who.understand(said.slice(-1)).type).toBe('wait');
      return who;
    });
    const said = room.bundle.send({ type: 'peer.online', peer: peer(1), tag: 'one' });
    expect(types(said)).toEqual(['relay.send', 'member.dismiss', 'member.admit']);
    expect(strangers[0]?.understand(said.slice(0, 1))).toEqual({
      type: 'goodbye',
      reason: 'full',
    });
    expect(asked()).toHaveLength(SEATS - 1);
    expect(room.bundle.context.waiting).toHaveLength(SEATS);
  });

  test('A5: clearing takes away who waits for a place, and nobody who waits for an answer', () => {
    room.online(1, 'a');
    room.hello(1);
    room.online(2, 'b');
    room.hello(2);
    approve(2);
    room.bundle.send({ type: 'deliveries.cleared' });
    expect(room.bundle.context.waiting.map(({ number }) => number)).toEqual([1]);
  });

  test('a seat has one page: another question of it takes the place of the first', () => {
    room.online(1, 'a');
    room.hello(1);
    room.hello(1, 2);
    expect(room.bundle.context.waiting).toHaveLength(1);
  });

  test('A9: a link for one ends with the first delivery that is complete, and the others with it', () => {
    room.bundle.send({ type: 'asking.changed', asksFirst: false });
    room.bundle.send({ type: 'once.changed', once: true });
    room.arrive(1, 'a');
    room.accept(1);
    room.arrive(2, 'b');
    room.accept(2);
    const completed = { type: 'delivery.completed', delivery: deliveryId(1) } as const;
    expect(room.bundle.send({ ...completed, isWhole: false }), 'something is missing').toEqual([]);
    const said = room.bundle.send({ ...completed, isWhole: true });
    expect(said).toEqual([
      { type: 'delivery.close', delivery: deliveryId(2) },
      { type: 'signaling.stop' },
    ]);
    expect(room.bundle.value).toEqual({ offering: 'spent' });
    for (const number of [1, 2])
      room.bundle.send({ type: 'delivery.ended', delivery: deliveryId(number) });
    expect(room.rows, 'what was delivered stays in sight').toEqual([1, 2]);
    expect(room.bundle.timers.size).toBe(0);
  });

  test('A9: any other link goes on', () => {
    room.bundle.send({ type: 'delivery.completed', delivery: deliveryId(1), isWhole: true });
    expect(room.bundle.value).toEqual({ offering: 'sharing' });
  });

  test('a bundle of an earlier visit asks as it did', () => {
    room.bundle.send({ type: 'sharing.stopped' });
    expect(room.bundle.context.asksFirst, 'another bundle doesn’t').toBe(false);
  });
});
