import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { accept, expect, linkOf, open, openMore, reach, share, test } from '../support/app.ts';
import { hurryDisk, slowDisk } from '../support/slow-disk.ts';

const IMAGES = fileURLToPath(new URL('../../../docs/images', import.meta.url));

/** If set, takes the README's pictures again, and one of each page that is checked. */
const isTakingPictures = process.env['UPDATE_PICTURES'] !== undefined;

const photos = [
  { name: 'lake.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(3_400_000, 1) },
  { name: 'tent.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(2_900_000, 2) },
  { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.alloc(12_000, 3) },
];

async function expectAccessible(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
    name,
  ).toEqual([]);
}

/** Checks that axe finds nothing and that nothing overflows sideways, narrow and wide, light and dark. */
async function looksRight(page: Page, name: string): Promise<void> {
  // Wait for the heading: a page loads its own code later, and people don't look at the empty frame.
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      // Colours don't depend on the width, and the rest doesn't depend on the theme. So check each once.
      if ((width === 360) === (colorScheme === 'light')) await expectAccessible(page, name);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, `${name} at ${width} px`).toBeLessThanOrEqual(0);
      if (!isTakingPictures) continue;
      await page.screenshot({
        path: test.info().outputPath(`${name}-${width}-${colorScheme}.png`),
        fullPage: true,
      });
    }
  }
}

test('a text is accessible and fits, where it is written and where it has arrived', async ({
  server,
  person,
}) => {
  test.setTimeout(240_000);
  const [sender, receiver] = [await person(), await person()];
  await sender.goto(server.url);
  await sender.getByRole('button', { name: 'Write a text' }).click();
  await sender.getByRole('button', { name: 'Add this text' }).click();
  await looksRight(sender, 'sender-writing');
  await sender.getByTestId('text-input').fill(`A line\n${'and a long one, '.repeat(2_000)}`);
  await sender.getByRole('button', { name: 'Add this text' }).click();
  await looksRight(sender, 'sender-text-added');
  await sender.getByRole('button', { name: 'Share this text' }).click();
  await open(receiver, await linkOf(sender));
  await accept(receiver);
  await expect(receiver.getByTestId('text-content')).toBeVisible();
  await looksRight(receiver, 'receiver-text');
});

test('A8 asking first is accessible and fits, on both pages', async ({ server, person }) => {
  test.setTimeout(240_000);
  const [sender, receiver] = [await person(), await person()];
  const link = await share(sender, server.url, photos);
  await openMore(sender);
  await sender.getByTestId('ask-first').check();
  await receiver.goto(link);
  await expect(sender.getByTestId('approve')).toBeVisible();
  await looksRight(sender, 'sender-asked');
  await looksRight(receiver, 'receiver-asked');
});

test('each page is accessible and fits, in each state of a delivery', async ({
  server,
  person,
}) => {
  test.setTimeout(300_000);
  const [sender, receiver] = [await person(), await person()];
  await sender.goto(server.url);
  await looksRight(sender, 'sender-choosing');
  await slowDisk(receiver, 1000);

  const link = await share(sender, server.url, photos);
  await looksRight(sender, 'sender-sharing');
  await open(receiver, link);
  await looksRight(receiver, 'receiver-offered');
  await looksRight(sender, 'sender-offered');

  const download = accept(receiver);
  await reach(receiver, 'moving');
  await looksRight(receiver, 'receiver-moving');
  await hurryDisk(receiver);
  await download;
  await looksRight(receiver, 'receiver-complete');
  await looksRight(sender, 'sender-complete');

  await sender.reload();
  await expect(sender.getByTestId('earlier')).toBeVisible();
  await looksRight(sender, 'sender-earlier');
  await sender.getByRole('button', { name: 'Go on sharing' }).click();
  await expect(sender.getByRole('heading', { name: 'Choose the same files again' })).toBeVisible();
  await looksRight(sender, 'sender-again');

  await receiver.goto(`${server.url}/#2.broken`);
  await looksRight(receiver, 'receiver-broken-link');
});

test(
  'everything can be done with the keyboard alone',
  { tag: '@quick' },
  async ({ server, person }) => {
    const [sender, receiver] = [await person(), await person()];
    const link = await share(sender, server.url, photos);
    await open(receiver, link);

    // Goes from the top of the page to the button, like a person without a pointer.
    const acceptButton = receiver.getByTestId('accept');
    for (let presses = 0; presses < 20; presses++) {
      if (await acceptButton.evaluate((element) => element === document.activeElement)) break;
      await receiver.keyboard.press('Tab');
    }
    await expect(acceptButton).toBeFocused();
    await receiver.keyboard.press('Enter');

    await reach(receiver, 'complete');
    // The button is gone, but the focus is not lost at the top of the page.
    await expect
      .poll(() => receiver.evaluate(() => document.activeElement?.tagName))
      .not.toBe('BODY');
  },
);

test('the README’s pictures can be taken from the running app', async ({
  server,
  person,
}, testInfo) => {
  const folder = isTakingPictures ? IMAGES : testInfo.outputDir;
  const [sender, receiver] = [await person(), await person()];
  for (const page of [sender, receiver]) {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  }
  await open(receiver, await share(sender, server.url, photos));
  await reach(sender, 'offered');

  const pictures = [
    await sender.screenshot({ path: `${folder}/sender.png` }),
    await receiver.screenshot({ path: `${folder}/receiver.png` }),
  ];
  await accept(receiver);
  await reach(sender, 'complete');
  pictures.push(await receiver.screenshot({ path: `${folder}/delivered.png` }));

  for (const picture of pictures) expect(picture.length).toBeGreaterThan(10_000);
});
