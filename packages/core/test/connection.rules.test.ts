import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';

import {
  AUTHENTICATION_FAILURES_MAX,
  BACKOFF_BASE,
  BACKOFF_MAX,
  CONNECT_TIMEOUT,
  HANDSHAKE_TIMEOUT,
  HEARTBEAT_INTERVAL,
  HEARTBEAT_TIMEOUT,
} from '../src/constants.ts';
import { connectionMachine, type ConnectionCommand } from '../src/connection/index.ts';
import { SENDER, type NegotiationMessage } from '../src/protocol/types.ts';
import { createDriver } from '../src/testing/driver.ts';
import { createVirtualClock } from '../src/testing/virtual-clock.ts';
import { ConnectionHost, INPUTS, isNegotiating, sessionFrom } from './support/connection-host.ts';
import { Stepper } from './support/stepper.ts';

// Many runs on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const CANDIDATE: NegotiationMessage = {
  type: 'candidate',
  generation: 1,
  round: 1,
  candidate: 'late',
  mid: '0',
  line: 0,
};

/** A responder on a virtual clock, with its times of commands. */
function driven() {
  const clock = createVirtualClock();
  const log: { readonly type: ConnectionCommand['type']; readonly at: number }[] = [];
  const driver = createDriver(connectionMachine, INPUTS.responder, {
    clock,
    onCommand: ({ type }) => log.push({ type, at: clock.now() }),
  });
  driver.start();
  driver.send({ type: 'session.opened', session: sessionFrom(1), generation: 1 });
  const timesOf = (type: ConnectionCommand['type']) =>
    log.filter((entry) => entry.type === type).map(({ at }) => at);
  return { clock, driver, timesOf };
}

