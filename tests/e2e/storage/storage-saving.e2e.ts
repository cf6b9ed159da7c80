// Handing received files to the person, in the real browser.
import { expect } from '@playwright/test';

import { contentsOf, file, manifestOf, MIB, SEVERAL, sha256 } from './bundle.ts';
import { download, receive, test } from './fixture.ts';
import { unzip } from './unzip.ts';

test('a single file is downloaded under its name, as plain bytes', async ({ page }) => {
  const manifest = manifestOf('one', [file('folder/größe.html', 2 * MIB + 5)]);
  await receive(page, manifest);

  const { bytes, download: saved } = await download(page);

  expect(saved.suggestedFilename()).toBe('größe.html');
  expect(sha256(bytes)).toEqual(sha256(...contentsOf(manifest)));
});

test(
  'several files are downloaded as one ZIP, with empty folders and times, without those that failed',
  { tag: '@quick' },
  async ({ page }) => {
    await receive(page, SEVERAL, [3]);

    const { bytes, download: saved } = await download(page);

    const entries = unzip(bytes);
    const contents = contentsOf(SEVERAL);
    expect(entries.map(({ name }) => name)).toEqual([
      'Ферма/план 🌽.html',
      'Ферма/пусто/',
      'Ферма/empty',
      'old.txt',
    ]);
    expect(entries.map((entry) => sha256(entry.bytes).toString('hex'))).toEqual(
      [0, 1, 2, 4].map((index) => sha256(contents[index]!).toString('hex')),
    );
    expect(entries[0]?.modified).toBe('2020-02-03T04:05:06');
    // The file's time is before a ZIP's first year.
    expect(entries[3]?.modified).toMatch(/^1980-01-0/);
    // Chromium replaces characters that some file systems refuse.
    expect(saved.suggestedFilename()).toMatch(/^Ферма «Ли.s» 50.\.zip$/);
  },
);

test('the frame of a ZIP outlives the last byte, since the browser makes the download later', async ({
  page,
}) => {
  await page.clock.install();
  await receive(page, SEVERAL);
  await download(page);
  await expect(page.locator('iframe')).toHaveCount(1);

  await page.clock.fastForward('05:00');

  await expect(page.locator('iframe')).toHaveCount(0);
});

test('cancelling a ZIP’s download ends it, and `save` reports that', async ({ page }) => {
  // 3 GiB of zeros take no room on the disk.
  const manifest = manifestOf('zeros', [file('a', 3 * 1024 * MIB), file('b', 1)]);
  const saved = page.evaluate((given) => window.storage.saveZeros(given), manifest);
  const started = await page.waitForEvent('download');
  await started.cancel();

  expect(await saved).toEqual({ failed: 'AbortError' });
});

test('without a service worker a small ZIP is made in memory, and a large one refused', async ({
  page,
  context,
  complaints,
}) => {
  await context.route('**/saving-worker.js', (route) => route.fulfill({ status: 404 }));
  await receive(page, SEVERAL);
  const { bytes } = await download(page);
  expect(unzip(bytes)).toHaveLength(5);

  const large = manifestOf('zeros', [file('a', 600 * MIB), file('b', 1)]);
  const outcome = await page.evaluate((given) => window.storage.saveZeros(given), large);
  expect(outcome).toEqual({ failed: 'memory.limit' });
  // The browser complains about the missing script, once for each try.
  expect(complaints.splice(0)).toHaveLength(2);
});

