import { PROTOCOL_VERSION, SENDER } from '@burritoshare/core';
import { describe, expect, test } from 'vitest';

import {
  connect,
  joinAsReceiver,
  joinAsSender,
  makeReceiver,
  makeRoom,
  SESSION,
} from './support/client.ts';
import { startServer } from './support/server.ts';

describe('joining', () => {
  test('S1: a client whose first message is no join is refused', async () => {
    const server = await startServer();
    for (const text of ['{"type":"pong"}', 'no JSON', '{"type":"join"}', '']) {
      const client = await connect(server);
      client.socket.send(text);
      expect(await client.next()).toMatchObject({ type: 'refused', code: 'malformed' });
      expect(await client.closed).toBe(1008);
    }
    const client = await connect(server);
    client.socket.send(Buffer.from([1, 2, 3]));
    expect(await client.next()).toMatchObject({ type: 'refused', code: 'malformed' });
    expect(await client.closed).toBe(1008);
  });

  test('S1: a client that sends nothing is refused', async () => {
    const server = await startServer({ JOIN_TIMEOUT_MS: '50' });
    const client = await connect(server);
    expect(await client.next()).toMatchObject({ type: 'refused', code: 'malformed' });
    expect(await client.closed).toBe(1008);
  });

  test('S1: a second join is refused, and the seat is given up', async () => {
    const server = await startServer();
    const room = makeRoom();
    const receiver = await joinAsReceiver(server, room);
    await receiver.next();
    const sender = await joinAsSender(server, room);
    await sender.next();
    expect(await receiver.next()).toEqual({ type: 'peer.online', peer: SENDER });
    sender.send({ type: 'join', version: PROTOCOL_VERSION, role: 'sender', ...room });
    expect(await sender.next()).toMatchObject({ type: 'refused', code: 'malformed' });
    expect(await sender.closed).toBe(1008);
    expect(await receiver.next()).toEqual({ type: 'peer.offline', peer: SENDER });
  });

  test('S2: the seat without its token is refused, and no room is made', async () => {
    const server = await startServer();
    const client = await joinAsSender(server, { room: makeRoom().room, token: makeRoom().token });
    expect(await client.next()).toMatchObject({ type: 'refused', code: 'seat.refused' });
    expect(await client.closed).toBe(1008);
    expect(server.app.burritoshare.rooms).toBe(0);
  });

  test('S3: the same token is the same member, also on another server', async () => {
    const receiver = makeReceiver();
    const room = makeRoom();
    for (const server of [await startServer(), await startServer()]) {
      const client = await joinAsReceiver(server, room, receiver);
      expect(await client.next()).toMatchObject({
        type: 'joined',
        member: receiver.member,
        peers: [],
      });
    }
  });

  test.each([PROTOCOL_VERSION - 1, PROTOCOL_VERSION + 1])(
    'S11: version %i is refused with that reason',
    async (version) => {
      const server = await startServer();
      const client = await connect(server);
      client.socket.send(JSON.stringify({ type: 'join', version, role: 'sender', ...makeRoom() }));
      expect(await client.next()).toMatchObject({ type: 'refused', code: 'version' });
      expect(await client.closed).toBe(1008);
    },
  );

  test('S6: a client that joins gets the operator’s ICE servers', async () => {
    const iceServers = [
      { urls: ['turn:relay.example:3478'], username: 'someone', credential: 'something' },
    ];
    const server = await startServer({ ICE_SERVERS: JSON.stringify(iceServers) });
    const sender = await joinAsSender(server, makeRoom());
    expect(await sender.next()).toEqual({
      type: 'joined',
      version: PROTOCOL_VERSION,
      member: SENDER,
      peers: [],
      tags: [],
      seats: 8,
      iceServers,
    });
  });
});

