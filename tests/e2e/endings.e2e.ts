import { rm, truncate, appendFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { accept, expect, failureOf, linkOf, open, reach, share, test } from './support/app.ts';
import { sha256, writeRandom } from './support/files.ts';
import { failingDisk, shortDisk, slowDisk } from './support/slow-disk.ts';
import { startServer } from './support/server.ts';

const small = { name: 'small.txt', mimeType: 'text/plain', buffer: Buffer.from('small') };

/** Waits until some bytes have been written. */
async function moving(page: Page): Promise<void> {
  await expect(page.getByTestId('progress')).toHaveAttribute('data-bytes', /^[1-9]\d*$/);
}

/** A delivery that is slow enough to be met in the middle. */
async function inTheMiddle(
  sender: Page,
  receiver: Page,
  url: string,
  source: Parameters<typeof share>[2],
): Promise<void> {
  await slowDisk(receiver, 150);
  await open(receiver, await share(sender, url, source));
  await receiver.getByTestId('accept').click();
  await moving(receiver);
}

for (const who of ['sender', 'receiver'] as const) {
  test(`cancelling from the ${who}'s page ends both, and leaves nothing behind`, async ({
    server,
    person,
  }, testInfo) => {
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
  });
}

test('a sender that goes away in the middle is told to the receiver, who keeps what has arrived', async ({
  server,
  person,
}, testInfo) => {
  const source = await writeRandom(testInfo.outputPath('source.bin'), 64);
  const [sender, receiver] = [await person(), await person()];
  await inTheMiddle(sender, receiver, server.url, source);

  await sender.context().close();

  await reach(receiver, 'interrupted');
  await expect(receiver.getByText(/sender isn’t here/)).toBeVisible({ timeout: 60_000 });
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

test('S7: a full room says so', async ({ person }) => {
  const server = await startServer({ RECEIVERS_MAX: '1' });
  try {
    const [sender, first, second] = [await person(), await person(), await person()];
    const link = await share(sender, server.url, small);
    await open(first, link);

    await second.goto(link);

    expect(await failureOf(second)).toBe('room.full');
  } finally {
    await server.stop();
  }
});

test('a second tab of the same delivery says that the first one is open', async ({
  server,
  person,
}) => {
  const [sender, receiver] = [await person(), await person()];
  const link = await share(sender, server.url, small);
  await open(receiver, link);

  const second = await receiver.context().newPage();
  await second.goto(link);

  await expect(second.getByText(/another tab/i).first()).toBeVisible();
  await expect(second.getByTestId('accept')).toHaveCount(0);
  await accept(receiver);
});

test('a restart of the server in the middle is not seen by anybody', async ({
  person,
}, testInfo) => {
  const first = await startServer();
  const source = await writeRandom(testInfo.outputPath('source.bin'), 32);
  const [sender, receiver] = [await person(), await person()];
  await slowDisk(receiver, 100);
  await open(receiver, await share(sender, first.url, source));
  const download = receiver.waitForEvent('download');
  await receiver.getByTestId('accept').click();
  await moving(receiver);

  await first.stop();
  const second = await startServer({ PORT: new URL(first.url).port });
  try {
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
  test(`K5: a file that ${name} while being sent fails, that file alone`, async ({
    server,
    person,
  }, testInfo) => {
    const lost = await writeRandom(testInfo.outputPath('a-lost.bin'), 64);
    const kept = await writeRandom(testInfo.outputPath('b-kept.bin'), 2);
    const [sender, receiver] = [await person(), await person()];
    await inTheMiddle(sender, receiver, server.url, [lost, kept]);

    await change(lost);

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

  expect(await failureOf(receiver)).toMatch(/^source\./);
  expect(await failureOf(sender)).toMatch(/^source\./);
});

test('L3: a truncated, a malformed and a newer link each say what to do', async ({
  server,
  person,
}) => {
  const [sender, receiver] = [await person(), await person()];
  const link = await share(sender, server.url, small);
  const newer = link.replace('#1.', '#2.');
  for (const broken of [link.slice(0, -5), `${server.url}/#1.!!!`, newer]) {
    await receiver.goto('about:blank');
    await receiver.goto(broken);
    await expect(
      receiver.getByText(broken === newer ? /newer|version/i : /link/i).first(),
    ).toBeVisible();
    await expect(receiver.getByTestId('accept')).toHaveCount(0);
  }
  expect(await linkOf(sender)).toBe(link);
});

test('plain HTTP on a LAN address says at once what to do instead', async ({ server, person }) => {
  const { port } = new URL(server.url);
  const receiver = await person({ flags: ['--host-resolver-rules=MAP lan.test 127.0.0.1'] });

  await receiver.goto(`http://lan.test:${port}/`);

  expect(await receiver.evaluate(() => isSecureContext)).toBe(false);
  await expect(receiver.getByText(/https/i).first()).toBeVisible();
  await expect(receiver.getByTestId('file-input')).toHaveCount(0);
});

/** What is left in the origin's private file system, folders not counted. */
async function storedFiles(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const found: string[] = [];
    const walk = async (folder: FileSystemDirectoryHandle, path: string): Promise<void> => {
      for await (const [name, handle] of folder.entries()) {
        if (handle instanceof FileSystemDirectoryHandle) await walk(handle, `${path}${name}/`);
        else found.push(`${path}${name}`);
      }
    };
    // A folder that is removed while it is walked through holds nothing.
    await walk(await navigator.storage.getDirectory(), '').catch((error: unknown) => {
      if (!(error instanceof DOMException && error.name === 'NotFoundError')) throw error;
    });
    return found;
  });
}
