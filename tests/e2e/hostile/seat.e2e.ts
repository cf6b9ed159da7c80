import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import {
  encodeClientMessage,
  parseClientMessage,
  parseLink,
  parseServerMessage,
  PROTOCOL_VERSION,
  toBase64Url,
  type ClientMessage,
  type ServerMessage,
} from '@burritoshare/core';
import { WebSocket } from 'ws';
import { expect, open, reach, share, test } from '../support/app.ts';
import { sha256, writeRandom } from '../support/files.ts';
import { hurryDisk, slowDisk } from '../support/slow-disk.ts';

test('S4: a sender whose seat is taken says so, stays away, and finishes its deliveries', async ({
  server,
  person,
}, testInfo) => {
  const source = await writeRandom(testInfo.outputPath('source.bin'), 24);
  const [sender, receiver] = [await person(), await person()];
  await sender.clock.install();
  const { sent, received } = overhear(sender);
  await slowDisk(receiver, 1_000);
  const link = await share(sender, server.url, source);
  await open(receiver, link);
  const download = receiver.waitForEvent('download');
  await receiver.getByTestId('accept').click();
  await expect(receiver.getByTestId('progress')).toHaveAttribute('data-bytes', /^[1-9]\d*$/);

  const [join] = sent.filter(({ type }) => type === 'join');
  const other = await takeSeat(server.url, join!);

  await expect(
    sender.getByRole('heading', { level: 1, name: 'Shared from another tab' }),
  ).toBeVisible();
  await expect(sender.getByText('Another tab or window took this link over.')).toBeVisible();
  await expect(sender.getByTestId('share-link')).toHaveCount(0);
  expect(received.filter(({ type }) => type === 'replaced')).toHaveLength(1);
  await reach(sender, 'moving');

  await hurryDisk(receiver);
  await reach(sender, 'complete');
  await reach(receiver, 'complete');
  expect(await sha256(await (await download).path())).toBe(await sha256(source));

  // The page now does anything that it might do later. The next receiver still finds the other sender.
  await sender.clock.fastForward('10:00');
  const next = await person();
  await next.goto(link);
  await expect.poll(() => other.heard.map(({ type }) => type)).toContain('relay');
  expect(sent.filter(({ type }) => type === 'join')).toHaveLength(1);
  expect(other.heard.map(({ type }) => type)).not.toContain('replaced');
  other.leave();
});

test('S7, S13: eight clients with only the room id, who claim to have accepted, keep no receiver out', async ({
  server,
  person,
}) => {
  const [sender, receiver] = [await person(), await person()];
  const small = { name: 'small.txt', mimeType: 'text/plain', buffer: Buffer.from('small') };
  const link = await share(sender, server.url, small);
  const { room } = parseLink(new URL(link).hash);
  const knock = (): ReturnType<typeof takeSeat> =>
    takeSeat(server.url, {
      type: 'join',
      version: PROTOCOL_VERSION,
      role: 'receiver',
      room,
      token: toBase64Url(randomBytes(32)),
    });
  const knockers = await Promise.all(Array.from({ length: 8 }, knock));
  for (const { say } of knockers) say({ type: 'accepted' });

  await open(receiver, link);
  // The admitted receiver stays, even as others come.
  knockers.push(...(await Promise.all(Array.from({ length: 16 }, knock))));
  const download = receiver.waitForEvent('download');
  await receiver.getByTestId('accept').click();
  await reach(receiver, 'complete');
  await reach(sender, 'complete');
  await download;
  for (const { leave } of knockers) leave();
});

/** Records all messages between a page and the server from now on. */
function overhear(page: Page): {
  readonly sent: readonly ClientMessage[];
  readonly received: readonly ServerMessage[];
} {
  const sent: ClientMessage[] = [];
  const received: ServerMessage[] = [];
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => sent.push(parseClientMessage(String(payload))));
    socket.on('framereceived', ({ payload }) => received.push(parseServerMessage(String(payload))));
  });
  return { sent, received };
}

/** Joins with a token that another client has used, like a second tab. */
async function takeSeat(
  server: string,
  join: ClientMessage,
): Promise<{
  readonly heard: readonly ServerMessage[];
  readonly say: (message: ClientMessage) => void;
  readonly leave: () => void;
}> {
  const socket = new WebSocket(new URL('/signal', server.replace('http', 'ws')), {
    origin: server,
  });
  const heard: ServerMessage[] = [];
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => socket.send(encodeClientMessage(join)));
    socket.once('error', reject);
    socket.on('message', (raw: Buffer) => {
      const message = parseServerMessage(raw.toString());
      heard.push(message);
      if (message.type === 'joined') resolve();
    });
  });
  return {
    heard,
    say: (message) => socket.send(encodeClientMessage(message)),
    leave: () => socket.terminate(),
  };
}