test('a folder gets real files and folders, and keeps its old contents', async ({ page }) => {
  const manifest = manifestOf('bundle', [...SEVERAL.entries, file('run.lnk', 3)]);
  await receive(page, manifest, [3]);
  await page.evaluate(() => window.storage.putInChosen('old.txt', 'mine'));
  await page.evaluate(() => window.storage.putInChosen('Ферма', 'mine too'));

  expect(await page.evaluate(() => window.storage.save('one', 'folder'))).toBe('observed');
  expect(await page.evaluate(() => window.storage.save('one', 'folder'))).toBe('observed');

  const hash = (bytes: Uint8Array | string) => sha256(Buffer.from(bytes)).toString('hex');
  const contents = contentsOf(manifest);
  const tree = await page.evaluate(() => window.storage.tree());
  const saved = (number: number, refused: string) => [
    [`chosen/old (${number}).txt`, hash(contents[4]!)],
    [`chosen/${refused}`, hash(contents[5]!)],
    [`chosen/Ферма (${number})/`, ''],
    [`chosen/Ферма (${number})/empty`, hash('')],
    [`chosen/Ферма (${number})/план 🌽.html`, hash(contents[0]!)],
    [`chosen/Ферма (${number})/пусто/`, ''],
  ];
  expect(
    new Map(tree.filter(([path]) => path.startsWith('chosen/')) as [string, string][]),
  ).toEqual(
    new Map([
      ['chosen/', ''],
      ['chosen/old.txt', hash('mine')],
      ['chosen/Ферма', hash('mine too')],
      ...saved(2, 'run.lnk.download'),
      ...saved(3, 'run.lnk (2).download'),
    ] as [string, string][]),
  );
});

test('names that a chosen folder refuses are changed, and nothing else', async ({ page }) => {
  const long = `${'x'.repeat(246)}.bin`;
  const paths = [
    'good.txt',
    'Thumbs.db',
    'می\u200cخواهم/desktop.ini',
    'می\u200cخواهم/good.txt',
    'میخواهم/good.txt',
    '👨\u200d👩\u200d👧.png',
    '👨👩👧.png',
    '~$report.docx',
    'run.lnk',
    'repo/.git/config',
    'repo/.gitignore',
    long,
    'refused by nothing that was probed.txt',
  ];
  const manifest = manifestOf(
    'bundle',
    paths.map((path, index) => file(path, 5 + index)),
  );
  await receive(page, manifest);
  const odd = paths.at(-1)!;
  await page.evaluate((name) => window.storage.refuseNames([name]), odd);

  expect(await page.evaluate(() => window.storage.save('one', 'folder'))).toBe('observed');

  const expected = [
    'good.txt',
    '_Thumbs.db',
    'میخواهم (2)/_desktop.ini',
    'میخواهم (2)/good.txt',
    'میخواهم/good.txt',
    '👨👩👧 (2).png',
    '👨👩👧.png',
    '_$report.docx',
    'run.lnk.download',
    'repo/_.git/config',
    'repo/.gitignore',
    `${'x'.repeat(244)}.bin`,
    '_refused_by_nothing_that_was_probed.txt',
  ];
  const contents = contentsOf(manifest).map((bytes) => sha256(bytes).toString('hex'));
  const tree = await page.evaluate(() => window.storage.tree());
  const files = tree.filter(([path]) => path.startsWith('chosen/') && !path.endsWith('/'));
  expect(new Map(files)).toEqual(
    new Map(expected.map((path, index) => [`chosen/${path}`, contents[index]!])),
  );
});

// Browsers themselves refuse the first. The second would be written, under a reserved name.
for (const path of ['../evil', 'folder/CON.txt']) {
  test(`I14 saving ${path} into a folder is refused, and the attempt leaves nothing`, async ({
    page,
  }) => {
    await receive(page, manifestOf('bundle', [file('good', 5), file(path, 5)]));

    expect(await page.evaluate(() => window.storage.save('one', 'folder'))).toEqual({
      failed: 'disk.failed',
    });

    const tree = await page.evaluate(() => window.storage.tree());
    expect(tree.map(([found]) => found)).toEqual([
      'chosen/',
      'deliveries/',
      'deliveries/one/',
      'deliveries/one/data',
      'deliveries/one/journal',
      'deliveries/one/record.json',
    ]);
  });
}

test('the memory sink saves in the same ways', async ({ page }) => {
  const manifest = manifestOf('bundle', [file('a', 5), file('b', 2 * MIB)]);
  await page.evaluate(async (given) => {
    await window.storage.open('one', given, { kind: 'memory' });
    await window.storage.store('one');
    await window.storage.seal('one', []);
  }, manifest);

  const { bytes } = await download(page);

  expect(unzip(bytes).map((entry) => sha256(entry.bytes))).toEqual(
    contentsOf(manifest).map((content) => sha256(content)),
  );
});
