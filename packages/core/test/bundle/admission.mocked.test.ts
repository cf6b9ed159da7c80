import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';

import { rankOf } from '../../src/bundle/admission.ts';
import type { BundleDelivery } from '../../src/bundle/index.ts';
import {
  ABSENCE_TIMEOUT,
  ACCEPTANCES_PER_TAG,
  ADMISSIONS_PER_TAG,
  DELIVERIES_MAX,
  WAITING_MAX,
} from '../../src/constants.ts';
import { types } from '../support/sender-tab.ts';
import { deliveryId, Stranger } from '../support/stranger.ts';
import { reasonOf, Room, SEATS } from './admission-room.ts';

// Admission doesn't depend on the curve, and a real one takes milliseconds for each of thousands of handshakes. This
// one computes the same secret at both ends, and keeps none.
vi.mock('../../src/noise/x25519.ts', () => ({
  x25519: {
    getPublicKey: (key: Uint8Array) => Uint8Array.from(key),
    getSharedSecret: (key: Uint8Array, other: Uint8Array) =>
      key.map((byte, index) => byte ^ (other[index] ?? 0)),
  },
}));

describe('A: which receivers get a place', () => {
  test('A1, A2, I13: 66 hellos from one neighbourhood disturb nobody who looks or receives', () => {
    const room = new Room();
    room.arrive(1, 'near');
    room.connect(1);
    room.arrive(2, 'near');
    room.accept(2);
    for (let number = 10; number < 76; number++) room.arrive(number, 'near');
    expect(room.rows.slice(0, 2)).toEqual([1, 2]);
    expect(room.rows).toHaveLength(2 + ADMISSIONS_PER_TAG - 1);
    expect(room.bundle.context.waiting.length).toBeLessThanOrEqual(WAITING_MAX);
    expect(types(room.arrive(100, 'far'))).toEqual([
      'relay.send',
      'member.admit',
      'delivery.open',
      'session.open',
    ]);
  });

  test('A2: connecting 64 times from one neighbourhood takes four rows, and others come in', () => {
    const room = new Room();
    room.arrive(1, 'far');
    room.connect(1);
    for (let number = 10; number < 74; number++) {
      room.online(number, 'near');
      room.hello(number);
      room.connect(number);
    }
    expect(room.rows).toEqual([1, 10, 11, 12, 13]);
    room.online(100, 'near');
    expect(reasonOf(room.hello(100))).toBe('full');
    expect(types(room.arrive(101, 'far'))).toContain('delivery.open');
  });

  test('A2: a receiver that opens the link again and again has left before, and comes in', () => {
    const room = new Room();
    for (let number = 10; number < 30; number++) {
      expect(types(room.arrive(number, 'near'))).toContain('delivery.open');
      room.connect(number);
      room.bundle.send({ type: 'delivery.lost', delivery: deliveryId(number) });
      room.offline(number);
    }
    expect(room.rows).toEqual([26, 27, 28, 29]);
    expect(room.bundle.context.waiting).toEqual([]);
  });

  test('A2: accepting 64 times from one neighbourhood and leaving keeps out nobody of another', () => {
    const room = new Room();
    for (let number = 10; number < 74; number++) {
      room.online(number, 'near');
      room.hello(number);
      room.accept(number);
      room.bundle.send({ type: 'delivery.lost', delivery: deliveryId(number) });
      room.offline(number);
    }
    expect(room.rows).toHaveLength(ACCEPTANCES_PER_TAG);
    room.online(100, 'near');
    expect(reasonOf(room.hello(100))).toBe('full');
    expect(types(room.arrive(101, 'far'))).toContain('delivery.open');
    // The person can make room for others by cancelling one of them.
    room.bundle.send({ type: 'delivery.ended', delivery: deliveryId(10) });
    expect(types(room.hello(100, 2).said)).toContain('delivery.open');
    expect(room.rows, 'nobody who has accepted was put out').toContain(11);
  });

  test('A3: a seat goes to a known delivery of a higher rank, and never to a newcomer', () => {
    const room = new Room();
    room.arrive(1, 'a');
    room.accept(1);
    room.offline(1);
    for (let number = 2; number <= 9; number++) room.arrive(number, `tag ${number}`);
    for (let number = 3; number <= 9; number++) room.connect(number);
    expect(room.seated).toBe(SEATS);
    room.online(10, 'b');
    expect(reasonOf(room.hello(10))).toBe('full');
    const peer = (number: number): string => new Stranger(number).peer;
    expect(room.bundle.send({ type: 'peer.online', peer: peer(1), tag: 'a' })).toEqual([
      { type: 'delivery.putOut', delivery: deliveryId(2) },
      { type: 'member.dismiss', member: peer(2) },
      { type: 'member.admit', member: peer(1) },
    ]);
    expect(room.bundle.context.waiting.map(({ number }) => number)).toEqual([10, 2]);
  });

  test('A3: a receiver that has accepted takes the seat of one that looks, and never the other way round', () => {
    const room = new Room();
    const peer = (number: number): string => new Stranger(number).peer;
    for (const number of [1, 2]) {
      room.arrive(number, `tag ${number}`);
      if (number === 1) room.accept(number);
      else room.connect(number);
      room.offline(number);
    }
    for (let number = 3; number <= 10; number++) {
      room.arrive(number, `tag ${number}`);
      if (number === 3) room.connect(number);
      else room.accept(number);
    }
    expect(room.bundle.send({ type: 'peer.online', peer: peer(2), tag: 'tag 2' })).toEqual([
      { type: 'member.dismiss', member: peer(2) },
    ]);
    // The admit was for its earlier seat. Without it, it may knock like anybody else.
    room.offline(2);
    expect(room.bundle.send({ type: 'peer.online', peer: peer(2), tag: 'tag 2' })).toEqual([]);
    expect(room.bundle.send({ type: 'peer.online', peer: peer(1), tag: 'tag 1' })).toEqual([
      { type: 'delivery.putOut', delivery: deliveryId(3) },
      { type: 'member.dismiss', member: peer(3) },
      { type: 'member.admit', member: peer(1) },
    ]);
  });

  test('A3: a receiver that has ended gives up its seat if another needs one', () => {
    const room = new Room();
    for (let number = 1; number <= SEATS; number++) room.arrive(number, `tag ${number}`);
    room.bundle.send({ type: 'delivery.ended', delivery: deliveryId(4) });
    room.online(20, 'b');
    expect(types(room.hello(20).said)).toEqual([
      'relay.send',
      'member.dismiss',
      'member.admit',
      'delivery.open',
      'session.open',
    ]);
  });

  test('A6: a waiting receiver comes in by itself when a seat is free, under its number', () => {
    const room = new Room();
    for (let number = 1; number <= SEATS; number++) room.arrive(number, `tag ${number}`);
    room.online(20, 'b');
    expect(reasonOf(room.hello(20))).toBe('full');
    const [shown] = room.bundle.context.waiting;
    expect(reasonOf(room.hello(20, 2))).toBe('full');
    expect(room.bundle.context.waiting).toEqual([shown]);
    room.offline(3);
    expect(types(room.hello(20, 3).said)).toContain('delivery.open');
    expect(room.bundle.context.deliveries.at(-1)?.number).toBe(shown?.number);
    expect(room.bundle.context.waiting).toEqual([]);
  });

  test('A6: a receiver that gives up waiting is not shown for ever', () => {
    const room = new Room();
    for (let number = 1; number <= SEATS; number++) room.arrive(number, `tag ${number}`);
    room.online(20, 'b');
    room.hello(20);
    room.bundle.elapse(`waiting ${deliveryId(20)}`);
    expect(room.bundle.context.waiting).toEqual([]);
  });

  test('A4: after each joining the sender repeats who has a seat, the accepted first', () => {
    const room = new Room();
    for (let number = 1; number <= 3; number++) room.arrive(number, `tag ${number}`);
    room.accept(2);
    room.bundle.send({ type: 'signaling.lost' });
    const peers = [1, 2, 3, 9].map((number) => new Stranger(number).peer);
    const said = room.bundle.send({
      type: 'signaling.joined',
      peers,
      tags: peers.map(() => 'a'),
      seats: 2,
    });
    expect(said).toEqual([
      { type: 'member.admit', member: peers[1] },
      { type: 'member.admit', member: peers[0] },
    ]);
  });
});

