// I5: late messages, of a generation or a session that has been replaced, change nothing.

import { describe, expect, test } from 'vitest';

import type { ConnectionEvent } from '../../src/connection/index.ts';
import type { Envelope } from '../../src/protocol/envelope.ts';
import { ConnectionHost, sessionFrom } from './connection-host.ts';

const LATE: readonly ConnectionEvent[] = [
  { type: 'lane.opened', generation: 1 },
  { type: 'lane.closed', generation: 1 },
  { type: 'lane.suspected', generation: 1 },
  { type: 'negotiation.failed', generation: 1 },
  { type: 'negotiation.sent', message: { type: 'restart.wanted', generation: 1 } },
];

interface Late {
  readonly host: ConnectionHost;
  /** A message of the other end in the first generation's session, which the server kept. */
  readonly kept: Envelope;
}

/** In its second generation, negotiating. */
function second(role: 'initiator' | 'responder'): Late {
  const host = new ConnectionHost(role);
  host.connect();
  const kept = host.envelopeOf({ type: 'goodbye', reason: 'unreachable' });
  host.send({ type: 'lane.closed', generation: 1 });
  if (role === 'initiator') host.elapse('backoff');
  host.negotiate();
  expect(host.live).toBe(2);
  return { host, kept };
}

function connected(role: 'initiator' | 'responder'): Late {
  const late = second(role);
  late.host.send({ type: 'lane.opened', generation: 2 });
  expect(late.host.isEstablished).toBe(true);
  return late;
}

describe.each(['initiator', 'responder'] as const)('I5: the %s’s', (role) => {
  describe.each([
    ['negotiating', second],
    ['connected', connected],
  ] as const)('%s generation', (_, bring) => {
    test.each(LATE.map((event) => [event.type, event] as const))(
      'ignores an older one’s `%s`',
      (__, event) => {
        bring(role).host.stepper.sendInVain(event);
      },
    );

    test('ignores messages of an older session', () => {
      const { host, kept } = bring(role);
      host.stepper.sendInVain({ type: 'relay.received', envelope: kept });
    });
  });

  test('a generation that waits for another ignores an older one', () => {
    const host = new ConnectionHost(role);
    host.connect();
    const kept = host.envelopeOf({ type: 'goodbye', reason: 'unreachable' });
    host.send({ type: 'lane.closed', generation: 1 });
    for (const event of LATE) host.stepper.sendInVain(event);
    host.stepper.sendInVain({ type: 'relay.received', envelope: kept });
    host.stepper.sendInVain({ type: 'generation.spoiled' });
  });
});

// Events that only one of the two roles gets.
describe.each([
  ['negotiating', second],
  ['connected', connected],
] as const)('I5: a %s generation', (_, bring) => {
  test('G7: is not lost because a responder has lost an older one', () => {
    const { host } = bring('initiator');
    host.hear({ type: 'reconnect.wanted', generation: 1 });
    expect(host.live).toBe(2);
  });

  test.each([1, 2])('G2: is not replaced by one that has been before: %i', (generation) => {
    const { host } = bring('responder');
    const session = sessionFrom(40 + generation);
    const [sessionEnd, ...more] = host.send({ type: 'session.opened', session, generation });
    expect(sessionEnd).toMatchObject({
      type: 'relay.send',
      envelope: { session: session.id, data: '' },
    });
    expect([host.live, more]).toEqual([2, []]);
  });
});
