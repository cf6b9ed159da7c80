import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { accept, expect, open, reach, share, test } from '../support/app.ts';
import { sha256, writeRandom, writeTree } from '../support/files.ts';
import { hurryDisk, slowDisk } from '../support/slow-disk.ts';

test('128 MiB of random bytes arrive unchanged, and both ends show the same receipt', async ({
  server,
  person,
}, testInfo) => {
  test.setTimeout(300_000);
  const source = await writeRandom(testInfo.outputPath('random.bin'), 128);
  const [sender, receiver] = [await person(), await person()];

  await open(receiver, await share(sender, server.url, source));
  const download = await accept(receiver, 240_000);

  expect(download.suggestedFilename()).toBe('random.bin');
  expect(await sha256(await download.path())).toBe(await sha256(source));
  await reach(sender, 'complete');
  const receipt = await receiver.getByTestId('receipt').textContent();
  expect(receipt).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
  expect(await sender.getByTestId('receipt').textContent()).toBe(receipt);
  for (const page of [sender, receiver])
    await expect(page.getByTestId('delivery').first()).toHaveAttribute('data-path', 'local');
  const total = String(128 * 1024 * 1024);
  for (const page of [sender, receiver]) {
    await expect(page.getByTestId('progress')).toHaveAttribute('data-bytes', total);
    await expect(page.getByTestId('progress')).toHaveAttribute('data-total', total);
  }
});

test(
  'D4 the receipt has the whole digest behind it, the same on both ends, and its own beginning',
  { tag: '@quick' },
  async ({ server, person }) => {
    const [sender, receiver] = [await person(), await person()];
    const file = { name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('note') };
    await open(receiver, await share(sender, server.url, file));
    await accept(receiver);
    await reach(sender, 'complete');

    const receipt = await receiver.getByTestId('receipt').innerText();
    const whole = new RegExp(`^${receipt}(-[0-9A-Z]{4}){10}$`);
    for (const page of [sender, receiver]) {
      await expect(page.getByText(whole)).toBeHidden();
      await page.getByText('Whole digest', { exact: true }).click();
      await expect(page.getByText(whole)).toBeVisible();
    }
    expect(await sender.getByText(whole).innerText()).toBe(
      await receiver.getByText(whole).innerText(),
    );
  },
);

test('an empty file arrives', async ({ server, person }) => {
  const [sender, receiver] = [await person(), await person()];
  const file = { name: 'nothing.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) };

  await open(receiver, await share(sender, server.url, file));
  const download = await accept(receiver);

  expect(await readFile(await download.path())).toHaveLength(0);
  await reach(sender, 'complete');
});

test(
  'a folder of 500 small files with names in several scripts arrives as a tree',
  { tag: '@quick' },
  async ({ server, person }, testInfo) => {
    const scripts = [
      'notes',
      'ноты',
      '楽譜',
      'نوتة',
      'नोट्स',
      'ملاحظات',
      'Ünïcödé',
      '🌯 wrap',
      "it's",
      'a b  c',
    ];
    const files = new Map<string, Buffer>();
    for (let index = 0; index < 500; index++) {
      const script = scripts[index % scripts.length];
      files.set(`bundle/${script}/${index % 7}/${script} ${index}.txt`, randomBytes(index * 13));
    }
    const folder = testInfo.outputPath('tree');
    await writeTree(folder, files);
    const [sender, receiver] = [await person(), await person()];

    await open(receiver, await share(sender, server.url, join(folder, 'bundle'), 'folder-input'));
    const download = await accept(receiver);

    const unzipped = unzipSync(await readFile(await download.path()));
    const arrived = new Map(
      Object.entries(unzipped)
        .filter(([path]) => !path.endsWith('/'))
        .map(([path, bytes]) => [path.normalize('NFC'), Buffer.from(bytes).toString('hex')]),
    );
    const sent = new Map(
      [...files].map(([path, bytes]) => [path.normalize('NFC'), bytes.toString('hex')]),
    );
    expect([...arrived.keys()].toSorted()).toEqual([...sent.keys()].toSorted());
    for (const [path, bytes] of sent) expect(arrived.get(path), path).toBe(bytes);
  },
);

test('10,000 small files arrive unchanged', async ({ server, person }, testInfo) => {
  test.setTimeout(300_000);
  const files = new Map<string, Buffer>();
  for (let index = 0; index < 10_000; index++) {
    files.set(`many/${index % 100}/${index}.bin`, randomBytes(index % 50));
  }
  const folder = testInfo.outputPath('tree');
  await writeTree(folder, files);
  const [sender, receiver] = [await person(), await person()];

  await open(receiver, await share(sender, server.url, join(folder, 'many'), 'folder-input'));
  const download = await accept(receiver, 240_000);

  const arrived = unzipSync(await readFile(await download.path()));
  for (const [path, bytes] of files) {
    expect(Buffer.from(arrived[path] ?? []).equals(bytes), path).toBe(true);
  }
});

test('I13: a slow receiver and one that cancels don’t hold the third up', async ({
  server,
  person,
}, testInfo) => {
  test.setTimeout(240_000);
  const source = await writeRandom(testInfo.outputPath('shared.bin'), 16);
  const sender = await person();
  const link = await share(sender, server.url, source);
  const [slow, gone, quick] = [await person(), await person(), await person()];
  await slowDisk(slow, 1500);
  await slowDisk(gone, 1000);
  for (const receiver of [slow, gone, quick]) await open(receiver, link);
  await expect(sender.getByTestId('delivery')).toHaveCount(3);

  for (const receiver of [slow, gone]) await receiver.getByTestId('accept').click();
  await reach(gone, 'moving');
  await gone
    .getByTestId('delivery')
    .getByRole('button', { name: /cancel/i })
    .click();
  const download = await accept(quick, 180_000);

  expect(await sha256(await download.path())).toBe(await sha256(source));
  // With one and a half seconds for each of 16 pieces, it can't be done when the quick one is.
  await reach(slow, 'moving');
  await expect(sender.locator('[data-testid=delivery][data-state=cancelled]')).toHaveCount(1);
  await hurryDisk(slow);
  const late = slow.waitForEvent('download', { timeout: 180_000 });
  await reach(slow, 'complete', 180_000);
  expect(await sha256(await (await late).path())).toBe(await sha256(source));
});

test('three receivers at once each get the file at their own pace', async ({
  server,
  person,
}, testInfo) => {
  test.setTimeout(240_000);
  const source = await writeRandom(testInfo.outputPath('shared.bin'), 24);
  const sender = await person();
  const link = await share(sender, server.url, source);
  const receivers = [await person(), await person(), await person()];

  await Promise.all(receivers.map((receiver) => open(receiver, link)));
  await expect(sender.getByTestId('delivery')).toHaveCount(3);
  const downloads = await Promise.all(receivers.map((receiver) => accept(receiver, 180_000)));

  const wanted = await sha256(source);
  for (const download of downloads) expect(await sha256(await download.path())).toBe(wanted);
  await expect(sender.locator('[data-testid=delivery][data-state=complete]')).toHaveCount(3);
});
