import type { Page } from '@playwright/test';
import { accept, expect, open, openMore, reach, share, test } from '../support/app.ts';
import { sha256, writeRandom } from '../support/files.ts';

/** The chosen limit in bytes a second: 1 Mbit/s. */
const LIMIT = 125_000;

/** Bytes that each receiver must have, so that the limit shows in spite of SLACK. */
const ENOUGH = 512 * 1024;

/** Bytes that may pass beyond the limit: one portion, and the rounding to a chunk. */
const SLACK = 128 * 1024;

interface Reading {
  /** Milliseconds since the start of watching, on the page's own clock. */
  readonly at: number;
  readonly bytes: number;
}

/** Notes each change of the arrived bytes on the page, with the page's time. */
async function watchProgress(page: Page): Promise<void> {
  await page.evaluate(() => {
    const began = performance.now();
    const readings: Reading[] = [];
    Object.assign(window, { readings });
    const look = (): void => {
      const shown = document.querySelector('[data-testid=progress]')?.getAttribute('data-arrived');
      const bytes = Number(shown ?? 0);
      if (bytes !== (readings.at(-1)?.bytes ?? 0))
        readings.push({ at: performance.now() - began, bytes });
    };
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      attributeFilter: ['data-arrived'],
    });
  });
}

function readingsOf(page: Page): Promise<readonly Reading[]> {
  return page.evaluate(() => (window as unknown as { readings: readonly Reading[] }).readings);
}

test('a speed limit holds for all receivers together, and after it is lifted everything arrives', async ({
  server,
  person,
}, testInfo) => {
  test.setTimeout(240_000);
  // Under the limit it would take each receiver more than six minutes.
  const source = await writeRandom(testInfo.outputPath('random.bin'), 24);
  const [sender, ...receivers] = [await person(), await person(), await person()];
  const link = await share(sender, server.url, source);
  await openMore(sender);
  await sender.getByLabel('Speed limit').selectOption(String(LIMIT));
  for (const receiver of receivers) await open(receiver, link);

  // Each clock starts before anything moves, so a slow machine can only lower the measured speed.
  const began = performance.now();
  for (const receiver of receivers) await watchProgress(receiver);
  const downloads = receivers.map((receiver) => accept(receiver, 200_000));
  for (const receiver of receivers)
    await expect
      .poll(async () => (await readingsOf(receiver)).at(-1)?.bytes)
      .toBeGreaterThanOrEqual(ENOUGH);

  const readings = await Promise.all(receivers.map(readingsOf));
  for (const { at, bytes } of readings.flat())
    expect(bytes, `after ${at} ms`).toBeLessThanOrEqual((LIMIT * at) / 1000 + SLACK);
  const together = readings.reduce((sum, each) => sum + (each.at(-1)?.bytes ?? 0), 0);
  const lasted = performance.now() - began;
  expect(together, `after ${lasted} ms`).toBeLessThanOrEqual((LIMIT * lasted) / 1000 + SLACK);
  for (const receiver of receivers) await reach(receiver, 'moving');

  await sender.getByLabel('Speed limit').selectOption('No limit');
  const wanted = await sha256(source);
  for (const download of await Promise.all(downloads))
    expect(await sha256(await download.path())).toBe(wanted);
});
