// Disks that are full for a while, and disks that fail during a flush or a write of the journal.
import { expect } from '@playwright/test';
import type { BrowserContext, Page } from '@playwright/test';

import { digestOf, file, manifestOf, MIB } from './bundle.ts';
import { test } from './fixture.ts';
import { hashesOf, open, upTo } from './visit.ts';
import { patchFiles } from '../support/slow-disk.ts';

const SMALL = manifestOf('small', [file('a', 3 * MIB + 5), file('b', 1), file('c', 2 * MIB)]);
const PIECES = 7;

async function setQuota(context: BrowserContext, page: Page, quotaSize: number): Promise<void> {
  const session = await context.newCDPSession(page);
  const { origin } = new URL(page.url());
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
}

/** Gives the container no room behind its second piece, until the page has the lock `room`. */
async function fillDisk(page: Page): Promise<void> {
  await patchFiles(
    page,
    `let isFull = true;
    const look = async () => {
      const { held } = await navigator.locks.query();
      isFull = held.every(({ name }) => name !== 'room');
    };
    return (handle, name) => {
      const write = handle.write.bind(handle);
      if (name === 'data') handle.write = (data, options) => {
        if (options.at < 2 * 1024 * 1024 || !isFull) return write(data, options);
        void look();
        throw new DOMException('planted', 'QuotaExceededError');
      };
    };`,
  );
}

/** Tries until there is room. Only a new try notices the room. */
async function storeAgain(page: Page, ordinals: readonly number[]): Promise<void> {
  for (const ordinal of ordinals) {
    await expect
      .poll(() => page.evaluate((given) => window.storage.storeAgain('one', given), ordinal))
      .toBe('stored');
  }
}

test('K7 pieces that found no room are stored again once there is some', async ({ page }) => {
  await fillDisk(page);
  await open(page, SMALL);
  for (const ordinal of upTo(PIECES)) {
    const outcome = await page.evaluate(
      (given) => window.storage.store('one', given, given + 1),
      ordinal,
    );
    expect(outcome).toEqual(ordinal < 2 ? 'stored' : { failed: 'disk.full' });
  }
  expect(await page.evaluate(() => window.storage.storeAgain('one', 2))).toEqual({
    failed: 'disk.full',
  });
  await page.evaluate(() => {
    void navigator.locks.request('room', () => new Promise(() => undefined));
  });

  await storeAgain(page, upTo(PIECES, 2));

  expect(await page.evaluate(() => window.storage.seal('one', []))).toBe(digestOf(SMALL));
  expect(await page.evaluate(() => window.storage.storedHashes('one'))).toEqual(
    hashesOf(SMALL, upTo(PIECES)),
  );
});

test('K7 a list leaves pieces without room out, and drops them', async ({ page }) => {
  await fillDisk(page);
  await open(page, SMALL);
  await page.evaluate(() => window.storage.store('one', 0, 2));
  await page.evaluate(() => window.storage.store('one', 2, 3));

  const listed = await page.evaluate(() => window.storage.list('one'));

  expect(listed.map(([ordinal]) => ordinal)).toEqual([0, 1]);
  expect(await page.evaluate(() => window.storage.storeAgain('one', 2))).toEqual({
    failed: 'disk.failed',
  });
});

test('a delivery that has begun needs no more room, not even in another visit', async ({
  page,
  context,
}) => {
  // Thirty thousand pieces, each with a place in the journal.
  const manifest = manifestOf(
    'many',
    Array.from({ length: 30_000 }, (_, index) => file(`${index}`, 1)),
  );
  await open(page, manifest);
  await page.evaluate(() => window.storage.store('one', 0, 1000));
  await setQuota(context, page, 1);
  expect(
    await page.evaluate(
      (given) => window.storage.open('two', given, { kind: 'private', persistent: false }),
      SMALL,
    ),
  ).toEqual({ failed: 'disk.full' });

  expect(await page.evaluate(() => window.storage.store('one', 1000, 15_000))).toBe('stored');
  await page.evaluate(() => window.storage.close('one'));
  await page.evaluate(() => window.storage.openStored('one'));
  await page.evaluate(() => window.storage.recordGeneration('one', 2));
  expect(await page.evaluate(() => window.storage.store('one', 15_000))).toBe('stored');
  expect(await page.evaluate(() => window.storage.seal('one', []))).toBe(digestOf(manifest));
});

for (const [name, operation, written] of [
  ['data', 'flush', 0],
  ['journal', 'write', 0],
  // Here the record can be read, and its pieces' bytes were flushed before.
  ['journal', 'flush', PIECES],
] as const) {
  test(`I2 a failed ${operation} of ${name} is disk.failed, and nothing is complete`, async ({
    page,
  }) => {
    // Fails only once: the disk then claims to work, but has lost the unflushed bytes.
    await patchFiles(
      page,
      `let isWell = true;
      return (handle, name) => {
        const browsers = handle.${operation}.bind(handle);
        if (name === ${JSON.stringify(name)}) handle.${operation} = (...given) => {
          if (!isWell || given[1]?.at === 0 && given[0].every((byte) => byte === 0)) return browsers(...given);
          isWell = false;
          throw new DOMException('planted', 'InvalidStateError');
        };
      };`,
    );
    await open(page, SMALL);
    await page.evaluate(() => window.storage.store('one'));

    expect(await page.evaluate(() => window.storage.list('one'))).toEqual({
      failed: 'disk.failed',
    });
    expect(await page.evaluate(() => window.storage.seal('one', []))).toEqual({
      failed: 'disk.failed',
    });
    expect(await page.evaluate(() => window.storage.store('one', 0, 1))).toEqual({
      failed: 'disk.failed',
    });
    await page.evaluate(() => window.storage.close('one'));
    expect(await page.evaluate(() => window.storage.listStored())).toMatchObject([
      { state: 'unfinished', pieces: upTo(written) },
    ]);
  });
}
