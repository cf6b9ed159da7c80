// N10, A8: what the sender says first, before there is a connection.

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

function asked(): ConnectionHost {
  const host = new ConnectionHost('initiator');
  host.ask();
  return host;
}

describe('A8: a receiver whose sender is asked first', () => {
  test('hears who that is, drops its negotiation, and waits without an end', () => {
    const host = new ConnectionHost('initiator');
    expect(host.ask()).toEqual([
      { type: 'answer.awaited', senderName: 'Ana' },
      { type: 'negotiation.stop', generation: 1 },
    ]);
    expect([host.state, host.stepper.timers.size]).toEqual(['awaitingAnswer', 0]);
  });

  test('comes again after a yes, which is the end of its session and no failure', () => {
    const host = asked();
    for (let yes = 0; yes < 5; yes++) {
      const session = host.session ?? expect.fail('no session');
      const { id, nextIn } = session;
      host.send({
        type: 'relay.received',
        envelope: { peer: session.peer, session: id, seq: nextIn, data: '' },
      });
      expect([host.state, host.stepper.context.authenticationFailures]).toEqual(['backingOff', 0]);
      host.elapse('backoff');
      if (yes < 4) host.ask();
    }
    host.connect();
    expect([host.isEstablished, host.generation]).toEqual([true, 6]);
  });

  test('fails with a no', () => {
    const host = asked();
    host.hear({ type: 'goodbye', reason: 'declined' });
    expect(host.failure).toBe('sender.declined');
  });

  test('N11: says a name that is given meanwhile in another session', () => {
    const host = asked();
    host.send({ type: 'receiver.named', receiverName: 'Bo' });
    expect(host.state).toBe('backingOff');
    host.elapse('backoff');
    host.draw();
    host.send({ type: 'relay.received', envelope: host.answer() });
    expect(host.stepper.context).toMatchObject({ generation: 2, input: { receiverName: 'Bo' } });
  });

  test('waits for a place if it loses its seat', () => {
    const host = asked();
    host.hear({ type: 'goodbye', reason: 'full' });
    expect(host.state).toBe('awaitingPlace');
  });

  test.each<SessionMessage>([
    { type: 'summary', name: 'bundle', files: 1, bytes: 1 },
    { type: 'wait' },
    { type: 'description', generation: 1, round: 1, kind: 'answer', sdp: '' },
    { type: 'reconnect.wanted', generation: 1 },
  ])('is not told anything else: a $type ends the session', (message) => {
    const host = asked();
    expect(host.hear(message).map(({ type }) => type)).toEqual(['retry.scheduled']);
    expect(host.state).toBe('backingOff');
  });

  test('is not asked about in the middle of a session', () => {
    const host = new ConnectionHost('initiator');
    host.connect();
    host.hear({ type: 'wait' });
    expect([host.session, host.isEstablished]).toEqual([undefined, true]);
  });
});
