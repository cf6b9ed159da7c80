import { SENDER } from '@burritoshare/core';
import { connect as connectTcp } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';

import {
  connect,
  joinAsReceiver,
  joinAsSender,
  makeReceiver,
  makeRoom,
  upgradeStatus,
} from './support/client.ts';
import { startServer } from './support/server.ts';

test('I10: at any level, logs hold no room, no member, no address, no URL and no message', async () => {
  const server = await startServer({
    LOG_LEVEL: 'trace',
    TRUST_PROXY: '127.0.0.1',
    RECEIVERS_MAX: '1',
    SOCKETS_PER_ADDRESS: '4',
  });
  const room = makeRoom();
  const me = makeReceiver();
  const marker = 'bWFya2Vy';
  const headers = { 'x-forwarded-for': '203.0.113.77', 'user-agent': marker, cookie: marker };

  for (const path of [
    `/?${marker}`,
    `/${marker}`,
    `/%${marker}`,
    `/signal?${marker}`,
    '/healthz',
  ]) {
    await (await fetch(server.url + path, { headers })).arrayBuffer();
  }
  await fetch(`${server.url}/${marker}`, {
    method: 'POST',
    body: `{"${marker}`,
    headers: { ...headers, 'content-type': 'application/json' },
  });
  const raw = connectTcp(server.port, '127.0.0.1');
  raw.on('error', () => {}).resume();
  raw.end(`${marker} is no HTTP\r\n\r\n`);
  await once(raw, 'close');
  await upgradeStatus(server, { headers, origin: `https://${marker}.example` });
  await upgradeStatus(server, { headers }, `/${marker}`);

  const sender = await joinAsSender(server, room);
  await sender.next();
  const receiver = await joinAsReceiver(server, room, me);
  receiver.relay(SENDER, marker);
  await receiver.flush();
  const other = makeReceiver();
  const late = await joinAsReceiver(server, room, other);
  await late.next();
  sender.send({ type: 'dismiss', member: other.member });
  await late.closed;
  for (const text of [
    marker,
    JSON.stringify({ type: marker }),
    JSON.stringify({ type: 'join', version: 9 }),
  ]) {
    const hostile = await connect(server);
    hostile.socket.send(text);
    await hostile.closed;
  }
  receiver.socket.send('A'.repeat(70_000));
  await receiver.closed;
  const broken = connectTcp(server.port, '127.0.0.1');
  broken.on('error', () => {}).resume();
  broken.write(
    `GET /signal?${marker} HTTP/1.1\r\nHost: ${marker}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  await once(broken, 'data');
  // An unmasked frame breaks RFC 6455, section 5.1.
  broken.write(Buffer.concat([Buffer.from([0x81, marker.length]), Buffer.from(marker)]));
  await once(broken, 'close');
  await server.app.close();

  const log = server.logs.join('');
  // The lines that are logged on purpose are there, so this is the right stream.
  expect(log).toContain('"code":"room.full"');
  expect(log).toContain('"status":403');
  expect(log).toContain('a socket broke the WebSocket protocol');
  for (const secret of [
    marker,
    room.room,
    room.token,
    me.member,
    me.token,
    '203.0.113.77',
    '127.0.0.1',
    '/signal',
    'http:',
  ]) {
    expect(log).not.toContain(secret);
  }
});
