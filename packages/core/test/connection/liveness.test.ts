import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  CONNECT_TIMEOUT,
  HEARTBEAT_INTERVAL,
  HEARTBEAT_TIMEOUT,
  STALL_TIMEOUT,
} from '../../src/constants.ts';
import { connectionMachine, type ConnectionCommand } from '../../src/connection/index.ts';
import { createDriver } from '../../src/testing/driver.ts';
import { createVirtualClock } from '../../src/testing/virtual-clock.ts';
import { INPUTS, sessionFrom } from './connection-host.ts';

/** A responder on a virtual clock, with the times of its commands. */
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
  test('beats are sent after an interval without messages and at a stall; only silence ends the connection', () => {
    const happenings = fc.array(
      fc.record({
        after: fc.oneof(
          fc.nat(HEARTBEAT_TIMEOUT + 2),
          fc.constantFrom(HEARTBEAT_INTERVAL, STALL_TIMEOUT, HEARTBEAT_TIMEOUT),
        ),
        type: fc.constantFrom(
          'control.sent' as const,
          'traffic.received' as const,
          'path.suspected' as const,
          'lane.suspected' as const,
        ),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(happenings, (sequence) => {
        const { clock, driver, timesOf } = driven();
        driver.send({ type: 'lane.opened', generation: 1 });
        const expected: number[] = [];
        const stalls: number[] = [];
        const deaf = { since: 0, state: 'hearing' as 'hearing' | 'stalled' | 'lost' };
        let spoken = 0;
        for (const { after, type } of [
          ...sequence,
          { after: HEARTBEAT_TIMEOUT, type: 'control.sent' as const },
        ]) {
          const lostAt = deaf.since + HEARTBEAT_TIMEOUT;
          const now = clock.now() + after;
          // At the same moment, the timer that was started first comes first; both orders are fine.
          for (
            ;
            spoken + HEARTBEAT_INTERVAL <= Math.min(now, lostAt - 1);
            spoken += HEARTBEAT_INTERVAL
          )
            expected.push(spoken + HEARTBEAT_INTERVAL);
          clock.advance(after);
          const stall = (at: number) => {
            if (deaf.state === 'hearing') stalls.push(at);
            deaf.state = 'stalled';
          };
          if (now >= deaf.since + STALL_TIMEOUT) stall(deaf.since + STALL_TIMEOUT);
          if (now >= lostAt) deaf.state = 'lost';
          if (deaf.state === 'lost') break;
          driver.send({ type, generation: 1 });
          if (type === 'control.sent') spoken = now;
          else if (type === 'traffic.received') [deaf.since, deaf.state] = [now, 'hearing'];
          else stall(now);
        }
        const lost = timesOf('connection.lost');
        expect(lost).toEqual(deaf.state === 'lost' ? [deaf.since + HEARTBEAT_TIMEOUT] : []);
        // G9: each stall asks for another path, and sends a beat.
        expect(timesOf('negotiation.restart')).toEqual(stalls);
        expect(timesOf('beat.send').filter((at) => at !== lost[0])).toEqual(
          [...expected, ...stalls].toSorted((one, other) => one - other),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('a lost connection leaves nothing running, and waits for a new session', () => {
    const { clock, driver, timesOf } = driven();
    driver.send({ type: 'lane.opened', generation: 1 });
    clock.advance(HEARTBEAT_TIMEOUT);
    expect([timesOf('connection.lost'), timesOf('negotiation.stop')]).toEqual([
      [HEARTBEAT_TIMEOUT],
      [HEARTBEAT_TIMEOUT],
    ]);
    expect([driver.snapshot.value, driver.held, clock.pending]).toEqual(['waiting', 0, 0]);
  });

  test('G8: a first negotiation that opens no lane in time is unreachable', () => {
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
