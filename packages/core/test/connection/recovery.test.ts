// G7 to G9: how a path that is lost is recovered, rung by rung.

import { describe, expect, test } from 'vitest';

import {
  BACKOFF_BASE,
  BACKOFF_MAX,
  HANDSHAKE_TIMEOUT,
  HEARTBEAT_TIMEOUT,
  STALL_TIMEOUT,
} from '../../src/constants.ts';
import {
  connectionMachine,
  openEnvelope,
  sealMessage,
  type ConnectionCommand,
  type Session,
} from '../../src/connection/index.ts';
import type { Envelope } from '../../src/protocol/envelope.ts';
import { SENDER } from '../../src/protocol/types.ts';
import { createDriver } from '../../src/testing/driver.ts';
import { createVirtualClock } from '../../src/testing/virtual-clock.ts';
import {
  answerTo,
  ConnectionHost,
  INPUTS,
  mirror,
  sessionFrom,
  SUMMARY,
  type ConnectionRole,
} from './connection-host.ts';

const BOTH = ['initiator', 'responder'] as const;
const HALF_A_DAY = 12 * 60 * 60_000;

/** One end on a virtual clock, connected in its first generation to a peer that then falls silent. */
function connected(role: ConnectionRole) {
  const clock = createVirtualClock();
  const log: string[] = [];
  let others: 'answering' | 'silent' = 'answering';
  let draws = 0;
  const obey = (command: ConnectionCommand): void => {
    const delay = command.type === 'retry.scheduled' ? ` ${command.delay}` : '';
    log.push(`${clock.now()} ${command.type}${delay}`);
    if (command.type === 'beat.send') driver.send({ type: 'control.sent' });
    if (command.type === 'entropy.draw') {
      draws += 1;
      const ephemeral = new Uint8Array(32).fill(draws);
      const session = sessionFrom(draws).id;
      driver.send({ type: 'entropy.drawn', session, ephemeral, jitter: 1 });
    }
    const isFirst = command.type === 'relay.send' && command.envelope.seq === 0;
    if (isFirst && others === 'answering')
      driver.send({ type: 'relay.received', envelope: answerTo(command.envelope, 99) });
  };
  const driver = createDriver(connectionMachine, INPUTS[role], { clock, onCommand: obey });
  driver.start();
  if (role === 'initiator') {
    driver.send({ type: 'signaling.joined', peers: [SENDER] });
    const session = driver.snapshot.context.session ?? expect.fail('no session');
    const said = sealMessage(mirror(session), { type: 'summary', ...SUMMARY });
    driver.send({ type: 'relay.received', envelope: { ...said.envelope, peer: SENDER } });
  } else driver.send({ type: 'session.opened', session: sessionFrom(1), generation: 1 });
  driver.send({ type: 'lane.opened', generation: 1 });
  others = 'silent';
  log.length = 0;
  return { clock, driver, log };
}

/** The messages to the other end of a session. */
function understood(session: Session, commands: readonly ConnectionCommand[]): readonly unknown[] {
  const said: unknown[] = [];
  let other = mirror(session);
  for (const command of commands) {
    if (command.type !== 'relay.send') continue;
    const heard = openEnvelope(other, command.envelope);
    if (heard.kind !== 'message') throw new Error(heard.kind);
    said.push(heard.message);
    other = heard.session;
  }
  return said;
}

const sessionOf = (host: ConnectionHost): Session => host.session ?? expect.fail('no session');