describe('liveness (C3)', () => {
  test('beats go out after the interval without another message, and silence ends the connection', () => {
    const happenings = fc.array(
      fc.record({
        after: fc.oneof(
          fc.nat(HEARTBEAT_TIMEOUT + 2),
          fc.constantFrom(HEARTBEAT_INTERVAL, HEARTBEAT_TIMEOUT),
        ),
        type: fc.constantFrom('control.sent' as const, 'traffic.received' as const),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(happenings, (sequence) => {
        const { clock, driver, timesOf } = driven();
        driver.send({ type: 'lane.opened', generation: 1 });
        const expected: number[] = [];
        const deaf = { since: 0, isLost: false };
        let spoken = 0;
        for (const { after, type } of [
          ...sequence,
          { after: HEARTBEAT_TIMEOUT, type: 'control.sent' as const },
        ]) {
          const lostAt = deaf.since + HEARTBEAT_TIMEOUT;
          const now = clock.now() + after;
          // At the same moment the timer that was started first comes first; both are fair.
          for (
            ;
            spoken + HEARTBEAT_INTERVAL <= Math.min(now, lostAt - 1);
            spoken += HEARTBEAT_INTERVAL
          )
            expected.push(spoken + HEARTBEAT_INTERVAL);
          clock.advance(after);
          deaf.isLost ||= now >= lostAt;
          if (deaf.isLost) break;
          driver.send({ type });
          if (type === 'control.sent') spoken = now;
          else deaf.since = now;
        }
        const lost = timesOf('connection.lost');
        expect(lost).toEqual(deaf.isLost ? [deaf.since + HEARTBEAT_TIMEOUT] : []);
        expect(timesOf('beat.send').filter((at) => at !== lost[0])).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('a connection that is lost leaves nothing running, and waits for a new session', () => {
    const { clock, driver, timesOf } = driven();
    driver.send({ type: 'lane.opened', generation: 1 });
    clock.advance(HEARTBEAT_TIMEOUT);
    expect([timesOf('connection.lost'), timesOf('negotiation.stop')]).toEqual([
      [HEARTBEAT_TIMEOUT],
      [HEARTBEAT_TIMEOUT],
    ]);
    expect([driver.snapshot.value, driver.held, clock.pending]).toEqual(['waiting', 0, 0]);
  });

  test('a negotiation that leads to no lane in time is unreachable', () => {
    const { clock, driver, timesOf } = driven();
    clock.advance(CONNECT_TIMEOUT - 1);
    expect(driver.snapshot.status).toBe('active');
    clock.advance(1);
    expect([driver.snapshot.value, timesOf('connection.failed'), clock.pending]).toEqual([
      'failed',
      [CONNECT_TIMEOUT],
      0,
    ]);
  });
});

describe.each(['initiator', 'responder'] as const)('the %s', (role) => {
  test.each(['elapse', 'lane.closed', 'negotiation.failed'] as const)(
    'without a lane it is unreachable: %s',
    (how) => {
      const host = new ConnectionHost(role);
      host.negotiate();
      if (how === 'elapse') host.elapse('connectTimeout');
      else host.send({ type: how, generation: 1 });
      expect(host.failure).toBe('unreachable');
    },
  );

  test('G4: candidates pass after it is connected, both ways', () => {
    const host = new ConnectionHost(role);
    host.connect();
    expect(host.hear(CANDIDATE)).toEqual([{ type: 'negotiation.hear', message: CANDIDATE }]);
    expect(host.send({ type: 'negotiation.spoke', message: CANDIDATE })).toMatchObject([
      { type: 'relay.send', envelope: { session: host.session?.id } },
    ]);
  });

  test.each(['a gap', 'a change of socket', 'the other one’s change of socket'] as const)(
    'N3: %s ends the session of a connection, which does without',
    (how) => {
      const host = new ConnectionHost(role);
      host.connect();
      const late = host.envelopeOf(CANDIDATE);
      if (how === 'a change of socket') host.send({ type: 'signaling.lost' });
      else if (how === 'a gap')
        host.send({ type: 'relay.received', envelope: { ...late, seq: 99 } });
      else host.send({ type: 'peer.offline', peer: late.peer });
      expect([host.session, host.isEstablished]).toEqual([undefined, true]);
      host.stepper.sendInVain({ type: 'relay.received', envelope: late });
      host.stepper.sendInVain({ type: 'negotiation.spoke', message: CANDIDATE });
      host.send({ type: 'lane.closed', generation: 1 });
      expect(host.live).toBeUndefined();
    },
  );

  test('N6: what fails while it is connected does not count', () => {
    const host = new ConnectionHost(role);
    for (let count = 0; count <= AUTHENTICATION_FAILURES_MAX; count++) {
      host.connect();
      spoil(host);
      host.send({ type: 'lane.closed', generation: host.generation });
      if (role === 'initiator') host.elapse('backoff');
    }
    host.negotiate();
    spoil(host);
    expect(host.failure).toBeUndefined();
  });

  test.each(['ended', 'full'] as const)(
    'N8: goodbye (%s) is for initiators, and final',
    (reason) => {
      const host = new ConnectionHost(role);
      host.negotiate();
      host.hear({ type: 'goodbye', reason });
      const code = reason === 'full' ? 'room.full' : 'sender.ended';
      expect([host.state, host.failure]).toEqual(
        role === 'initiator' ? ['failed', code] : ['waiting', undefined],
      );
    },
  );

  test('N6: the third failure in a row is one of security', () => {
    const host = new ConnectionHost(role);
    for (let count = 1; count <= AUTHENTICATION_FAILURES_MAX; count++) {
      expect(host.failure).toBeUndefined();
      if (count > 1 && role === 'initiator') host.elapse('backoff');
      host.negotiate();
      spoil(host);
    }
    expect(host.failure).toBe('security');
  });

  test('I5: a gap or a message without a place ends the session, and is no attack', () => {
    const host = new ConnectionHost(role);
    for (let count = 0; count < 2 * AUTHENTICATION_FAILURES_MAX; count++) {
      host.negotiate();
      const envelope = host.envelopeOf({
        type: 'hello',
        version: 1,
        delivery: INPUTS.responder.delivery,
        generation: 1,
      });
      const seq = envelope.seq + (count % 2);
      host.send({ type: 'relay.received', envelope: { ...envelope, seq } });
      expect(host.state).toBe(role === 'initiator' ? 'backingOff' : 'waiting');
      if (role === 'initiator') host.elapse('backoff');
    }
  });
});

function spoil(host: ConnectionHost): void {
  const envelope = { ...host.envelopeOf(CANDIDATE), data: '' };
  host.send({ type: 'relay.received', envelope });
}

describe('the initiator on its way', () => {
  test('N6: the back-off is between a tenth and the whole of a range that doubles up to the most', () => {
    const jitter = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(jitter, { minLength: 1, maxLength: 10 }), (drawn) => {
        const host = new ConnectionHost('initiator');
        host.send({ type: 'signaling.joined', peers: [SENDER] });
        for (const [attempt, one] of drawn.entries()) {
          host.draw(one);
          expect([...host.stepper.timers.values()].map(({ delay }) => delay)).toEqual([
            HANDSHAKE_TIMEOUT,
          ]);
          host.elapse('handshakeTimeout');
          const [delay = 0] = [...host.stepper.timers.values()].map((timer) => timer.delay);
          const range = Math.min(BACKOFF_MAX, BACKOFF_BASE * 2 ** attempt);
          expect(delay).toBeGreaterThanOrEqual(range / 10);
          expect(delay).toBeLessThanOrEqual(range);
          host.elapse('backoff');
        }
      }),
      { numRuns: 40 },
    );
  });

  test('it waits for the sender, and greets nobody before', () => {
    const host = new ConnectionHost('initiator');
    host.send({ type: 'signaling.joined', peers: [] });
    expect([host.state, host.stepper.commands]).toEqual(['waiting', []]);
    expect(host.send({ type: 'peer.online', peer: SENDER })).toEqual([{ type: 'entropy.draw' }]);
  });

  test('G1: each new session has a generation that was never used', () => {
    const host = new ConnectionHost('initiator');
    for (let generation = 1; generation <= 3; generation++) {
      host.negotiate();
      expect([host.generation, isNegotiating(host.stepper.value)]).toEqual([generation, true]);
      host.send({ type: 'signaling.lost' });
      host.elapse('backoff');
    }
  });

  test('I9: a link whose key is of low order is one of security at once', () => {
    const input = { ...INPUTS.initiator, publicKey: new Uint8Array(32) };
    const stepper = new Stepper(connectionMachine, input);
    stepper.send({ type: 'signaling.joined', peers: [SENDER] });
    const drawn = { session: sessionFrom(1).id, ephemeral: new Uint8Array(32).fill(1), jitter: 0 };
    expect(stepper.send({ type: 'entropy.drawn', ...drawn })).toEqual([
      { type: 'connection.failed', code: 'security' },
    ]);
  });
});
