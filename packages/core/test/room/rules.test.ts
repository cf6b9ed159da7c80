import { describe, expect, test } from 'vitest';

import { toBase64Url } from '../../src/bytes.ts';
import { KNOCK_TIMEOUT, KNOCKERS_MAX, RECEIVERS_MAX } from '../../src/constants.ts';
import { memberOf, roomOf } from '../../src/protocol/link.ts';
import { REFUSAL_CODES, SENDER, type ClientMessage } from '../../src/protocol/types.ts';
import {
  closeCodeOf,
  proveSeat,
  refusalOf,
  socketEventOf,
  type RoomEvent,
} from '../../src/room/index.ts';
import { RoomHost, settings, TAG } from './room-host.ts';

const token = Uint8Array.from({ length: 32 }, (_, index) => index);
const room = toBase64Url(roomOf(token));

function join(
  change: Partial<Extract<ClientMessage, { type: 'join' }>>,
): Extract<ClientMessage, { type: 'join' }> {
  return { type: 'join', version: 2, role: 'sender', room, token: toBase64Url(token), ...change };
}

function introduced(): RoomHost {
  const host = new RoomHost();
  host.send({ type: 'member.joined', socket: 's', member: SENDER, tag: TAG });
  host.send({ type: 'member.joined', socket: 'a', member: 'receiver A', tag: TAG });
  return host;
}

describe('the seat', () => {
  test('S2: a token proves the sender’s seat if the room is its hash', () => {
    expect(proveSeat(join({}))).toEqual({ member: SENDER });
    expect(proveSeat(join({ token: toBase64Url(token.with(0, 1)) }))).toEqual({
      refused: 'seat.refused',
    });
    expect(proveSeat(join({ room: toBase64Url(roomOf(token).with(15, 0xff)) }))).toEqual({
      refused: 'seat.refused',
    });
  });

  test('S3: a receiver’s member id comes from its token, in every room', () => {
    const member = toBase64Url(memberOf(token));
    expect(proveSeat(join({ role: 'receiver' }))).toEqual({ member });
    expect(proveSeat(join({ role: 'receiver', room: toBase64Url(new Uint8Array(16)) }))).toEqual({
      member,
    });
    expect(
      proveSeat(join({ role: 'receiver', token: toBase64Url(token.with(31, 0)) })),
    ).not.toEqual({ member });
  });

  test('S11: another version is refused with its own code', () => {
    for (const version of [1, 3])
      expect(proveSeat(join({ version }))).toEqual({ refused: 'version' });
  });
});

describe('the meaning of a message', () => {
  test('S1: a second join is refused', () => {
    expect(socketEventOf('a', join({}))).toEqual({
      type: 'message.refused',
      socket: 'a',
      code: 'malformed',
    });
  });

  test('S5, S8, S9: all other messages become facts about their socket', () => {
    const relay = { type: 'relay', to: SENDER, session: 'x', seq: 3, data: 'y' } as const;
    expect(socketEventOf('a', relay)).toEqual({ ...relay, type: 'relay.received', socket: 'a' });
    expect(socketEventOf('a', { type: 'accepted' })).toEqual({
      type: 'delivery.accepted',
      socket: 'a',
    });
    expect(socketEventOf('a', { type: 'pong' })).toEqual({ type: 'pong.received', socket: 'a' });
    expect(socketEventOf('a', { type: 'leave' })).toEqual({ type: 'member.left', socket: 'a' });
  });

  test('S7, S8, S11, S12: each refusal has its close code', () => {
    expect(REFUSAL_CODES.map(closeCodeOf)).toEqual([1008, 1008, 1008, 4003, 4004, 1013]);
    expect(REFUSAL_CODES.map((code) => refusalOf(code).code)).toEqual(REFUSAL_CODES);
  });
});

function joining(socket: string, member: string, tag = TAG): RoomEvent {
  return { type: 'member.joined', socket, member, tag };
}

