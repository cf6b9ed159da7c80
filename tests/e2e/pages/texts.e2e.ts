// Texts and links that are handed over (SPEC.md, M9): by role and name, as people find things.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { accept, expect, linkOf, open, reach, share, test } from '../support/app.ts';

const LIST = 'Shopping list\n\n  tortillas, beans\n  a lime, or two\t🌯';

const photos = ['lake.jpg', 'tent.jpg'].map((name, index) => ({
  name,
  mimeType: 'image/jpeg',
  buffer: Buffer.alloc(2_000_000, index + 1),
}));

/** Writes a text into the field and adds it. */
async function write(page: Page, text: string): Promise<void> {
  await page.getByRole('button', { name: /^Write (?:a|another) text$/ }).click();
  const field = page.getByRole('textbox', { name: 'Text or link' });
  await expect(field).toBeFocused();
  await field.fill(text);
  await page.getByRole('button', { name: 'Add this text' }).click();
}

/** Pastes onto the page, like a person who has copied it elsewhere. */
async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((given) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', given);
    const event = { clipboardData, bubbles: true, cancelable: true };
    (document.activeElement ?? document.body).dispatchEvent(new ClipboardEvent('paste', event));
  }, text);
}

function clipboardOf(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}

test(
  'a text alone goes over, is shown, copied and saved',
  { tag: '@quick' },
  async ({ server, person }) => {
    const [sender, receiver] = [await person(), await person()];
    await receiver.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await sender.goto(server.url);

    await write(sender, LIST);
    const shareText = sender.getByRole('button', { name: 'Share this text' });
    await expect(shareText).toBeFocused();
    await shareText.click();

    await open(receiver, await linkOf(sender));
    await expect(receiver.getByRole('heading', { level: 1 })).toContainText('Shopping list');
    await expect(receiver.getByTestId('summary')).toHaveText(
      `1 text, ${Buffer.byteLength(LIST)} bytes`,
    );
    await expect(receiver.getByTestId('text-content')).toHaveCount(0);
    const download = await accept(receiver);
    expect(download.suggestedFilename()).toBe('Shopping list.txt');
    expect(await readFile(await download.path(), 'utf8')).toBe(LIST);

    const content = receiver.getByRole('region', { name: 'Shopping list.txt' });
    await expect(content).toBeVisible();
    expect(await content.evaluate((element) => element.textContent)).toBe(LIST);
    await receiver.getByRole('button', { name: 'Copy text' }).click();
    await expect(receiver.getByRole('button', { name: 'Copied' })).toBeVisible();
    expect(await clipboardOf(receiver)).toBe(LIST);
    for (const page of [sender, receiver])
      await expect(page.getByText('1 text', { exact: true })).toBeVisible();
  },
);

test('what is pasted onto the page goes with the files that are chosen next', async ({
  server,
  person,
}) => {
  const [sender, receiver] = [await person(), await person()];
  await sender.goto(server.url);
  await expect(sender.getByRole('button', { name: 'Choose files' })).toBeVisible();

  await paste(sender, 'https://example.org/lime?two=2\r\nsee there');
  const field = sender.getByRole('textbox', { name: 'Text or link' });
  await expect(field).toHaveValue('https://example.org/lime?two=2\nsee there');
  await expect(field).toBeFocused();
  await sender.getByRole('button', { name: 'Add this text' }).click();
  await write(sender, LIST);
  await write(sender, LIST);
  await sender.getByRole('button', { name: 'Remove Shopping list (2).txt' }).click();
  await expect(sender.getByRole('button', { name: 'Write another text' })).toBeFocused();
  await expect(sender.getByTestId('share-link')).toHaveCount(0);
  await sender.getByTestId('file-input').setInputFiles(photos);

  await expect(sender.getByText('2 files and 2 texts, 4 MB')).toBeVisible();
  await open(receiver, await linkOf(sender));
  const paths = ['example.org.txt', 'lake.jpg', 'Shopping list.txt', 'tent.jpg'];
  for (const path of paths)
    await expect(receiver.locator(`[data-testid=entry][data-path="${path}"]`)).toBeVisible();
  const download = await accept(receiver);
  const arrived = unzipSync(await readFile(await download.path()));
  expect(Object.keys(arrived).toSorted()).toEqual(paths.toSorted());
  expect(Buffer.from(arrived['Shopping list.txt']!).toString()).toBe(LIST);
  await expect(receiver.getByTestId('text-content')).toHaveText([
    'https://example.org/lime?two=2 see there',
    'Shopping list tortillas, beans a lime, or two 🌯',
  ]);
});

