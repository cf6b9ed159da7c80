import { describe, expect, test } from 'vitest';

import { backoffDelay } from '../../src/backoff.ts';
import { BACKOFF_BASE, JOIN_TIMEOUT, SILENCE_TIMEOUT } from '../../src/constants.ts';
import type { RefusalCode, ServerMessage } from '../../src/protocol/types.ts';
import { signalingMachine, type SignalingCommand } from '../../src/signaling/index.ts';
import { createDriver } from '../../src/testing/driver.ts';
import { createVirtualClock } from '../../src/testing/virtual-clock.ts';
import { INPUT, JOINED, SignalingHost } from './signaling-host.ts';

/** The machine on a virtual clock, with sockets that open and close on request and receive nothing. */
function driven() {
  const clock = createVirtualClock();
  const commands: SignalingCommand[] = [];
  const driver = createDriver(signalingMachine, INPUT, {
    clock,
    onCommand: (command) => commands.push(command),
  });
  driver.start();
  const typesOf = (type: SignalingCommand['type']) =>
    commands.filter((command) => command.type === type).length;
  const hear = (text: string) =>
    driver.send({ type: 'message.received', socket: typesOf('socket.open'), text });
  return { clock, commands, driver, hear, typesOf };
}

describe('a seat that is kept', () => {
  test('I8: a server that is never there is tried for ever', () => {
    const { clock, driver, typesOf } = driven();
    for (let minute = 0; minute < 60; minute++) {
      const before = typesOf('socket.open');
      clock.advance(60_000);
      expect(typesOf('socket.open')).toBeGreaterThan(before);
    }
    expect(driver.held).toBe(1);
  });

  test('S9: a socket on which nothing has come for the silence time-out is dead', () => {
    const { clock, driver, hear, typesOf } = driven();
    driver.send({ type: 'socket.opened', socket: 1 });
    hear(JSON.stringify(JOINED));
    for (let ping = 0; ping < 5; ping++) {
      clock.advance(SILENCE_TIMEOUT - 1);
      hear('{"type":"ping"}');
    }
    expect(typesOf('signaling.lost')).toBe(0);
    clock.advance(SILENCE_TIMEOUT - 1);
    expect(typesOf('socket.close')).toBe(0);
    clock.advance(1);
    expect([typesOf('signaling.lost'), typesOf('socket.close')]).toEqual([1, 1]);
    clock.advance(BACKOFF_BASE);
    expect(typesOf('socket.open')).toBe(2);
  });

  test('S1: opening and joining share one timeout', () => {
    const { clock, driver, typesOf } = driven();
    clock.advance(JOIN_TIMEOUT - 1);
    driver.send({ type: 'socket.opened', socket: 1 });
    expect(typesOf('socket.close')).toBe(0);
    clock.advance(1);
    expect(typesOf('socket.close')).toBe(1);
  });

  test('each attempt to join that fails is reported', () => {
    const host = new SignalingHost();
    expect(host.send({ type: 'socket.closed', socket: 1, jitter: 0 })).toContainEqual({
      type: 'signaling.unreachable',
    });
    host.elapse('backoff');
    host.send({ type: 'socket.opened', socket: 2 });
    expect(host.elapse('joinTimeout')).toContainEqual({ type: 'signaling.unreachable' });
  });

  test('S9: a ping is answered', () => {
    const host = new SignalingHost();
    host.join();
    host.hear({ type: 'ping' });
    expect(host.said.get(1)?.at(-1)).toEqual({ type: 'pong' });
  });

  test('S8: `accepted` is sent once it is joined, and again after every join', () => {
    const host = new SignalingHost();
    host.send({ type: 'delivery.accepted' });
    expect(host.said.get(1)).toEqual([]);
    for (let socket = 1; socket < 4; socket++) {
      host.join();
      expect(host.said.get(socket)?.map(({ type }) => type)).toEqual(['join', 'accepted']);
      host.send({ type: 'socket.closed', socket, jitter: 0 });
      host.elapse('backoff');
    }
  });

  test('S10: a restart is handled when the socket closes', () => {
    const host = new SignalingHost();
    host.join();
    expect(host.hear({ type: 'restarting' })).toEqual([]);
    expect(host.send({ type: 'socket.closed', socket: 1, jitter: 0 })).toEqual([
      { type: 'signaling.lost' },
    ]);
    expect(host.elapse('backoff')).toEqual([{ type: 'socket.open', socket: 2 }]);
  });

  test('S12: stopping sends `leave`', () => {
    const host = new SignalingHost();
    host.join();
    host.send({ type: 'signaling.stopped' });
    expect(host.said.get(1)?.at(-1)).toEqual({ type: 'leave' });
    expect(host.stepper.commands.at(-1)).toEqual({ type: 'socket.close', socket: 1 });
  });
});

