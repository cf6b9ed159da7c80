import { rm, truncate, appendFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { accept, expect, failureOf, linkOf, open, reach, share, test } from '../support/app.ts';
import { sha256, writeRandom } from '../support/files.ts';
import { failingDisk, hurryDisk, shortDisk, slowDisk } from '../support/slow-disk.ts';
import { startServer } from '../support/server.ts';
import { changeScripts, patchWorker } from '../support/worker-script.ts';

const small = { name: 'small.txt', mimeType: 'text/plain', buffer: Buffer.from('small') };

/** Waits until some bytes have been written. */
async function moving(page: Page): Promise<void> {
  await expect(page.getByTestId('progress')).toHaveAttribute('data-bytes', /^[1-9]\d*$/);
}

/** Starts a delivery that is slow enough to be caught in the middle. */
async function inTheMiddle(
  sender: Page,
  receiver: Page,
  url: string,
  source: Parameters<typeof share>[2],
): Promise<void> {
  await slowDisk(receiver, 400);
  await open(receiver, await share(sender, url, source));
  await receiver.getByTestId('accept').click();
  await moving(receiver);
}

for (const who of ['sender', 'receiver'] as const) {
  test(
    `cancelling from the ${who}'s page ends both, and leaves nothing behind`,
    { tag: '@quick' },
    async ({ server, person }, testInfo) => {
      const source = await writeRandom(testInfo.outputPath('source.bin'), 64);
      const [sender, receiver] = [await person(), await person()];
      await inTheMiddle(sender, receiver, server.url, source);

      const page = who === 'sender' ? sender : receiver;
      await page
        .getByTestId('delivery')
        .getByRole('button', { name: /cancel/i })
        .click();

      await reach(sender, 'cancelled');
      await reach(receiver, 'cancelled');
      await expect.poll(() => storedFiles(receiver)).toEqual([]);
    },
  );
}

test('a receiver is told that the sender left in the middle, and keeps the arrived bytes', async ({
  server,
  person,
}, testInfo) => {
  const source = await writeRandom(testInfo.outputPath('source.bin'), 64);
  const [sender, receiver] = [await person(), await person()];
  await inTheMiddle(sender, receiver, server.url, source);

  await sender.context().close();

  await reach(receiver, 'interrupted');
  await expect(receiver.getByText(/sender isn’t here/)).toBeVisible();
  await expect(receiver.getByText(/What has arrived stays here/)).toBeVisible();
  expect(await storedFiles(receiver)).not.toEqual([]);
});

test('closing a tab in the middle asks first', async ({ server, person }, testInfo) => {
  const source = await writeRandom(testInfo.outputPath('source.bin'), 64);
  const [sender, receiver] = [await person(), await person()];
  await inTheMiddle(sender, receiver, server.url, source);

  for (const page of [sender, receiver]) {
    const asked = page.waitForEvent('dialog');
    await page.close({ runBeforeUnload: true });
    const dialog = await asked;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.dismiss();
  }
});

test('a link without a sender waits, and says so', async ({ server, person }) => {
  const [sender, receiver] = [await person(), await person()];
  const link = await share(sender, server.url, small);
  await sender.context().close();

  await receiver.goto(link);

  await reach(receiver, 'connecting');
  await expect(receiver.getByText(/sender isn’t here/i)).toBeVisible();
});

test('S7, S11: a receiver waits for a full room, and is let in later', async ({ person }) => {
  const server = await startServer({ RECEIVERS_MAX: '1' });
  try {
    const [sender, first, second] = [await person(), await person(), await person()];
    const link = await share(sender, server.url, small);
    await open(first, link);

    await second.goto(link);

    await reach(second, 'waiting');
    await expect(second.getByText(/Others are ahead of you/)).toBeVisible();
    await first.getByRole('button', { name: 'No, thanks' }).click();
    await reach(second, 'offered');
  } finally {
    await server.stop();
  }
});

test('S11: both pages name a server at its limits, and the next step', async ({ person }) => {
  const server = await startServer({ SOCKETS_PER_ADDRESS: '1', ROOMS_PER_HOUR: '1' });
  try {
    const [sender, receiver, other] = [await person(), await person(), await person()];
    const link = await share(sender, server.url, small);

    await receiver.goto(link);
    await reach(receiver, 'waiting');
    await expect(receiver.getByText(/server has no room for you right now/)).toBeVisible();

    // The page shows a link all the same, and says that it leads nowhere yet.
    await share(other, server.url, small);
    await expect(other.getByText(/server has no room for your link right now/)).toBeVisible();
    await expect(other.getByRole('heading', { level: 1, name: /^Almost ready/ })).toBeVisible();
  } finally {
    await server.stop();
  }
});

test('a second tab of a delivery says that the first one is open', async ({ server, person }) => {
  const [sender, receiver] = [await person(), await person()];
  const link = await share(sender, server.url, small);
  await open(receiver, link);

  const second = await receiver.context().newPage();
  await second.goto(link);

  await expect(second.getByText(/another tab/i).first()).toBeVisible();
  await expect(second.getByTestId('accept')).toHaveCount(0);
  await accept(receiver);
});

test('nobody notices a restart of the server in the middle', async ({ person }, testInfo) => {
  const first = await startServer();
  const source = await writeRandom(testInfo.outputPath('source.bin'), 32);
  const [sender, receiver] = [await person(), await person()];
  await slowDisk(receiver, 500);
  await open(receiver, await share(sender, first.url, source));
  const download = receiver.waitForEvent('download');
  await receiver.getByTestId('accept').click();
  await moving(receiver);

  await first.stop();
  const second = await startServer({ PORT: new URL(first.url).port });
  try {
    await hurryDisk(receiver);
    await reach(receiver, 'complete');
    await reach(sender, 'complete');
    expect(await sha256(await (await download).path())).toBe(await sha256(source));
  } finally {
    await second.stop();
  }
});

const disks = [
  {
    name: 'fails',
    plant: (page: Page) => failingDisk(page, 3, 'InvalidStateError'),
    code: 'disk.failed',
  },
  {
    name: 'writes less than it was given',
    plant: (page: Page) => shortDisk(page, 3),
    code: 'disk.failed',
  },
];

for (const { name, plant, code } of disks) {
  test(`I2: a disk that ${name} in the middle never becomes complete`, async ({
    server,
    person,
  }, testInfo) => {
    const source = await writeRandom(testInfo.outputPath('source.bin'), 16);
    const [sender, receiver] = [await person(), await person()];
    await plant(receiver);
    await open(receiver, await share(sender, server.url, source));

    await receiver.getByTestId('accept').click();

    expect(await failureOf(receiver)).toBe(code);
    expect(await failureOf(sender)).toBe(code);
    await expect(receiver.getByText(/What had arrived stays/)).toBeVisible();
  });
}

const changes = [
  { name: 'shrinks', change: (path: string) => truncate(path, 1024) },
  { name: 'grows', change: (path: string) => appendFile(path, 'more') },
  { name: 'vanishes', change: (path: string) => rm(path) },
];

for (const { name, change } of changes) {
  test(`K5: a file that ${name} while being sent fails, and no other`, async ({
    server,
    person,
  }, testInfo) => {
    const lost = await writeRandom(testInfo.outputPath('a-lost.bin'), 64);
    const kept = await writeRandom(testInfo.outputPath('b-kept.bin'), 2);
    const [sender, receiver] = [await person(), await person()];
    await inTheMiddle(sender, receiver, server.url, [lost, kept]);

    await change(lost);
    await hurryDisk(receiver);

    await reach(receiver, 'complete');
    await reach(sender, 'complete');
    for (const page of [sender, receiver])
      await expect(page.getByText('a-lost.bin').last()).toBeVisible();
    await expect(receiver.getByText(/changed|could not|couldn’t/i).first()).toBeVisible();
  });
}

test('X4: a single file that vanishes fails the delivery on both ends', async ({
  server,
  person,
}, testInfo) => {
  const source = await writeRandom(testInfo.outputPath('source.bin'), 64);
  const [sender, receiver] = [await person(), await person()];
  await inTheMiddle(sender, receiver, server.url, source);

  await rm(source);
  await hurryDisk(receiver);

  expect(await failureOf(receiver)).toMatch(/^source\./);
  expect(await failureOf(sender)).toMatch(/^source\./);
});

test('T5: both pages first tell that a delivery stands still, and then fail as `stalled` with what to do', async ({
  server,
  person,
}, testInfo) => {
  const source = await writeRandom(testInfo.outputPath('source.bin'), 4);
  const [sender, receiver] = [await person(), await person()];
  // A drive that no longer answers.
  await patchWorker(
    sender,
    'source',
    'Blob.prototype.arrayBuffer = () => new Promise(() => undefined);',
  );
  await shortenWaits(receiver);
  await open(receiver, await share(sender, server.url, source));
  await receiver.getByTestId('accept').click();

  await expect(receiver.getByText('Nothing comes at the moment.')).toBeVisible();
  expect(await failureOf(receiver)).toBe('stalled');
  await expect(receiver.getByText('nothing more came from it')).toBeVisible();
  await expect(receiver.getByText('Ask the sender to reload their page')).toBeVisible();
  await expect(receiver.getByRole('button', { name: 'Try again' })).toBeVisible();
  expect(await failureOf(sender)).toBe('stalled');
  await expect(sender.getByText('Nothing moved any more')).toBeVisible();
  await expect(sender.getByText('Your link still works')).toBeVisible();
});

/** Shortens a page's waits for a delivery that stands still (SPEC.md, T5) from minutes to seconds. */
async function shortenWaits(page: Page): Promise<void> {
  await changeScripts(page, '**/assets/*.js', (script) =>
    script.replaceAll(/\b2e4\b/g, '1e3').replaceAll(/\b3e5\b/g, '2e3'),
  );
}

test('L3: the page names a damaged link, one of another version and no link, and joins no room', async ({
  server,
  person,
}) => {
  const [sender, receiver] = [await person(), await person()];
  const link = await share(sender, server.url, small);
  const capitals = server.url + new URL(link).hash.toUpperCase().replace('#', '/#');
  let sockets = 0;
  receiver.on('websocket', () => sockets++);
  for (const [broken, title] of [
    [link.slice(0, -5), 'This link was damaged on its way'],
    [capitals, 'This link was damaged on its way'],
    [`${server.url}/#1.${'A'.repeat(86)}`, 'This link is from another version'],
    [`${server.url}/#privacy`, 'This is no link to anything'],
  ] as const) {
    await receiver.goto('about:blank');
    await receiver.goto(broken);
    await expect(receiver.getByRole('heading', { name: title })).toBeVisible();
    await expect(receiver.getByTestId('accept')).toHaveCount(0);
  }
  expect(sockets).toBe(0);
  expect(await linkOf(sender)).toBe(link);
});

test(
  'L5: a link with something around it, at any path, works, and is then cleaned',
  { tag: '@quick' },
  async ({ server, person }) => {
    const [sender, receiver] = [await person(), await person()];
    const link = await share(sender, `${server.url}/index.html`, small);
    expect(link).toMatch(new RegExp(`^${server.url}/#2\\.`));
    const { hash } = new URL(link);
    for (const address of [
      `${link}.`,
      `${link}”?utm_source=mail`,
      `${server.url}/${hash.replace('#', '%23')}`,
      `${server.url}/share${hash}`,
      `${server.url}//${hash}`,
    ]) {
      await receiver.goto('about:blank');
      await receiver.goto(address);
      await expect(receiver.getByTestId('accept')).toBeVisible();
      expect(receiver.url()).toBe(link);
    }
  },
);

test('a page over plain HTTP on a LAN address says at once what to do instead', async ({
  server,
  person,
}) => {
  const { port } = new URL(server.url);
  const receiver = await person({ flags: ['--host-resolver-rules=MAP lan.test 127.0.0.1'] });

  await receiver.goto(`http://lan.test:${port}/`);

  expect(await receiver.evaluate(() => isSecureContext)).toBe(false);
  await expect(receiver.getByText(/https/i).first()).toBeVisible();
  await expect(receiver.getByTestId('file-input')).toHaveCount(0);
});

/** The files that are left in the origin's private file system. */
async function storedFiles(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const found: string[] = [];
    const walk = async (folder: FileSystemDirectoryHandle, path: string): Promise<void> => {
      for await (const [name, handle] of folder.entries()) {
        if (handle instanceof FileSystemDirectoryHandle) await walk(handle, `${path}${name}/`);
        else found.push(`${path}${name}`);
      }
    };
    // A folder that is removed meanwhile holds nothing.
    await walk(await navigator.storage.getDirectory(), '').catch((error: unknown) => {
      if (!(error instanceof DOMException && error.name === 'NotFoundError')) throw error;
    });
    return found;
  });
}