test('M9 markup and links in a text are shown as characters, and nothing of them happens', async ({
  server,
  person,
}) => {
  const [sender, receiver] = [await person(), await person()];
  const markup =
    '<script>window.ran = 1</script><img src="x" onerror="window.ran = 2"><a href="/#x">a</a> ' +
    '<b>bold</b> &lt; javascript:alert(1) https://example.org';
  await sender.goto(server.url);
  await write(sender, markup);
  await sender.getByRole('button', { name: 'Share this text' }).click();
  await open(receiver, await linkOf(sender));
  await accept(receiver);

  const content = receiver.getByTestId('text-content');
  await expect(content).toBeVisible();
  expect(await content.evaluate((element) => element.textContent)).toBe(markup);
  await expect(content.locator('*')).toHaveCount(0);
  await content.click();
  expect(await receiver.evaluate(() => (window as { ran?: number }).ran)).toBeUndefined();
  expect(receiver.context().pages()).toHaveLength(1);
});

test('what is no text to hand over stays in the field, and the page says why', async ({
  server,
  person,
}) => {
  const sender = await person();
  await sender.goto(server.url);
  await write(sender, ' \n');
  await expect(sender.getByRole('alert')).toContainText(['There is nothing in the field.']);

  const field = sender.getByRole('textbox', { name: 'Text or link' });
  await expect(field).toBeFocused();
  // One byte too many: some of its characters take two.
  await field.fill('ü'.repeat(128 * 1024) + 'u');
  await sender.getByRole('button', { name: 'Add this text' }).click();
  await expect(
    sender.getByText(/^That is too long: it is 262.KB, and a text takes 262.KB/),
  ).toBeVisible();

  await field.fill('ü'.repeat(128 * 1024));
  await expect(sender.getByText(/^That is too long/)).toHaveCount(0);
  await sender.getByRole('button', { name: 'Add this text' }).click();
  await expect(sender.getByRole('button', { name: 'Share this text' })).toBeFocused();

  await sender.getByRole('button', { name: 'Write another text' }).click();
  await paste(sender, 'The field’s own');
  await expect(field).toHaveValue('');
  await sender.getByRole('button', { name: 'Not now' }).click();
  await expect(sender.getByRole('button', { name: 'Write another text' })).toBeFocused();
});

test('where the browser refuses to copy, the page says so, and selects the text', async ({
  server,
  person,
}) => {
  const [sender, receiver] = [await person(), await person()];
  await sender.goto(server.url);
  await write(sender, LIST);
  await sender.getByRole('button', { name: 'Share this text' }).click();
  const link = await linkOf(sender);
  const browser = await receiver.context().newCDPSession(receiver);
  await browser.send('Browser.setPermission', {
    permission: { name: 'clipboard-write' },
    setting: 'denied',
    origin: new URL(server.url).origin,
  });
  await open(receiver, link);
  await accept(receiver);

  await receiver.getByRole('button', { name: 'Copy text' }).click();
  await expect(
    receiver.getByText('The browser did not allow copying. The text is selected').first(),
  ).toBeVisible();
  const selected = await receiver.evaluate(() => getSelection()?.toString());
  expect(selected?.trim()).toContain('a lime, or two');
});

test('a text of an earlier visit is shown again, as long as its copy is here', async ({
  server,
  person,
}) => {
  const [sender, receiver] = [await person(), await person()];
  await sender.goto(server.url);
  await write(sender, LIST);
  await sender.getByRole('button', { name: 'Share this text' }).click();
  await open(receiver, await linkOf(sender));
  await accept(receiver);
  await expect(receiver.getByTestId('text-content')).toBeVisible();

  await receiver.reload();
  await reach(receiver, 'complete');
  await expect(receiver.getByTestId('text-content')).toBeVisible();

  await receiver.getByRole('button', { name: 'Remove the private copy now' }).click();
  await expect(receiver.getByTestId('text-content')).toHaveCount(0);
});

test('a file that is called .txt is a file, and is not shown', async ({ server, person }) => {
  const [sender, receiver] = [await person(), await person()];
  const note = { name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('a note') };
  await open(receiver, await share(sender, server.url, note));
  await accept(receiver);
  await expect(receiver.getByText('1 file', { exact: true })).toBeVisible();
  await expect(receiver.getByTestId('text-content')).toHaveCount(0);
});
