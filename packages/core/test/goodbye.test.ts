import { expect, test } from 'vitest';

import { speak } from '../src/connection/index.ts';
import { ConnectionHost, mirror } from './support/connection-host.ts';

test.each([
  ['ended', 'sender.ended'],
  ['full', 'room.full'],
] as const)('N8: who hears the goodbye `%s` fails with `%s`, and tries no more', (reason, code) => {
  const host = new ConnectionHost('initiator');
  host.negotiate();
  const { session } = host.stepper.context;
  if (session === undefined) throw new Error('no session');
  const { envelope } = speak(mirror(session), { type: 'goodbye', reason });

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
  const { envelope } = speak(mirror(session), { type: 'goodbye', reason: 'ended' });

  const said = host.send({ type: 'relay.received', envelope: { ...envelope, peer: session.peer } });

  expect(said.map(({ type }) => type)).not.toContain('connection.failed');
  expect(host.stepper.context.session).toBeUndefined();
});
