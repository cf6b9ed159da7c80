import { describe, expect, test } from 'vitest';

import { openEnvelope, sealMessage } from '../../src/connection/index.ts';
import { ConnectionHost, mirror } from './connection-host.ts';

test.each([
  ['ended', 'sender.ended'],
  ['declined', 'sender.declined'],
  ['unreachable', 'unreachable'],
] as const)('N8: a goodbye `%s` fails with `%s`, and ends all attempts', (reason, code) => {
  const host = new ConnectionHost('initiator');
  host.negotiate();
  const { session } = host.stepper.context;
  if (session === undefined) throw new Error('no session');
  const { envelope } = sealMessage(mirror(session), { type: 'goodbye', reason });

  const event = { type: 'relay.received', envelope: { ...envelope, peer: session.peer } } as const;
  const said = host.send(event, true);

  expect(said).toContainEqual({ type: 'connection.failed', code });
  expect(host.stepper.isOver).toBe(true);
});

test('N8: a receiver has no places to give: its goodbye ends the session', () => {
  const host = new ConnectionHost('responder');
  host.negotiate();
  const { session } = host.stepper.context;
  if (session === undefined) throw new Error('no session');
  const { envelope } = sealMessage(mirror(session), { type: 'goodbye', reason: 'ended' });

  const said = host.send({ type: 'relay.received', envelope: { ...envelope, peer: session.peer } });

  expect(said.map(({ type }) => type)).not.toContain('connection.failed');
  expect(host.stepper.context.session).toBeUndefined();
});

describe.each(['initiator', 'responder'] as const)('G8: the %s finds no path', (role) => {
  test('at the first attempt, and tells the other side', () => {
    const host = new ConnectionHost(role);
    host.negotiate();
    const session = host.session ?? expect.fail('no session');
    const said = host.elapse('connectTimeout');
    const envelopes = said.flatMap((one) => (one.type === 'relay.send' ? [one.envelope] : []));
    expect(envelopes.map((envelope) => openEnvelope(mirror(session), envelope))).toMatchObject([
      { kind: 'message', message: { type: 'goodbye', reason: 'unreachable' } },
    ]);
    expect(host.failure).toBe('unreachable');
  });
});

test('G8: a way that has brought a message is no first try any more, though a channel is not open here yet', () => {
  const host = new ConnectionHost('initiator');
  host.negotiate();
  host.send({ type: 'traffic.received' });
  host.send({ type: 'lane.closed', generation: 1 });
  expect([host.state, host.failure]).toEqual(['backingOff', undefined]);
});

test('N8: a sender accepts that the receiver finds no path, even after its own lane has opened', () => {
  const host = new ConnectionHost('responder');
  host.connect();
  host.hear({ type: 'goodbye', reason: 'unreachable' });
  expect(host.failure).toBe('unreachable');
});

test('N8: an honest sender does not say so to a receiver that has been connected: the session ends', () => {
  const host = new ConnectionHost('initiator');
  host.connect();
  host.hear({ type: 'goodbye', reason: 'unreachable' });
  expect([host.failure, host.session]).toEqual([undefined, undefined]);
});