describe('a room', () => {
  test('S4: a second join of a seat replaces the first, and the other role is told of both', () => {
    const host = introduced();
    expect(
      host.send({ type: 'member.joined', socket: 'a2', member: 'receiver A', tag: TAG }),
    ).toMatchObject([
      { type: 'message.send', socket: 'a', message: { type: 'replaced' } },
      { type: 'socket.close', socket: 'a', code: 4001 },
      { type: 'message.send', socket: 's', message: { type: 'peer.offline', peer: 'receiver A' } },
      { type: 'message.send', socket: 'a2', message: { type: 'joined', peers: [SENDER] } },
      { type: 'message.send', socket: 's', message: { type: 'peer.online', peer: 'receiver A' } },
    ]);
  });

  test('S5: a relayed message has its true origin and goes where it says, but never between receivers', () => {
    const host = introduced();
    host.send({ type: 'member.joined', socket: 'b', member: 'receiver B', tag: TAG });
    const relay = { type: 'relay.received', session: 'x', seq: 0, data: 'y' } as const;
    expect(host.send({ ...relay, socket: 'a', to: SENDER })).toEqual([
      {
        type: 'message.send',
        socket: 's',
        message: { type: 'relay', from: 'receiver A', session: 'x', seq: 0, data: 'y' },
      },
    ]);
    expect(host.send({ ...relay, socket: 's', to: 'receiver B' })).toEqual([
      {
        type: 'message.send',
        socket: 'b',
        message: { type: 'relay', from: SENDER, session: 'x', seq: 0, data: 'y' },
      },
    ]);
    expect(host.send({ ...relay, socket: 'a', to: 'receiver B' })).toEqual([]);
    expect(host.send({ ...relay, socket: 's', to: SENDER })).toEqual([]);
    expect(host.send({ ...relay, socket: 's', to: 'receiver C' })).toEqual([]);
  });

  test('S7: seats are for the admitted; knocking members can take none', () => {
    const host = new RoomHost({ ...settings, receiversMax: RECEIVERS_MAX });
    host.send(joining('s', SENDER));
    for (let index = 0; index < RECEIVERS_MAX; index++) {
      host.send(joining(`${index}`, `receiver ${index}`));
      host.send({ type: 'delivery.accepted', socket: `${index}` });
      host.send({ type: 'admit.received', socket: 's', member: `receiver ${index}` });
    }
    for (let index = 0; index < 3 * KNOCKERS_MAX; index++)
      host.send(joining(`knocker ${index}`, `knocker ${index}`));
    host.send({ type: 'admit.received', socket: 's', member: `knocker ${3 * KNOCKERS_MAX - 1}` });
    for (let index = 0; index < RECEIVERS_MAX; index++)
      expect(host.lines.get(`${index}`)?.closed).toBeUndefined();
    expect(host.elapse('knock.elapsed', 'receiver 0')).toBe(false);
    const last = `knocker ${3 * KNOCKERS_MAX - 1}`;
    expect(host.elapse('knock.elapsed', last)).toBe(true);
    expect(host.lines.get(last)).toMatchObject({ closed: 4003 });
    expect(host.lines.get(last)?.heard.at(-1)).toEqual(refusalOf('room.full'));
  });

  test('S7: eight tokens that cycle from one prefix never keep out a member of another', () => {
    const host = new RoomHost();
    host.send(joining('s', SENDER));
    for (let index = 0; index < 40; index++) {
      host.send(joining(`${index}`, `attacker ${index}`));
      host.send({ type: 'delivery.accepted', socket: `${index}` });
    }
    expect(host.lines.get('31'), 'of one prefix the oldest goes').toMatchObject({ closed: 4003 });
    expect(host.send(joining('h', 'honest', 'BBBBBA'))).toContainEqual({
      type: 'socket.close',
      socket: '32',
      code: 4003,
      reason: 'room.full',
    });
    for (let index = 40; index < 80; index++) host.send(joining(`${index}`, `attacker ${index}`));
    host.send({ type: 'admit.received', socket: 's', member: 'honest' });
    expect(host.snapshot.context.seats).toContainEqual(
      expect.objectContaining({ member: 'honest', stage: 'admitted' }),
    );
  });

  test('S7, S13: the time to knock runs while the sender is here, and no newer socket renews it', () => {
    const host = new RoomHost();
    host.send(joining('a', 'receiver A'));
    expect(host.timers.has('knock.elapsed:receiver A')).toBe(false);
    host.send(joining('s', SENDER));
    const timer = host.timers.get('knock.elapsed:receiver A');
    expect(timer?.delay).toBe(KNOCK_TIMEOUT);
    host.send(joining('a2', 'receiver A'));
    expect(host.timers.get('knock.elapsed:receiver A')).toBe(timer);
    host.send({ type: 'member.left', socket: 's' });
    expect(host.timers.has('knock.elapsed:receiver A')).toBe(false);
  });

  test('S13: the sender admits and dismisses; a newer socket keeps the seat, others may do neither', () => {
    const host = introduced();
    host.send({ type: 'delivery.accepted', socket: 'a' });
    expect(host.send({ type: 'admit.received', socket: 's', member: 'receiver A' })).toEqual([]);
    expect([...host.timers.keys()].filter((id) => id.startsWith('unaccepted'))).toEqual([]);
    host.send(joining('a2', 'receiver A'));
    expect(host.elapse('knock.elapsed', 'receiver A')).toBe(false);
    host.send(joining('b', 'receiver B'));
    host.send({ type: 'admit.received', socket: 'b', member: 'receiver B' });
    expect(host.lines.get('b')).toMatchObject({ closed: 1008 });
    host.send(joining('c', 'receiver C'));
    host.send({ type: 'dismiss.received', socket: 'c', member: 'receiver A' });
    expect(host.lines.get('c')).toMatchObject({ closed: 1008 });
    expect(host.send({ type: 'dismiss.received', socket: 's', member: 'receiver A' })).toEqual([
      { type: 'message.send', socket: 'a2', message: refusalOf('room.full') },
      { type: 'socket.close', socket: 'a2', code: 4003, reason: 'room.full' },
      { type: 'message.send', socket: 's', message: { type: 'peer.offline', peer: 'receiver A' } },
    ]);
  });

  test('S14: tags and seats are sent to the sender, and to no receiver', () => {
    const host = new RoomHost();
    host.send(joining('a', 'receiver A', 'BBBBBA'));
    expect(host.send(joining('s', SENDER))).toMatchObject([
      { message: { type: 'joined', peers: ['receiver A'], tags: ['BBBBBA'], seats: 2 } },
      { message: { type: 'peer.online', peer: SENDER } },
    ]);
    expect(host.send(joining('b', 'receiver B'))).toMatchObject([
      { message: { type: 'joined', peers: [SENDER] } },
      { message: { type: 'peer.online', peer: 'receiver B', tag: TAG } },
    ]);
    for (const line of ['a', 'b'])
      for (const heard of host.lines.get(line)?.heard ?? [])
        for (const word of ['tags', 'seats', 'tag']) expect(heard, 'S14').not.toHaveProperty(word);
  });

  test('S8: a receiver that has not accepted has to leave, one that has stays', () => {
    const host = introduced();
    host.send({ type: 'member.joined', socket: 'b', member: 'receiver B', tag: TAG });
    expect(host.timers.get('unaccepted.elapsed:a')?.delay).toBe(settings.unacceptedTimeout);
    host.send({ type: 'delivery.accepted', socket: 'a' });
    expect(host.elapse('unaccepted.elapsed', 'a')).toBe(false);
    expect(host.elapse('unaccepted.elapsed', 'b')).toBe(true);
    expect(host.lines.get('b')).toMatchObject({ closed: 4004 });
    expect(host.lines.get('b')?.heard.at(-1)).toEqual(refusalOf('idle'));
    expect([...host.seats().keys()]).toEqual(['s', 'a']);
  });

  test('S9: pings repeat, any message restarts the silence, and silence ends the seat', () => {
    const host = introduced();
    const { silenceTimeout, pingInterval } = settings;
    expect(host.timers.get('silence.elapsed:a')?.delay).toBe(silenceTimeout);
    expect(host.timers.get('ping.due:a')?.delay).toBe(pingInterval);
    for (let round = 0; round < 2; round++) {
      expect(host.elapse('ping.due', 'a')).toBe(true);
      expect(host.lines.get('a')?.heard.at(-1)).toEqual({ type: 'ping' });
    }
    for (const type of ['pong.received', 'delivery.accepted'] as const) {
      host.timers.delete('silence.elapsed:a');
      host.send({ type, socket: 'a' });
      expect(host.timers.get('silence.elapsed:a')?.delay).toBe(silenceTimeout);
    }
    host.timers.delete('silence.elapsed:a');
    host.send({
      type: 'relay.received',
      socket: 'a',
      to: 'nobody',
      session: 'x',
      seq: 0,
      data: '',
    });
    expect(host.elapse('silence.elapsed', 'a')).toBe(true);
    expect(host.lines.get('a')).toMatchObject({ closed: 4005 });
    expect(host.lines.get('s')?.heard.at(-1)).toEqual({ type: 'peer.offline', peer: 'receiver A' });
  });

  test('S6, S12: leaving closes with 1000, and the last member to leave ends the room', () => {
    const host = introduced();
    host.send({ type: 'member.left', socket: 's' });
    expect(host.lines.get('s')?.closed).toBe(1000);
    expect(host.send({ type: 'socket.closed', socket: 'a' })).toEqual([{ type: 'room.ended' }]);
  });
});