describe('a room', () => {
  test('S4: a proven join replaces the older socket', async () => {
    const server = await startServer();
    const room = makeRoom();
    const older = await joinAsSender(server, room);
    await older.next();
    const newer = await joinAsSender(server, room);
    expect(await older.next()).toEqual({ type: 'replaced' });
    expect(await older.closed).toBe(4001);
    expect(await newer.next()).toMatchObject({ type: 'joined', member: SENDER });
    const receiver = await joinAsReceiver(server, room);
    expect(await receiver.next()).toMatchObject({ type: 'joined', peers: [SENDER] });
  });

  test('S5: relays are stamped, and receivers do not reach each other', async () => {
    const server = await startServer();
    const room = makeRoom();
    const sender = await joinAsSender(server, room);
    await sender.next();
    const [one, two] = [makeReceiver(), makeReceiver()];
    const first = await joinAsReceiver(server, room, one);
    await first.next();
    const second = await joinAsReceiver(server, room, two);
    await second.next();
    await sender.next();
    await sender.next();

    first.socket.send(
      JSON.stringify({
        type: 'relay',
        to: SENDER,
        from: two.member,
        session: SESSION,
        seq: 1,
        data: 'AAAA',
        more: 1,
      }),
    );
    expect(await sender.next()).toEqual({
      type: 'relay',
      from: one.member,
      session: SESSION,
      seq: 1,
      data: 'AAAA',
    });
    expect(sender.texts.at(-1)).not.toContain('more');
    sender.relay(two.member, 'BBBB', 2);
    expect(await second.next()).toEqual({
      type: 'relay',
      from: SENDER,
      session: SESSION,
      seq: 2,
      data: 'BBBB',
    });

    first.relay(two.member, 'CCCC');
    first.relay(makeReceiver().member, 'DDDD');
    await first.flush();
    await second.flush();
    await sender.flush();
    expect([first.unread, second.unread, sender.unread]).toEqual([[], [], []]);
  });

  test('S6: each role is told which members of the other are online, and an empty room is removed', async () => {
    const server = await startServer();
    const room = makeRoom();
    const receiver = makeReceiver();
    const waiting = await joinAsReceiver(server, room, receiver);
    expect(await waiting.next()).toMatchObject({ type: 'joined', peers: [] });
    const sender = await joinAsSender(server, room);
    expect(await sender.next()).toMatchObject({ type: 'joined', peers: [receiver.member] });
    expect(await waiting.next()).toEqual({ type: 'peer.online', peer: SENDER });
    waiting.send({ type: 'leave' });
    expect(await waiting.closed).toBe(1000);
    expect(await sender.next()).toEqual({ type: 'peer.offline', peer: receiver.member });
    expect(server.app.burritoshare.rooms).toBe(1);
    const gone = server.allClosed();
    sender.socket.terminate();
    await gone;
    expect(server.app.burritoshare).toMatchObject({ rooms: 0, sockets: 0 });
  });

  test('S7, S13: eight seats taken with only the room id keep no other receiver out', async () => {
    const server = await startServer({ SOCKETS_PER_ADDRESS: '100' });
    const room = makeRoom();
    const sender = await joinAsSender(server, room);
    expect(await sender.next()).toMatchObject({ type: 'joined', tags: [], seats: 8 });
    const tags = new Set<string | undefined>();
    const peers: string[] = [];
    for (let count = 0; count < 8; count++) {
      const attacker = await joinAsReceiver(server, room);
      await attacker.next();
      attacker.send({ type: 'accepted' });
      const online = await sender.next();
      if (online?.type !== 'peer.online') throw new Error('nobody came');
      tags.add(online.tag);
      peers.push(online.peer);
    }
    expect(tags.size, 'S14: one neighbourhood').toBe(1);
    // The sender has admitted none of them. So the oldest leaves for each newcomer, even for one of its own
    // neighbourhood.
    const honest = makeReceiver();
    const receiver = await joinAsReceiver(server, room, honest);
    expect(await receiver.next()).toMatchObject({ type: 'joined' });
    expect(await sender.next()).toEqual({ type: 'peer.offline', peer: peers[0] });
    sender.send({ type: 'admit', member: honest.member });
    await sender.flush();
    receiver.relay(SENDER, 'AAAA');
    expect(await sender.next()).toMatchObject({ type: 'peer.online', peer: honest.member });
    expect(await sender.next()).toMatchObject({ type: 'relay', from: honest.member });
    // A client that cycles through tokens displaces receivers that still knock, but not the one that the sender
    // admitted.
    for (let count = 0; count < 24; count++) await (await joinAsReceiver(server, room)).next();
    await receiver.flush();
    expect(receiver.socket.readyState).toBe(receiver.socket.OPEN);
    sender.send({ type: 'dismiss', member: honest.member });
    expect(await receiver.next()).toMatchObject({ type: 'refused', code: 'room.full' });
    expect(await receiver.closed).toBe(4003);
  });

  test('S8: a receiver that has not accepted leaves, one that has stays', async () => {
    const server = await startServer({ UNACCEPTED_TIMEOUT_MS: '500' });
    const room = makeRoom();
    const accepted = await joinAsReceiver(server, room);
    accepted.send({ type: 'accepted' });
    await accepted.next();
    const undecided = await joinAsReceiver(server, room);
    await undecided.next();
    expect(await undecided.next()).toMatchObject({ type: 'refused', code: 'idle' });
    expect(await undecided.closed).toBe(4004);
    await accepted.flush();
    expect(accepted.unread).toEqual([]);
  });

  test('S9: a client that answers pings stays, a silent one is closed', async () => {
    const server = await startServer({ PING_INTERVAL_MS: '100', SILENCE_TIMEOUT_MS: '2000' });
    const room = makeRoom();
    const alive = await joinAsSender(server, room);
    alive.socket.on('message', () => alive.send({ type: 'pong' }));
    const silent = await joinAsReceiver(server, room);
    // The silent client came later. When it is closed, the other one has outlived the same time-out.
    expect(await silent.closed).toBe(4005);
    expect(silent.unread).toContainEqual({ type: 'ping' });
    await alive.flush();
    expect(alive.socket.readyState).toBe(alive.socket.OPEN);
    // On a busy machine another ping may have come after the last of these.
    const types = alive.unread.map(({ type }) => type);
    expect(types.filter((type) => type !== 'ping')).toEqual([
      'joined',
      'peer.online',
      'peer.offline',
    ]);
    expect(types).toContain('ping');
  });
});
