import { encodeServerMessage, parseServerMessage, SENDER } from '@burritoshare/core';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { joinAsReceiver, joinAsSender, makeReceiver, makeRoom, SESSION } from './support/client.ts';
import { startServer } from './support/server.ts';

const field = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(SENDER, SESSION, '__proto__', 'constructor', '', 'AAAA', -1, 1e308, null),
);

/** Messages that are nearly right: any field changed, left out or added. */
const nearly = fc
  .record({
    valid: fc.constantFrom(
      { type: 'relay', to: SENDER, session: SESSION, seq: 0, data: 'AAAA' },
      { type: 'join', version: 2, role: 'receiver', room: SESSION, token: 'A'.repeat(43) },
      { type: 'accepted' },
      { type: 'pong' },
    ),
    changes: fc.dictionary(
      fc.constantFrom(
        'type',
        'to',
        'from',
        'session',
        'seq',
        'data',
        'role',
        'room',
        'token',
        'extra',
      ),
      field,
      { maxKeys: 2 },
    ),
  })
  .map(({ valid, changes }) => JSON.stringify({ ...valid, ...changes }));

const hostileText = fc.oneof(
  { weight: 6, arbitrary: nearly },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.constant(`${'['.repeat(30_000)}${']'.repeat(30_000)}`) },
);

test('I9, I13, S5: a hostile client neither crashes the server nor reaches anybody unparsed', async () => {
  const server = await startServer({
    ROOMS_PER_HOUR: '100000',
    MESSAGES_PER_SECOND: '10000',
    MESSAGES_BURST: '10000',
  });
  const room = makeRoom();
  const sender = await joinAsSender(server, room);
  const honest = makeReceiver();
  const receiver = await joinAsReceiver(server, room, honest);
  await receiver.next();
  await sender.next();
  await sender.next();
  sender.send({ type: 'admit', member: honest.member });

  await fc.assert(
    fc.asyncProperty(fc.array(hostileText, { minLength: 1, maxLength: 20 }), async (texts) => {
      const me = makeReceiver();
      const hostile = await joinAsReceiver(server, room, me);
      await hostile.next();
      for (const text of texts) hostile.socket.send(text);
      const flushed = hostile.flush();
      await Promise.race([hostile.closed, flushed]);
      flushed.catch(() => {});
      hostile.socket.terminate();
      for (;;) {
        const message = await sender.next();
        if (message?.type === 'peer.offline' && message.peer === me.member) break;
        if (message?.type === 'relay') expect(message.from).toBe(me.member);
        else expect(message).toMatchObject({ type: 'peer.online', peer: me.member });
      }
      // Everything that came through is exactly what the server itself would send.
      for (const text of sender.texts)
        expect(encodeServerMessage(parseServerMessage(text))).toBe(text);
      sender.texts.length = 0;
      expect(receiver.unread).toEqual([]);
    }),
    { numRuns: 100 },
  );

  receiver.relay(SENDER, 'AAAA');
  expect(await sender.next()).toMatchObject({ type: 'relay', from: honest.member, data: 'AAAA' });
});
