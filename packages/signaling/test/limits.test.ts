import { SENDER } from '@burritoshare/core';
import { describe, expect, test } from 'vitest';

import {
  connect,
  joinAsReceiver,
  joinAsSender,
  makeReceiver,
  makeRoom,
  SESSION,
  upgradeStatus,
} from './support/client.ts';
import type { WebSocketLike } from '../src/room-socket.ts';
import { createTurnstile } from '../src/turnstile.ts';
import { startServer } from './support/server.ts';

describe('messages', () => {
  test('S12: a message over the limit closes the socket with 1009, one at the limit does not', async () => {
    const server = await startServer({ MESSAGE_BYTES_MAX: '1024' });
    const client = await joinAsReceiver(server, makeRoom());
    await client.next();
    client.socket.send('{"type":"pong"}'.padEnd(1024));
    await client.flush();
    client.socket.send('{"type":"pong"}'.padEnd(1025));
    expect(await client.closed).toBe(1009);
  });

  test('I10: a message in very many frames closes the socket, one in a few does not', async () => {
    const server = await startServer();
    const client = await joinAsReceiver(server, makeRoom());
    await client.next();
    const sendInFrames = (count: number): void => {
      client.socket.send('{"type":"pong"', { fin: false });
      for (let frame = 2; frame < count; frame++) client.socket.send(' ', { fin: false });
      client.socket.send('}', { fin: true });
    };
    sendInFrames(64);
    await client.flush();
    expect(client.unread).toEqual([]);
    sendInFrames(65);
    expect(await client.closed).toBe(1008);
  });

  test('a flood arrives late, in order and whole', async () => {
    const server = await startServer({ MESSAGES_PER_SECOND: '500', MESSAGES_BURST: '5' });
    const room = makeRoom();
    const sender = await joinAsSender(server, room);
    await sender.next();
    const me = makeReceiver();
    const receiver = await joinAsReceiver(server, room, me);
    await receiver.next();
    const seqs = Array.from({ length: 200 }, (_, seq) => seq);
    for (const seq of seqs) receiver.relay(SENDER, 'AAAA', seq);
    expect(await sender.next()).toMatchObject({ type: 'peer.online', peer: me.member });
    for (const seq of seqs) {
      expect(await sender.next()).toEqual({
        type: 'relay',
        from: me.member,
        session: SESSION,
        seq,
        data: 'AAAA',
      });
    }
    expect(receiver.socket.readyState).toBe(receiver.socket.OPEN);
  });

  test('I13: a receiver that does not read is cut, and the sender is told', async () => {
    const server = await startServer({
      MESSAGES_PER_SECOND: '10000',
      MESSAGES_BURST: '10000',
      UNSENT_BYTES_MAX: '65536',
    });
    const room = makeRoom();
    const sender = await joinAsSender(server, room);
    await sender.next();
    const me = makeReceiver();
    const stuck = await joinAsReceiver(server, room, me);
    await stuck.next();
    await sender.next();
    stuck.socket.pause();
    // Sends until the kernel's buffers are full.
    const data = 'A'.repeat(40_000);
    while (sender.unread.length === 0) {
      sender.relay(me.member, data);
      await sender.flush();
    }
    expect(await sender.next()).toEqual({ type: 'peer.offline', peer: me.member });
  });
});

