// A page translator replaces text nodes with elements that hold another text. If the app then wrote into its old text
// nodes, nobody would see it.
import type { Page } from '@playwright/test';
import { expect, open, reach, share, test } from '../support/app.ts';
import { fullDisk, makeRoom } from '../support/slow-disk.ts';

const files = ['a.txt', 'b.txt', 'c.txt', 'd.txt', 'e.txt'].map((name, index) => ({
  name,
  mimeType: 'text/plain',
  buffer: Buffer.alloc((index + 1) * 1_200_000, name),
}));

/** Translates a page from its first text on, also later texts. Each word is translated into itself. */
async function translate(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const translated: { readonly font: HTMLElement; readonly text: Text }[] = [];
    const translateAll = (): void => {
      const texts = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
      const found: Text[] = [];
      while (texts.nextNode() !== null) found.push(texts.currentNode as Text);
      for (const text of found) {
        const parent = text.parentElement;
        if (text.data.trim() === '' || parent?.closest('body') === null) continue;
        if (parent === null || parent.closest('font, script, style, [translate=no]') !== null)
          continue;
        const font = document.createElement('font');
        font.textContent = text.data;
        text.replaceWith(font);
        translated.push({ font, text });
      }
    };
    new MutationObserver(translateAll).observe(document, { childList: true, subtree: true });
    Object.assign(window, {
      stale: () =>
        translated
          .filter(({ font, text }) => font.isConnected && font.textContent !== text.data)
          .map(({ font, text }) => `${font.textContent} should be ${text.data}`),
    });
  });
}

/** The texts that a translated page still shows although the app has changed them. */
function staleTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => (window as unknown as { stale: () => readonly string[] }).stale());
}

test('under a page translator every changed label and line shows its current text', async ({
  server,
  person,
}) => {
  const [sender, receiver] = [await person(), await person()];
  await sender.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  for (const page of [sender, receiver]) await translate(page);
  const none = async (when: string): Promise<void> => {
    expect(await staleTexts(sender), `the sender’s page, ${when}`).toEqual([]);
    expect(await staleTexts(receiver), `the receiver’s page, ${when}`).toEqual([]);
  };
  await fullDisk(receiver, 2);
  const link = await share(sender, server.url, files);

  await sender.getByRole('button', { name: 'Copy link' }).click();
  await expect(sender.getByRole('button', { name: 'Copied', exact: true })).toBeVisible();
  await expect(sender.getByRole('button', { name: 'Copy link' })).toBeVisible();
  for (const [before, after] of [
    ['Hide the QR code', 'QR code'],
    ['Look inside', 'Hide the list'],
  ] as const) {
    await sender.getByRole('button', { name: before, exact: true }).click();
    await sender.getByRole('button', { name: after, exact: true }).click();
    await expect(sender.getByRole('button', { name: before, exact: true })).toBeVisible();
  }
  await open(receiver, link);
  await reach(sender, 'offered');
  await none('offered');

  await receiver.getByTestId('accept').click();
  await reach(receiver, 'paused');
  await reach(sender, 'paused');
  await none('paused');
  await makeRoom(receiver);
  await receiver.getByRole('button', { name: 'Continue' }).click();
  await reach(receiver, 'complete');
  await reach(sender, 'complete');
  await none('complete');

  const download = receiver.waitForEvent('download');
  await receiver.getByRole('button', { name: 'Save as ZIP', exact: true }).click();
  await download;
  await expect(receiver.getByRole('button', { name: 'Save as ZIP again' })).toBeVisible();
  await none('saved');
});
