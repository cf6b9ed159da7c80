import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';

import {
  connect,
  joinAsReceiver,
  joinAsSender,
  makeRoom,
  upgradeStatus,
} from './support/client.ts';
import { startProgram } from './support/program.ts';
import { makeFolder, makeWebRoot, startServer } from './support/server.ts';

describe('draining', () => {
  test('S10: every client is told to come back and closed with 1012, whether it has joined or not', async () => {
    const server = await startServer();
    const room = makeRoom();
    const sender = await joinAsSender(server, room);
    await sender.next();
    const receiver = await joinAsReceiver(server, room);
    await receiver.next();
    await sender.next();
    const undecided = await connect(server);
    await undecided.flush();
    await server.app.burritoshare.drain();
    for (const client of [sender, receiver, undecided]) {
      expect(await client.next()).toEqual({ type: 'restarting' });
      expect(await client.closed).toBe(1012);
      expect(client.unread).toEqual([]);
    }
    expect(server.app.burritoshare).toMatchObject({ rooms: 0, sockets: 0, isDraining: true });
  });

  test('while draining, the server is alive but not ready, and refuses sockets', async () => {
    const server = await startServer();
    const slow = await joinAsSender(server, makeRoom());
    await slow.next();
    // It stops reading, so that it never sends its half of the closing handshake.
    slow.socket.pause();
    const drained = server.app.burritoshare.drain();
    const ready = await fetch(`${server.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'draining' }]);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect(await upgradeStatus(server)).toBe(503);
    slow.socket.resume();
    expect(await slow.closed).toBe(1012);
    await drained;
  });

  test('a socket that does not close is cut', async () => {
    const server = await startServer({ DRAIN_TIMEOUT_MS: '200' });
    const stuck = await joinAsSender(server, makeRoom());
    await stuck.next();
    stuck.socket.pause();
    await server.app.burritoshare.drain();
    expect(server.app.burritoshare.sockets).toBe(0);
  });

  test('closing the server drains it', async () => {
    const server = await startServer();
    const client = await joinAsSender(server, makeRoom());
    await client.next();
    await server.app.close();
    expect(await client.next()).toEqual({ type: 'restarting' });
    expect(await client.closed).toBe(1012);
  });
});

describe('the program', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'says where it is, and ends well on %s',
    async (signal) => {
      const program = startProgram({ WEB_ROOT: await makeWebRoot(), DRAIN_TIMEOUT_MS: '2000' });
      const url = await program.ready();
      expect(program.output.out).toBe(`BurritoShare is ready at ${url}\n`);
      const client = await joinAsSender({ url }, makeRoom());
      await client.next();
      const stuck = await connect({ url });
      stuck.socket.pause();
      program.process.kill(signal);
      expect(await client.next()).toEqual({ type: 'restarting' });
      expect(await client.closed).toBe(1012);
      expect(await program.ended).toBe(0);
      expect(program.output.err).toBe('');
    },
  );

  test.each([
    ['PORT', { PORT: 'eighty' }],
    ['ICE_SERVERS', { ICE_SERVERS: 'stun.example' }],
    ['WEB_ROOT', {}],
  ])('refuses to start with a bad %s, in one readable line', async (variable, environment) => {
    const program = startProgram({ WEB_ROOT: await makeFolder(), ...environment });
    expect(await program.ended).toBe(1);
    expect(program.output.err).toMatch(new RegExp(`^BurritoShare can't start: ${variable} .+\n$`));
    expect(program.output.out).toBe('');
  });

  test('says so when its port is taken', async () => {
    const other = createTcpServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const PORT = String((other.address() as AddressInfo).port);
    const program = startProgram({ WEB_ROOT: await makeWebRoot(), PORT });
    expect(await program.ended).toBe(1);
    expect(program.output.err).toBe(
      "BurritoShare can't start: PORT is in use by another program\n",
    );
    other.close();
  });
});
