// The places for received bytes, in the real browser: the private file system, memory, or none.
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';

import { digestOf, file, manifestOf, MIB, SEVERAL } from './bundle.ts';
import type { Manifest } from './bundle.ts';
import { PRIVATE, receive, test } from './fixture.ts';
import { deliveryLocks } from './visit.ts';
import { failingDisk, shortDisk, turningDisk } from '../support/slow-disk.ts';

test('the sink of the private file system keeps what every sink promises', async ({ page }) => {
  await turningDisk(page);
  const names = await page.evaluate(() => window.storage.sinkScenarios);
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    await test.step(name, async () => {
      const broken = await page.evaluate((given) => window.storage.runSinkScenario(given), name);
      expect.soft(broken, name).toBeUndefined();
    });
  }
  expect(await deliveryLocks(page)).toEqual([]);
});

test('D3 a bundle is stored out of order, and its digest equals that of the same files elsewhere', async ({
  page,
}) => {
  expect(await receive(page, SEVERAL)).toBe(`open stored ${digestOf(SEVERAL)}`);
});

test('D2 a file that failed counts as failed', async ({ page }) => {
  expect(await receive(page, SEVERAL, [3])).toBe(`open stored ${digestOf(SEVERAL, [3])}`);
});

test('a discarded sink leaves nothing behind, and its lock is free', async ({ page }) => {
  await receive(page, SEVERAL);
  expect(await page.evaluate(() => window.storage.tree())).toHaveLength(5);
  expect(await deliveryLocks(page)).toHaveLength(1);

  await page.evaluate(() => window.storage.discard('one'));

  expect(await page.evaluate(() => window.storage.tree())).toEqual([['deliveries/', '']]);
  expect(await deliveryLocks(page)).toEqual([]);
});

test('discarding in the middle of storing leaves nothing behind either', async ({ page }) => {
  const manifest = manifestOf('large', [file('large', 64 * MIB)]);
  const outcome = await page.evaluate(
    async (given) => {
      await window.storage.open('one', given.manifest, given.sink);
      const stored = window.storage.store('one');
      await window.storage.discard('one');
      return stored;
    },
    { manifest, sink: PRIVATE },
  );

  expect(outcome).toEqual({ failed: 'AbortError' });
  expect(await page.evaluate(() => window.storage.tree())).toEqual([['deliveries/', '']]);
});

test('a bundle over the quota goes to memory or nowhere, and `open` says why', async ({
  page,
  context,
  site,
}) => {
  const small = manifestOf('small', [file('small', 20 * MIB)]);
  const large = manifestOf('large', [file('large', 600 * MIB)]);
  const probe = (manifest: Manifest) =>
    page.evaluate((given) => window.storage.probe(given), manifest);
  expect(await probe(large)).toMatchObject({ kind: 'private' });
  const session = await context.newCDPSession(page);
  const origin = new URL(site.url).origin;
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 10 * MIB });

  expect(await probe(small)).toEqual({ kind: 'memory' });
  expect(await probe(large)).toMatchObject({ kind: 'none', code: 'disk.full' });
  const opened = await page.evaluate(
    (given) => window.storage.open('one', given.manifest, given.sink),
    { manifest: small, sink: PRIVATE },
  );
  expect(opened).toEqual({ failed: 'disk.full' });
  expect(await page.evaluate(() => window.storage.tree())).toEqual([['deliveries/', '']]);
});

for (const [what, plant, code] of [
  ['is taken in part only', (page: Page) => shortDisk(page, 0), 'disk.failed'],
  ['finds the disk full', (page: Page) => failingDisk(page, 0, 'QuotaExceededError'), 'disk.full'],
  ['fails otherwise', (page: Page) => failingDisk(page, 0, 'InvalidStateError'), 'disk.failed'],
] as const) {
  test(`a write that ${what} is ${code}`, async ({ page }) => {
    await plant(page);
    const manifest = manifestOf('small', [file('small', 100)]);

    const outcomes = await page.evaluate(
      async (given) => [
        await window.storage.open('one', given.manifest, given.sink),
        await window.storage.store('one'),
      ],
      { manifest, sink: PRIVATE },
    );

    expect(outcomes).toEqual(['open', { failed: code }]);
  });
}

test('a private window, whose file system lies in memory, says how much it can take', async ({
  browser,
  openPage,
}) => {
  const incognito = await openPage(await browser.newContext());
  const probe = (bytes: number) =>
    incognito.evaluate(
      (given) => window.storage.probe(given),
      manifestOf('bundle', [file('file', bytes)]),
    );

  expect(await probe(1000)).toMatchObject({ kind: 'private' });
  expect(await probe(2 ** 46)).toMatchObject({ kind: 'none', code: 'disk.full' });
});