describe('A7: rows that are removed by a timer', () => {
  const goes = (room: Room, number: number): boolean =>
    room.bundle.timers.get(`absent ${deliveryId(number)}`)?.delay === ABSENCE_TIMEOUT;

  test('A7: receivers that left without ever connecting, or after looking, and no others', () => {
    const room = new Room();
    for (let number = 1; number <= 5; number++) room.arrive(number, `tag ${number}`);
    for (const number of [2, 3, 4]) room.connect(number);
    room.accept(4);
    room.bundle.send({ type: 'delivery.lost', delivery: deliveryId(3) });
    room.bundle.send({ type: 'delivery.lost', delivery: deliveryId(4) });
    room.bundle.send({ type: 'delivery.ended', delivery: deliveryId(5) });
    for (let number = 1; number <= 5; number++) room.offline(number);
    expect([1, 2, 3, 4, 5].filter((number) => goes(room, number))).toEqual([1, 3, 5]);
    expect(room.bundle.elapse(`absent ${deliveryId(1)}`)).toEqual([
      { type: 'delivery.close', delivery: deliveryId(1) },
    ]);
    expect(room.rows).toEqual([2, 3, 4, 5]);
  });

  test('A7: a receiver that comes back in time stays; while the server is away, nobody counts as absent', () => {
    const room = new Room();
    room.arrive(1, 'a');
    room.offline(1);
    expect(goes(room, 1)).toBe(true);
    room.online(1, 'a');
    expect(goes(room, 1)).toBe(false);
    room.bundle.send({ type: 'signaling.lost' });
    expect(room.bundle.timers.size).toBe(0);
    room.bundle.send({ type: 'signaling.joined', peers: [], tags: [], seats: SEATS });
    expect(goes(room, 1)).toBe(true);
    room.bundle.send({ type: 'sharing.stopped' });
    expect(room.bundle.timers.size).toBe(0);
  });

  test('A5: everything that came to nothing is removed at once when the person wants it', () => {
    const room = new Room();
    for (let number = 1; number <= 4; number++) room.arrive(number, `tag ${number}`);
    room.connect(1);
    room.accept(2);
    room.bundle.send({ type: 'delivery.ended', delivery: deliveryId(3) });
    expect(room.bundle.send({ type: 'deliveries.cleared' })).toEqual([
      { type: 'delivery.putOut', delivery: deliveryId(4) },
      { type: 'member.dismiss', member: new Stranger(4).peer },
    ]);
    expect(room.rows).toEqual([1, 2]);
  });
});

