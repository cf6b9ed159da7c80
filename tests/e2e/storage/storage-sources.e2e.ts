// The sources of a sender's bytes, in the real browser: chosen and dropped files, read in a worker.
import { mkdir, truncate, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';

import { contentsOf, digestOf, file, manifestOf, MIB } from './bundle.ts';
import type { Manifest } from './bundle.ts';
import { test } from './fixture.ts';

const TIME = 1_600_000_000;

async function choose(
  page: Page,
  folder: string,
  sizes: readonly number[],
): Promise<readonly string[]> {
  const contents = contentsOf(
    manifestOf(
      '',
      sizes.map((size) => file('', size)),
    ),
  );
  const paths = sizes.map((_, index) => join(folder, `file ${index}`));
  for (const [index, path] of paths.entries()) {
    await writeFile(path, contents[index]!);
    await utimes(path, TIME, TIME);
  }
  await page.getByLabel('Files').setInputFiles(paths);
  expect(await page.evaluate(() => window.storage.chosen())).toEqual({
    name: sizes.length === 1 ? 'file 0' : `file 0 and ${sizes.length - 1} more`,
    unreadable: [],
    items: sizes.map((size, index) => ['file', `file ${index}`, size, size]),
  });
  return paths;
}

function chosenManifest(sizes: readonly number[]): Manifest {
  return manifestOf(
    'chosen',
    sizes.map((size, index) => file(`file ${index}`, size, TIME * 1000)),
  );
}

test('D3 chosen files are read and hashed in a worker, with the digest of the same files elsewhere', async ({
  page,
  folder,
}) => {
  const sizes = [9 * MIB + 1, 0, 5, 4 * MIB];
  await choose(page, folder, sizes);
  const manifest = chosenManifest(sizes);

  const digest = await page.evaluate((given) => window.storage.loadChosen(given), manifest);

  expect(digest).toBe(digestOf(manifest));
});

for (const [what, change, code] of [
  ['grew', (path: string) => writeFile(path, 'more', { flag: 'a' }), 'source.changed'],
  ['shrank', (path: string) => truncate(path, MIB), 'source.changed'],
  ['was written to', (path: string) => writeFile(path, Buffer.alloc(13 * MIB)), 'source.changed'],
  ['vanished', (path: string) => unlink(path), 'source.unreadable'],
] as const) {
  test(`a file that ${what} while it is sent fails with ${code}`, async ({ page, folder }) => {
    const [path] = await choose(page, folder, [13 * MIB]);
    await page.evaluate(
      (given) => window.storage.loadChosenInTwo(given),
      chosenManifest([13 * MIB]),
    );
    // The two blocks that were read ahead are unchanged, but not the last one.
    await change(path!);
    await page.evaluate(() => window.storage.resume());

    expect(await page.evaluate(() => window.storage.result)).toEqual({ failed: code });
  });
}

test('a drop gives every file and empty folder, also more than a hundred in one folder', async ({
  page,
  context,
  folder,
}) => {
  const root = join(folder, 'dropped');
  await mkdir(join(root, 'nested', 'empty'), { recursive: true });
  const names = Array.from({ length: 130 }, (_, index) => `${String(index).padStart(3, '0')}.txt`);
  for (const name of names) await writeFile(join(root, 'nested', name), name);
  const session = await context.newCDPSession(page);
  const box = await page.locator('#drop').boundingBox();
  const at = { x: (box?.x ?? 0) + 2, y: (box?.y ?? 0) + 2 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    const data = { items: [], files: [root], dragOperationsMask: 1 };
    await session.send('Input.dispatchDragEvent', { type, ...at, data });
  }
  await page.waitForFunction(() => window.storage.dropped() !== undefined);

  expect(await page.evaluate(() => window.storage.dropped())).toEqual({
    name: 'dropped',
    unreadable: [],
    items: [
      ...names.map((name) => ['file', `dropped/nested/${name}`, 7, 7]),
      ['folder', 'dropped/nested/empty', 0, undefined],
    ],
  });
});
