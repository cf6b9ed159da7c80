// Which members keep a place in a room, and which get one, whatever strangers do (SPEC.md, S7 and S13).

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { KNOCKERS_MAX } from '../../src/constants.ts';
import { SENDER, type PeerId } from '../../src/protocol/types.ts';
import { RoomHost, settings } from './room-host.ts';

const NEAR = 'AAAAAA';
const FAR = 'BBBBBA';

/** A room whose members use a new socket each time. */
class Course {
  readonly host = new RoomHost({ ...settings, receiversMax: 3 });
  readonly #sockets = new Map<PeerId, string>();
  #joins = 0;

  join(member: PeerId, tag = NEAR): void {
    const socket = `socket ${++this.#joins}`;
    this.#sockets.set(member, socket);
    this.host.send({ type: 'member.joined', socket, member, tag });
  }

  socket(member: PeerId): string {
    return this.#sockets.get(member) ?? 'none';
  }

  admit(member: PeerId): void {
    this.host.send({ type: 'admit.received', socket: this.socket(SENDER), member });
  }

  stage(member: PeerId): string | undefined {
    return this.host.snapshot.context.seats.find((seat) => seat.member === member)?.stage;
  }

  get admitted(): readonly PeerId[] {
    const receivers = this.host.snapshot.context.seats.filter((seat) => seat.member !== SENDER);
    return receivers.filter(({ stage }) => stage === 'admitted').map(({ member }) => member);
  }

  /** A move that is possible with the room's id alone. */
  strange({ what, who }: Strange): void {
    const member = `stranger ${who}`;
    const socket = this.socket(member);
    if (what === 'join') this.join(member);
    else if (what === 'leave') this.host.send({ type: 'member.left', socket });
    else if (what === 'vanish') this.host.send({ type: 'socket.closed', socket });
    else if (what === 'accept') this.host.send({ type: 'delivery.accepted', socket });
    else if (what === 'garbage')
      this.host.send({ type: 'message.refused', socket, code: 'malformed' });
    else if (what === 'relay')
      this.host.send({
        type: 'relay.received',
        socket,
        to: SENDER,
        session: 'x',
        seq: 0,
        data: '',
      });
    else if (what === 'admit')
      this.host.send({ type: 'admit.received', socket, member: 'stranger 0' });
    else if (what === 'dismiss')
      this.host.send({ type: 'dismiss.received', socket, member: 'honest' });
    else this.host.elapse('knock.elapsed', member);
  }
}

type Strange = typeof strange extends fc.Arbitrary<infer One> ? One : never;
const strange = fc.record({
  what: fc.oneof(
    { weight: 6, arbitrary: fc.constant('join' as const) },
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        'leave',
        'vanish',
        'accept',
        'garbage',
        'relay',
        'admit',
        'dismiss',
        'elapse',
      ),
    },
  ),
  who: fc.integer({ min: 0, max: 15 }),
});
const strangers = fc.array(strange, { minLength: 5, maxLength: 40, size: 'max' });

describe('S7, S13, I13: places in a room', () => {
  test('S7: an admitted member is never put out by a knocking one', () => {
    fc.assert(
      fc.property(strangers, fc.integer({ min: 1, max: 3 }), (course, honest) => {
        const room = new Course();
        room.join(SENDER);
        for (let index = 0; index < honest; index++) {
          room.join(`honest ${index}`, index === 0 ? NEAR : FAR);
          room.admit(`honest ${index}`);
        }
        const seated = room.admitted;
        expect(seated).toHaveLength(honest);
        for (const move of course) {
          room.strange(move);
          expect(room.admitted, 'S7: who was admitted stays').toEqual(seated);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('S7: a member of another neighbourhood gets a place to knock, and keeps it for its time', () => {
    fc.assert(
      fc.property(strangers, strangers, (before, afterwards) => {
        const room = new Course();
        room.join(SENDER);
        for (const move of before) room.strange(move);
        room.join('honest', FAR);
        expect(room.stage('honest'), 'S7: a place').toBe('knocking');
        for (const move of afterwards) {
          room.strange(move);
          expect(room.stage('honest'), 'S7: and for its time').toBe('knocking');
        }
        room.host.elapse('knock.elapsed', 'honest');
        expect(room.stage('honest'), 'S7: no longer').toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });

  test('S13: honest members get in if the sender admits them, whoever was admitted before it joined', () => {
    const honest = fc.array(fc.constantFrom(NEAR, FAR), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(strangers, strangers, honest, (before, afterwards, tags) => {
        const room = new Course();
        room.join(SENDER);
        for (const move of before) {
          room.strange(move);
          // An earlier sender admitted everybody, and strangers with the link claim to have accepted.
          if (move.what === 'join') room.admit(`stranger ${move.who}`);
          if (move.what === 'join') room.strange({ ...move, what: 'accept' });
        }
        room.join(SENDER);
        for (const [index, tag] of tags.entries()) {
          room.join(`honest ${index}`, tag);
          for (const move of afterwards.slice(0, KNOCKERS_MAX - 1)) room.strange(move);
          room.admit(`honest ${index}`);
          expect(room.stage(`honest ${index}`), 'S13: admitted').toBe('admitted');
        }
        for (const move of afterwards) room.strange(move);
        expect(room.admitted, 'S13: they, and nobody else').toEqual(
          tags.map((_, index) => `honest ${index}`),
        );
      }),
      { numRuns: 60 },
    );
  });
});
