// A8: the sender's person is asked before anything is said of the bundle.

import { describe, expect, test } from 'vitest';

import type { SessionMessage } from '../../src/protocol/types.ts';
import { ConnectionHost } from './connection-host.ts';

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