describe.each(['joining', 'joined'] as const)('while %s', (when) => {
  const at = (): SignalingHost => {
    const host = new SignalingHost();
    host.send({ type: 'socket.opened', socket: 1 });
    if (when === 'joined') host.hear(JOINED);
    return host;
  };

  test('S4: being replaced is final', () => {
    const host = at();
    expect(host.hear({ type: 'replaced' })).toContainEqual({ type: 'signaling.replaced' });
    expect(host.stepper.value).toBe('replaced');
  });

  test.each(['malformed', 'version', 'seat.refused', 'idle'] as const)(
    'S11: the refusal %s is final',
    (code) => {
      const host = at();
      expect(host.hear(refusal(code))).toContainEqual({ type: 'signaling.refused', code });
      expect(host.stepper.value).toBe('refused');
    },
  );

  test.each(['room.full', 'limit'] as const)(
    'S11: %s is a wait, and reported as one; how long differs from client to client',
    (code) => {
      const host = at();
      const commands = host.hear(refusal(code));
      expect(commands).toContainEqual({ type: 'socket.close', socket: 1 });
      expect(commands.at(-1)).toEqual({ type: 'signaling.waiting', code });
      host.send({ type: 'socket.closed', socket: 1, jitter: 1 });
      expect(delays(host)).toEqual([BACKOFF_BASE]);
      expect(host.elapse('backoff')).toEqual([{ type: 'socket.open', socket: 2 }]);
    },
  );

  test('the back-off uses the jitter of the socket that closes', () => {
    const host = at();
    host.send({ type: 'socket.closed', socket: 1, jitter: 0.75 });
    expect(delays(host)).toEqual([backoffDelay(0, 0.75)]);
  });
});

test('S7, S11: a member that is admitted and dismissed again and again comes back ever more slowly', () => {
  const host = new SignalingHost();
  for (let turn = 0; turn < 8; turn++) {
    host.join();
    host.hear(refusal('room.full'));
    host.send({ type: 'socket.closed', socket: host.socket, jitter: 1 });
    expect(delays(host)).toEqual([backoffDelay(turn, 1)]);
    host.elapse('backoff');
  }
  host.join();
  host.send({ type: 'socket.closed', socket: host.socket, jitter: 1 });
  expect(delays(host), 'a seat that was lost otherwise was one').toEqual([BACKOFF_BASE]);
});

test('S13: admit and dismiss are sent while joined, and have no effect otherwise', () => {
  const member = INPUT.room;
  const host = new SignalingHost();
  for (const type of ['admit', 'dismiss'] as const) {
    expect(host.send({ type: `${type}.requested`, member })).toEqual([]);
  }
  host.join();
  for (const type of ['admit', 'dismiss'] as const) {
    host.send({ type: `${type}.requested`, member });
    expect(host.said.get(1)?.at(-1)).toEqual({ type, member });
  }
});

test('S14: a sender gets tags and seats', () => {
  const host = new SignalingHost();
  host.send({ type: 'socket.opened', socket: 1 });
  const peer = INPUT.room;
  const joined = { ...JOINED, member: 'sender', peers: [peer], tags: ['AAAAAA'], seats: 3 };
  expect(host.hear(joined as ServerMessage)).toMatchObject([
    { type: 'signaling.joined', peers: [peer], tags: ['AAAAAA'], seats: 3 },
  ]);
  expect(host.hear({ type: 'peer.online', peer, tag: 'BBBBBA' })).toEqual([
    { type: 'peer.online', peer, tag: 'BBBBBA' },
  ]);
});

function delays(host: SignalingHost): readonly number[] {
  return [...host.stepper.timers.values()].map(({ delay }) => delay);
}

function refusal(code: RefusalCode) {
  return { type: 'refused', code, message: 'no' } as const;
}