describe('sockets', () => {
  test('an address has a limited number of sockets; a closed one no longer counts', async () => {
    const server = await startServer({ SOCKETS_PER_ADDRESS: '2' });
    const first = await connect(server);
    await connect(server);
    expect(await upgradeStatus(server)).toBe(429);
    const closed = new Promise((resolve) => {
      for (const socket of server.app.websocketServer.clients) socket.once('close', resolve);
    });
    first.socket.close();
    await closed;
    expect(await upgradeStatus(server)).toBe(101);
  });

  test('upgrades at the same moment count together', async () => {
    const server = await startServer({ SOCKETS_PER_ADDRESS: '3' });
    await Promise.allSettled(Array.from({ length: 12 }, () => upgradeStatus(server)));
    expect(server.app.burritoshare.sockets).toBe(3);
  });

  test('I10: the server has a limited number of sockets in all', async () => {
    const server = await startServer({ SOCKETS_MAX: '1' });
    await connect(server);
    expect(await upgradeStatus(server)).toBe(503);
  });

  test.each([{ SOCKETS_PER_ADDRESS: '1' }, { SOCKETS_MAX: '1' }])(
    'S11: a page is told of the limit, since browsers hide statuses: %o',
    async (limits) => {
      const server = await startServer(limits);
      const first = await connect(server);
      const refused = await connect(server, { origin: server.url });
      expect(await refused.next()).toMatchObject({ type: 'refused', code: 'limit' });
      expect(await refused.closed).toBe(1013);
      expect(server.app.burritoshare.sockets).toBe(1);
      await first.flush();
    },
  );

  test('I10: only a limited number are told at a time, whether or not they answer', () => {
    const turnstile = createTurnstile(2);
    const closings: (() => void)[] = [];
    const socket = (): WebSocketLike => ({
      bufferedAmount: 0,
      send: () => {},
      close: () => {},
      terminate: () => {},
      pause: () => {},
      resume: () => {},
      on: (event: string, listener: (...given: never[]) => void) =>
        event === 'close' && closings.push(listener),
    });
    expect([socket(), socket(), socket()].map((one) => turnstile.take(one))).toEqual([
      true,
      true,
      false,
    ]);
    expect(turnstile.hasRoom()).toBe(false);
    closings[0]?.();
    expect(turnstile.hasRoom()).toBe(true);
    expect(turnstile.take(socket())).toBe(true);
  });

  test('behind a trusted proxy the addresses that it names are counted, IPv6 by /64', async () => {
    const server = await startServer({ SOCKETS_PER_ADDRESS: '1', TRUST_PROXY: '127.0.0.0/8' });
    const from = (ip: string) => ({ headers: { 'x-forwarded-for': ip } });
    expect(await upgradeStatus(server, from('198.51.100.1'))).toBe(101);
    expect(await upgradeStatus(server, from('198.51.100.1'))).toBe(429);
    expect(await upgradeStatus(server, from('198.51.100.2'))).toBe(101);
    expect(await upgradeStatus(server, from('2001:db8:0:1::1'))).toBe(101);
    expect(await upgradeStatus(server, from('2001:db8:0:1:ffff::2'))).toBe(429);
    expect(await upgradeStatus(server, from('2001:db8:0:2::1'))).toBe(101);
    // The client may write anything in front. The trusted proxy adds the last address.
    expect(await upgradeStatus(server, from('203.0.113.9, 198.51.100.1'))).toBe(429);
  });

  test('without a trusted proxy the header is not believed', async () => {
    const server = await startServer({ SOCKETS_PER_ADDRESS: '1' });
    expect(await upgradeStatus(server, { headers: { 'x-forwarded-for': '198.51.100.1' } })).toBe(
      101,
    );
    expect(await upgradeStatus(server, { headers: { 'x-forwarded-for': '198.51.100.2' } })).toBe(
      429,
    );
  });
});

describe('rooms', () => {
  test('an address may make a limited number of rooms an hour, and join any number', async () => {
    const server = await startServer({ ROOMS_PER_HOUR: '2' });
    const [room, other] = [makeRoom(), makeRoom()];
    await (await joinAsSender(server, room)).next();
    await (await joinAsSender(server, other)).next();
    const refused = await joinAsSender(server, makeRoom());
    expect(await refused.next()).toMatchObject({ type: 'refused', code: 'limit' });
    expect(await refused.closed).toBe(1013);
    expect(await (await joinAsReceiver(server, room)).next()).toMatchObject({ type: 'joined' });
  });

  test('I10: the server has a limited number of rooms in all', async () => {
    const server = await startServer({ ROOMS_MAX: '1' });
    const room = makeRoom();
    await (await joinAsSender(server, room)).next();
    expect(await (await joinAsSender(server, makeRoom())).next()).toMatchObject({
      code: 'limit',
    });
    expect(await (await joinAsReceiver(server, room)).next()).toMatchObject({ type: 'joined' });
  });

  test('S6: a receiver who waits alone costs no room; the sender is charged when it joins', async () => {
    const server = await startServer({ ROOMS_PER_HOUR: '1', ROOMS_MAX: '1' });
    const room = makeRoom();
    for (const one of [room, makeRoom(), makeRoom()])
      expect(await (await joinAsReceiver(server, one)).next()).toMatchObject({ type: 'joined' });
    expect(server.app.burritoshare.rooms).toBe(0);
    for (let turn = 0; turn < 2; turn++)
      expect(await (await joinAsSender(server, room)).next()).toMatchObject({ type: 'joined' });
    expect(server.app.burritoshare.rooms).toBe(1);
    expect(await (await joinAsSender(server, makeRoom())).next()).toMatchObject({ code: 'limit' });
  });
});

describe('origins', () => {
  test('pages of other hosts are refused, those of this host and the named ones are not', async () => {
    const server = await startServer({ ALLOWED_ORIGINS: 'https://files.example' });
    expect(await upgradeStatus(server, { origin: 'https://evil.example' })).toBe(403);
    expect(await upgradeStatus(server, { origin: 'null' })).toBe(403);
    expect(await upgradeStatus(server, { origin: server.url })).toBe(101);
    expect(await upgradeStatus(server, { origin: 'https://files.example' })).toBe(101);
    expect(await upgradeStatus(server)).toBe(101);
  });
});
