import { ADMISSIONS_PER_TAG, parseLink } from '@burritoshare/core';
import type { Page } from '@playwright/test';

import { accept, expect, open, reach, share, test } from '../support/app.ts';
import { sha256, writeRandom } from '../support/files.ts';
import { askForPlace, knock, type Caller } from '../support/link-holder.ts';
import { fullDisk, makeRoom } from '../support/slow-disk.ts';

/** More than there are rows, seats and half-open slots together. */
const CROWD = 66;

test(`I13, A1, A2: ${CROWD} others with the link displace no receiver that looks at the offer or accepted it`, async ({
  server,
  person,
}, testInfo) => {
  const source = await writeRandom(testInfo.outputPath('source.bin'), 6);
  const [sender, onlooker, mover] = [await person(), await person(), await person()];
  await fullDisk(mover, 2);
  const link = await share(sender, server.url, source);
  await open(onlooker, link);
  await watchStates(onlooker);
  await open(mover, link);
  const moved = mover.waitForEvent('download');
  await mover.getByTestId('accept').click();
  await reach(mover, 'paused');

  // They come from one address, one after the other, and never leave by themselves.
  const crowd: Caller[] = [];
  for (let count = 0; count < CROWD; count++)
    crowd.push(await askForPlace(server.url, parseLink(link)));
  // Many get no answer, since others of their neighbourhood displace them, or since the sender has answered enough of
  // these (N4).
  const asked = await Promise.all(crowd.map(({ hasAsked }) => hasAsked));
  expect(asked.filter(Boolean).length).toBeGreaterThan(ADMISSIONS_PER_TAG);

  const rows = sender.getByTestId('delivery');
  await expect(rows.nth(2)).toBeVisible();
  await sender.getByRole('button', { name: 'Clear what isn’t under way' }).click();
  await expect(rows).toHaveCount(2);
  await expect(sender.locator('[data-testid=delivery][data-state=offered]')).toHaveCount(1);
  await expect(sender.locator('[data-testid=delivery][data-state=paused]')).toHaveCount(1);
  // Their states never changed, not even for a moment. (A displaced receiver would come back by itself.)
  expect(await statesOf(onlooker)).toEqual(['offered']);

  const download = await accept(onlooker);
  await makeRoom(mover);
  await mover.getByRole('button', { name: 'Continue' }).click();
  await reach(mover, 'complete');
  const sum = await sha256(source);
  expect(await sha256(await download.path())).toBe(sum);
  expect(await sha256(await (await moved).path())).toBe(sum);
  for (const { leave } of crowd) leave();
});

test('N9, I13: the sender learns that somebody knocks without the whole link; a receiver with it comes in', async ({
  server,
  person,
}, testInfo) => {
  const source = await writeRandom(testInfo.outputPath('source.bin'), 1);
  const [sender, receiver] = [await person(), await person()];
  const link = await share(sender, server.url, source);
  const said = sender.getByText('Somebody knocks without the whole link.');
  await expect(said).toHaveCount(0);

  // One half-open slot is left.
  const knockers: (() => void)[] = [];
  for (let count = 0; count < 7; count++) knockers.push(await knock(server.url, parseLink(link)));
  await expect(said).toBeVisible();
  await expect(sender.getByTestId('delivery')).toHaveCount(0);

  await open(receiver, link);
  const download = await accept(receiver);
  expect(await sha256(await download.path())).toBe(await sha256(source));
  await reach(sender, 'complete');
  for (const leave of knockers) leave();
});

/** Notes the current state of a page's delivery, and each later one, however short. */
async function watchStates(page: Page): Promise<void> {
  await page.evaluate(() => {
    const states: string[] = [];
    Object.assign(window, { states });
    const note = (): void => {
      const state = document.querySelector('[data-testid=delivery]')?.getAttribute('data-state');
      if (typeof state === 'string' && states.at(-1) !== state) states.push(state);
    };
    note();
    new MutationObserver(note).observe(document, {
      subtree: true,
      childList: true,
      attributes: true,
    });
  });
}

function statesOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => (window as unknown as { states: readonly string[] }).states);
}
