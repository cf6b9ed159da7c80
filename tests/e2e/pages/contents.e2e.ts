import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, open, reach, share, test } from '../support/app.ts';
import { writeTree } from '../support/files.ts';

const FILES = new Map(
  ['a/1.txt', 'a/2.txt', 'a/10.txt', 'b/c/d.txt', 'e.txt', 'z.txt'].map((path) => [
    `trip/${path}`,
    Buffer.from(path),
  ]),
);

/** The paths of the rows, in the order of the page, those of open folders included. */
async function pathsIn(page: Page): Promise<readonly (string | null)[]> {
  return page
    .getByTestId('entry')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-path')));
}

/** Whether each row begins where the one before it ends. */
async function isStacked(page: Page): Promise<boolean> {
  return page.getByTestId('entry').evaluateAll((rows) => {
    const boxes = rows.map((row) => row.getBoundingClientRect());
    return boxes.every(({ top }, index) => index === 0 || boxes[index - 1]?.bottom === top);
  });
}

/** The path of the row that has the focus. */
function focusedPath(page: Page): Promise<string | null | undefined> {
  return page.evaluate(() => document.activeElement?.getAttribute('data-path'));
}

const OPENED = [
  'trip',
  'trip/a',
  'trip/a/1.txt',
  'trip/a/2.txt',
  'trip/a/10.txt',
  'trip/b',
  'trip/b/c',
  'trip/b/c/d.txt',
  'trip/e.txt',
  'trip/z.txt',
];

test('both ends show the contents as a tree with sums, which a keyboard opens and closes', async ({
  server,
  person,
}, testInfo) => {
  const [sender, receiver] = [await person(), await person()];
  await writeTree(testInfo.outputDir, FILES);
  const link = await share(sender, server.url, testInfo.outputPath('trip'), 'folder-input');
  await open(receiver, link);
  await expect(receiver.getByRole('heading', { level: 1, name: /trip/ })).toBeVisible();

  for (const page of [sender, receiver]) {
    await page.getByRole('button', { name: 'Look inside' }).click();
    await expect(page.getByRole('treegrid', { name: 'Files' })).toBeVisible();
    await expect.poll(() => pathsIn(page)).toEqual(OPENED);
    await expect.poll(() => isStacked(page)).toBe(true);
    const top = page.getByRole('row').first();
    await expect(top).toContainText('6 files, 41 bytes');
    await expect(top).toHaveAttribute('data-size', '41');
    expect((await new AxeBuilder({ page }).include('.contents').analyze()).violations).toEqual([]);
  }

  // One stop for Tab, and arrows from there.
  await receiver.getByRole('button', { name: 'Hide the list' }).focus();
  await receiver.keyboard.press('Tab');
  expect(await focusedPath(receiver)).toBe('trip');
  for (const [key, path] of [
    ['ArrowRight', 'trip/a'],
    ['ArrowDown', 'trip/a/1.txt'],
    ['ArrowLeft', 'trip/a'],
    ['ArrowLeft', 'trip/a'],
    ['ArrowDown', 'trip/b'],
    ['End', 'trip/z.txt'],
    ['Home', 'trip'],
  ] as const) {
    await receiver.keyboard.press(key);
    await expect.poll(() => focusedPath(receiver), key).toBe(path);
  }
  const folder = receiver.locator('[data-path="trip/a"]');
  await expect(folder).toHaveAttribute('aria-expanded', 'false');
  await expect
    .poll(() => pathsIn(receiver))
    .toEqual(OPENED.filter((path) => !path.startsWith('trip/a/')));

  await folder.click();
  await expect(folder).toHaveAttribute('aria-expanded', 'true');
  await expect(receiver.locator('[data-path="trip/a/10.txt"]')).toHaveAttribute(
    'aria-posinset',
    '3',
  );
  await receiver.keyboard.press(' ');
  await expect(folder).toHaveAttribute('aria-expanded', 'false');
});

test('a list that can’t be loaded says so, disturbs nothing, and is there once the server is', async ({
  server,
  person,
  complaints,
}, testInfo) => {
  const [sender, receiver] = [await person(), await person()];
  await writeTree(testInfo.outputDir, FILES);
  let isAway = true;
  await receiver.route(/contents-tree/, (route) => (isAway ? route.abort() : route.continue()));
  await open(
    receiver,
    await share(sender, server.url, testInfo.outputPath('trip'), 'folder-input'),
  );

  await receiver.getByRole('button', { name: 'Look inside' }).click();
  await expect(receiver.getByText('The list can’t be loaded from the server')).toBeVisible();
  await receiver.getByTestId('accept').click();
  await reach(receiver, 'complete');

  // What has arrived is listed anew.
  isAway = false;
  await receiver.getByRole('button', { name: 'Look inside' }).click();
  await expect(receiver.getByRole('treegrid', { name: 'Files' })).toBeVisible();
  complaints.splice(0);
});