describe('the ladder (G9)', () => {
  test('the initiator: another path, another generation, then attempts that come ever more rarely', () => {
    const { clock, driver, log } = connected('initiator');
    clock.advance(HALF_A_DAY);
    const firstRungs = [
      '5000 beat.send',
      '10000 beat.send',
      '10000 negotiation.restart',
      '15000 connection.lost',
      '15000 negotiation.stop',
    ];
    expect(log.slice(0, firstRungs.length)).toEqual(firstRungs);
    // Each attempt is a handshake without an answer, and a wait twice as long as before, up to the maximum.
    const attempts: string[] = [];
    let now = HEARTBEAT_TIMEOUT;
    for (let attempt = 0; now <= HALF_A_DAY; attempt++) {
      const delay = Math.min(BACKOFF_MAX, BACKOFF_BASE * 2 ** attempt);
      attempts.push(`${now} retry.scheduled ${delay}`);
      now += delay;
      if (now <= HALF_A_DAY) attempts.push(`${now} entropy.draw`, `${now} relay.send`);
      now += HANDSHAKE_TIMEOUT;
    }
    expect(log.slice(firstRungs.length)).toEqual(attempts);
    expect(driver.snapshot.status).toBe('active');
  });

  test('the responder: another path, then a message to the other side, which has to come back', () => {
    const { clock, driver, log } = connected('responder');
    clock.advance(HALF_A_DAY);
    expect(log).toEqual([
      '5000 beat.send',
      '10000 beat.send',
      '10000 negotiation.restart',
      '15000 connection.lost',
      '15000 negotiation.stop',
      '15000 relay.send',
    ]);
    expect([driver.snapshot.value, driver.held, clock.pending]).toEqual(['waiting', 0, 0]);
    driver.send({ type: 'session.opened', session: sessionFrom(2), generation: 2 });
    driver.send({ type: 'lane.opened', generation: 2 });
    expect(log.slice(-2)).toEqual([
      `${HALF_A_DAY} negotiation.start`,
      `${HALF_A_DAY} connection.established`,
    ]);
  });

  test.each(BOTH)('the %s: without a sender, no attempt is made', (role) => {
    const { clock, driver, log } = connected(role);
    driver.send({ type: 'signaling.lost' });
    clock.advance(HEARTBEAT_TIMEOUT + BACKOFF_MAX);
    log.length = 0;
    clock.advance(HALF_A_DAY);
    expect([log, driver.snapshot.value, clock.pending]).toEqual([[], 'waiting', 0]);
  });

  describe.each(BOTH)('the %s', (role) => {
    test.each(['path.suspected', 'lane.suspected'] as const)(
      '%s: another path at once, and the full time to find it',
      (type) => {
        const { clock, driver, log } = connected(role);
        clock.advance(1000);
        driver.send({ type, generation: 1 });
        expect(log).toEqual(['1000 beat.send', '1000 negotiation.restart']);
        clock.advance(HEARTBEAT_TIMEOUT - 1001);
        expect(log).not.toContain('15000 connection.lost');
        clock.advance(1);
        expect(log).toContain('15000 connection.lost');
        expect(log.filter((entry) => entry.includes('restart'))).toHaveLength(1);
      },
    );

    test('a sign of life on the second rung restores everything, and the next silence starts from zero', () => {
      const { clock, driver, log } = connected(role);
      clock.advance(STALL_TIMEOUT + 1);
      driver.send({ type: 'traffic.received' });
      log.length = 0;
      clock.advance(STALL_TIMEOUT - 1);
      expect(log.filter((entry) => !entry.includes('beat'))).toEqual([]);
      clock.advance(1);
      expect(log).toContain('20001 negotiation.restart');
      clock.advance(HEARTBEAT_TIMEOUT - STALL_TIMEOUT);
      expect(log).toContain('25001 connection.lost');
    });

    test('a suspicion about another generation’s lane changes nothing (I5)', () => {
      const host = new ConnectionHost(role);
      host.connect();
      for (const generation of [0, 2])
        host.stepper.sendInVain({ type: 'lane.suspected', generation });
    });

    test('without a session, a changed network asks for nothing that could not be answered', () => {
      const host = new ConnectionHost(role);
      host.connect();
      host.send({ type: 'signaling.lost' });
      host.stepper.sendInVain({ type: 'path.suspected' });
    });
  });

  test.each([{ type: 'retry.requested' }, { type: 'peer.online', peer: SENDER }] as const)(
    '$type ends the back-off, once',
    (event) => {
      const host = new ConnectionHost('initiator');
      host.connect();
      host.stepper.sendInVain({ type: 'retry.requested' });
      host.send({ type: 'lane.closed', generation: 1 });
      expect(host.state).toBe('backingOff');
      expect(host.send(event)).toEqual([{ type: 'entropy.draw', generation: 2 }]);
      host.stepper.sendInVain(event);
      expect(host.stepper.timers.size).toBe(0);
    },
  );

  test('repeated requests of a person do not reset the number of attempts', () => {
    const host = new ConnectionHost('initiator');
    host.send({ type: 'signaling.joined', peers: [SENDER] });
    const delays: number[] = [];
    for (let attempt = 0; attempt < 4; attempt++) {
      host.draw(1);
      for (const command of host.elapse('handshakeTimeout'))
        if (command.type === 'retry.scheduled') delays.push(command.delay);
      host.send({ type: 'retry.requested' });
    }
    expect(delays).toEqual([1, 2, 4, 8].map((times) => times * BACKOFF_BASE));
  });

  test('G1: a generation that can’t be recorded is asked for again after a back-off', () => {
    const host = new ConnectionHost('initiator');
    host.send({ type: 'signaling.joined', peers: [SENDER] });
    expect(host.failToDraw(1)).toEqual([{ type: 'retry.scheduled', delay: BACKOFF_BASE }]);
    expect(host.elapse('backoff')).toEqual([{ type: 'entropy.draw', generation: 1 }]);
  });

  test('a receiver that comes online does not end the back-off, since it is not the sender', () => {
    const host = new ConnectionHost('initiator');
    host.connect();
    host.send({ type: 'lane.closed', generation: 1 });
    host.stepper.sendInVain({ type: 'peer.online', peer: 'AAAAAAAAAAAAAAAAAAAAAA' });
  });
});

