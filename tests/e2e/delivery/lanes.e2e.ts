import type { Page } from '@playwright/test';
import { accept, expect, open, share, test } from '../support/app.ts';
import { sha256, writeRandom } from '../support/files.ts';

type Watching = typeof globalThis & {
  readonly watched: { readonly connections: RTCPeerConnection[]; readonly moved: string[] };
};

/** Makes a page remember its connections, and whether its channels could be moved. */
async function watch(page: Page, canMove: 'yes' | 'no'): Promise<void> {
  await page.addInitScript((can) => {
    const watched = { connections: [] as RTCPeerConnection[], moved: [] as string[] };
    Object.assign(globalThis, { watched });
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        watched.connections.push(this);
      }
    };
    // Channels go to a worker through a port.
    const original = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'postMessage');
    const post = original?.value as (message: unknown, transfer?: unknown) => void;
    MessagePort.prototype.postMessage = function (message: unknown, transfer?: unknown) {
      const isChannel = (message as { bulk?: unknown } | undefined)?.bulk !== undefined;
      if (isChannel && can === 'no') {
        watched.moved.push('refused');
        throw new DOMException('as a browser that can’t', 'DataCloneError');
      }
      post.call(this, message, transfer);
      if (isChannel) watched.moved.push('moved');
    };
  }, canMove);
}

function connectionsOf(page: Page): Promise<number> {
  return page.evaluate(() => (globalThis as Watching).watched.connections.length);
}

for (const [title, sending, receiving] of [
  ['both browsers move their channels into workers', 'yes', 'yes'],
  ['neither browser can move a channel', 'no', 'no'],
  ['the sender’s browser can’t move channels', 'no', 'yes'],
  ['the receiver’s browser can’t move channels', 'yes', 'no'],
] as const)
  test(`${title}: further lanes open, one is lost, and everything arrives`, async ({
    server,
    person,
  }, info) => {
    test.setTimeout(240_000);
    const source = await writeRandom(info.outputPath('random.bin'), 60);
    const [sender, receiver] = [await person(), await person()];
    await watch(sender, sending);
    await watch(receiver, receiving);
    await open(receiver, await share(sender, server.url, source));
    const arriving = accept(receiver, 200_000);
    await expect.poll(() => connectionsOf(receiver)).toBeGreaterThan(1);
    // It may still be opening. In either case the others carry on.
    await receiver.evaluate(() => {
      (globalThis as Watching).watched.connections[1]?.close();
    });
    const download = await arriving;

    expect(await sha256(await download.path())).toBe(await sha256(source));
    for (const [page, can] of [
      [sender, sending],
      [receiver, receiving],
    ] as const) {
      const moved = await page.evaluate(() => (globalThis as Watching).watched.moved);
      // After a channel can't be moved, the page doesn't try again.
      if (can === 'no') expect(moved).toEqual(['refused']);
      else expect(moved.length).toBe(await connectionsOf(page));
    }
  });
