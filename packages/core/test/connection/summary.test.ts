// N10: what the sender says first, before there is a connection.

import { describe, expect, test } from 'vitest';

import type { SessionMessage } from '../../src/protocol/types.ts';
import { ConnectionHost, SUMMARY } from './connection-host.ts';

const TOLD = { type: 'summary', ...SUMMARY } as const;

/** An initiator whose session has just been opened: nothing has been heard in it. */
function answered(): ConnectionHost {
  const host = new ConnectionHost('initiator');
  host.send({ type: 'signaling.joined', peers: ['sender'] });
  host.draw();
  host.send({ type: 'relay.received', envelope: host.answer() });
  return host;
}

describe('N10: the first message of a sender', () => {
  test('is a summary, which is told at once, and changes nothing', () => {
    const host = answered();
    const { value } = host.stepper;
    expect(host.hear(TOLD)).toEqual([{ type: 'summary.received', summary: SUMMARY }]);
    expect(host.stepper.value).toEqual(value);
  });

  test.each<SessionMessage>([
    { type: 'description', generation: 1, round: 1, kind: 'answer', sdp: '' },
    { type: 'candidate', generation: 1, round: 1, candidate: '', mid: null, line: null },
    { type: 'restart.wanted', generation: 1 },
  ])('is never a $type: that ends the session, and another attempt follows', (message) => {
    const host = answered();
    const said = host.hear(message);
    expect(said.map(({ type }) => type)).toEqual(['negotiation.stop', 'retry.scheduled']);
    expect(host.state).toBe('backingOff');
    host.elapse('backoff');
    host.connect();
    expect(host.isEstablished).toBe(true);
  });

  test('may be a goodbye', () => {
    const host = answered();
    host.hear({ type: 'goodbye', reason: 'ended' });
    expect(host.failure).toBe('sender.ended');
  });

  test('comes again in each session', () => {
    const host = answered();
    host.hear(TOLD);
    host.send({ type: 'signaling.lost' });
    host.elapse('backoff');
    host.send({ type: 'signaling.joined', peers: ['sender'] });
    host.draw();
    host.send({ type: 'relay.received', envelope: host.answer() });
    expect(host.hear(TOLD)).toEqual([{ type: 'summary.received', summary: SUMMARY }]);
  });
});

test.each(['initiator', 'responder'] as const)(
  'N10: a summary later in a session, or said to a sender, ends it: the %s',
  (role) => {
    const host = new ConnectionHost(role);
    host.connect();
    const said = host.send({ type: 'relay.received', envelope: host.envelopeOf(TOLD) });
    expect(said.map(({ type }) => type)).not.toContain('summary.received');
    expect([host.session, host.isEstablished]).toEqual([undefined, true]);
  },
);