describe('asking to reconnect (G7)', () => {
  const lose = {
    'the lane is gone': (host) => host.send({ type: 'lane.closed', generation: 1 }),
    'nothing is heard': (host) => {
      host.elapse('stallTimeout');
      return host.elapse('heartbeatTimeout');
    },
  } satisfies Record<string, (host: ConnectionHost) => readonly ConnectionCommand[]>;

  test.each(Object.entries(lose))('%s: the responder asks, inside the session', (_, losing) => {
    const host = new ConnectionHost('responder');
    host.connect();
    const session = sessionOf(host);
    const said = understood(session, losing(host));
    expect(said).toEqual([{ type: 'reconnect.wanted', generation: 1 }]);
    expect([host.state, host.session]).toEqual(['waiting', undefined]);
  });

  test.each(Object.entries(lose))('%s: without a session, nothing is asked', (_, losing) => {
    const host = new ConnectionHost('responder');
    host.connect();
    host.send({ type: 'peer.offline', peer: sessionOf(host).peer });
    expect(losing(host).map(({ type }) => type)).not.toContain('relay.send');
  });

  test.each(Object.entries(lose))('%s: the initiator does not ask', (_, losing) => {
    const host = new ConnectionHost('initiator');
    host.connect();
    expect(losing(host).map(({ type }) => type)).not.toContain('relay.send');
  });

  test.each(['negotiate', 'connect'] as const)(
    'the initiator treats it as the loss of that generation (%s)',
    (how) => {
      const host = new ConnectionHost('initiator');
      host[how]();
      host.hear({ type: 'reconnect.wanted', generation: 1 });
      expect([host.state, host.live, host.failure]).toEqual(['backingOff', undefined, undefined]);
      host.elapse('backoff');
      host.connect();
      expect(host.live).toBe(2);
    },
  );

  test.each([1, 3])('and ignores it for another generation (I5): %i', (generation) => {
    const host = new ConnectionHost('initiator');
    host.connect();
    host.send({ type: 'lane.closed', generation: 1 });
    host.elapse('backoff');
    host.connect();
    expect(host.hear({ type: 'reconnect.wanted', generation })).toEqual([]);
    expect([host.live, host.listening]).toEqual([2, 'hearing']);
    // The session has counted the message all the same.
    const message = { type: 'restart.wanted', generation: 2 } as const;
    expect(host.hear(message)).toEqual([{ type: 'negotiation.receive', message }]);
  });

  test('only responders send it: from an initiator it ends the session', () => {
    const host = new ConnectionHost('responder');
    host.connect();
    const { id, peer, nextOut } = sessionOf(host);
    const sessionEnd: Envelope = { peer, session: id, seq: nextOut, data: '' };
    expect(host.hear({ type: 'reconnect.wanted', generation: 1 })).toEqual([
      { type: 'relay.send', envelope: sessionEnd },
    ]);
    expect([host.session, host.isEstablished]).toEqual([undefined, true]);
  });
});