const moves = fc.record({
  what: fc.oneof(
    { weight: 6, arbitrary: fc.constant('arrive' as const) },
    { weight: 2, arbitrary: fc.constantFrom('connect', 'accept', 'come') },
    {
      weight: 2,
      arbitrary: fc.constantFrom('end', 'lose lane', 'leave', 'elapse', 'clear', 'rejoin'),
    },
  ),
  who: fc.integer({ min: 1, max: 24 }),
});

test('A1 to A3, I13: in any course ranks are kept, and so are the bounds', () => {
  const tagOf = (who: number): string => `tag ${who % 3}`;
  let putOuts = 0;
  fc.assert(
    fc.property(fc.array(moves, { minLength: 20, maxLength: 40, size: 'max' }), (course) => {
      const room = new Room();
      const { bundle } = room;
      let generation = 0;
      for (const { what, who } of course) {
        const before = new Map(bundle.context.deliveries.map((one) => [one.id, one]));
        const known = before.get(deliveryId(who));
        const asked = bundle.commands.length;
        const isOnline = bundle.context.members.some(({ peer }) => peer === new Stranger(who).peer);
        if (what === 'arrive') {
          if (!isOnline) room.online(who, tagOf(who));
          room.hello(who, ++generation);
        } else if (what === 'connect') room.connect(who);
        else if (what === 'accept' && known?.lane === 'open') room.accept(who);
        else if (what === 'end') bundle.send({ type: 'delivery.ended', delivery: deliveryId(who) });
        else if (what === 'lose lane' && known?.lane === 'open')
          bundle.send({ type: 'delivery.lost', delivery: deliveryId(who) });
        else if (what === 'leave') room.offline(who);
        else if (what === 'come') room.online(who, tagOf(who));
        else if (what === 'elapse' && bundle.timers.size > 0)
          bundle.elapse([...bundle.timers.keys()][0] ?? '');
        else if (what === 'clear') bundle.send({ type: 'deliveries.cleared' });
        else if (what === 'rejoin') {
          const peers = bundle.context.members.map(({ peer }) => peer);
          const tags = bundle.context.members.map(({ tag }) => tag);
          bundle.send({ type: 'signaling.lost' });
          bundle.send({ type: 'signaling.joined', peers, tags, seats: SEATS });
        }

        for (const command of bundle.commands.slice(asked)) {
          if (command.type !== 'delivery.putOut' || what === 'clear') continue;
          putOuts += 1;
          const victim = before.get(command.delivery) ?? expect.fail('nobody’s');
          expectFair(victim, known, tagOf(who), what);
        }
        const { deliveries, members, waiting } = bundle.context;
        const seated = members.filter(({ isAdmitted }) => isAdmitted);
        expect(seated.length, 'A3: seats').toBeLessThanOrEqual(SEATS);
        expect(deliveries.length, 'A2: rows').toBeLessThanOrEqual(DELIVERIES_MAX);
        expect(waiting.length, 'A6: who waits').toBeLessThanOrEqual(WAITING_MAX);
        for (const tag of ['tag 0', 'tag 1', 'tag 2']) {
          const open = deliveries.filter((one) => one.tag === tag && one.stage === 'open');
          expect(open.length, 'A2: unaccepted').toBeLessThanOrEqual(ADMISSIONS_PER_TAG);
        }
        expect([...bundle.timers.keys()].toSorted(), 'A6, A7: timers').toEqual(
          bundle.context.watched.map(({ id }) => id).toSorted(),
        );
      }
      expectLiveness(room, ++generation);
    }),
    { numRuns: 50 },
  );
  // About 40 in a run. One is enough to show that the courses get this far.
  expect(putOuts, 'the courses get this far').toBeGreaterThan(0);
});

// Nobody makes room for a lower or the same rank, except greeted for greeted of one neighbourhood.
function expectFair(
  victim: BundleDelivery,
  winner: BundleDelivery | undefined,
  tag: string,
  what: string,
): void {
  expect(['arrive', 'come', 'rejoin'], 'A1: who may put out').toContain(what);
  expect(victim.stage, 'I13: nobody who has accepted is put out').toBe('open');
  if (what === 'rejoin') return;
  const rank = winner === undefined ? 1 : rankOf(winner);
  if (rankOf(victim) < rank) return;
  expect([rankOf(victim), rank, victim.tag], 'A1, A2').toEqual([1, 1, tag]);
}

// A free seat goes to a receiver that waits, whichever it is.
function expectLiveness(room: Room, generation: number): void {
  const { bundle } = room;
  for (const { peer } of bundle.context.members) bundle.send({ type: 'peer.offline', peer });
  for (const timer of bundle.timers.keys()) if (timer.startsWith('absent')) bundle.elapse(timer);
  room.online(30, 'tag 9');
  expect(types(room.hello(30, generation).said), 'I8').toContain('session.open');
}
