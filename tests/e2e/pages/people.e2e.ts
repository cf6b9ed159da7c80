import type { Page } from '@playwright/test';
import { accept, expect, linkOf, open, openMore, reach, share, test } from '../support/app.ts';

const LETTER = { name: 'letter.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') };

/** Makes a page believe that it is hidden or shown. A headless browser shows all of its tabs. */
async function show(page: Page, state: 'hidden' | 'visible'): Promise<void> {
  await page.evaluate((visibility) => {
    Object.defineProperty(document, 'visibilityState', { value: visibility, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);
}

test('N11: who hands it over, and a line of theirs, are read before anything is accepted', async ({
  server,
  person,
}) => {
  const [sender, receiver] = [await person(), await person()];
  const link = await share(sender, server.url, LETTER);
  await openMore(sender);
  await sender.getByRole('textbox', { name: 'From' }).fill('Ana');
  await sender.getByRole('textbox', { name: 'A line for them' }).fill('See <b>you</b> on Sunday');
  await sender.getByRole('textbox', { name: 'A line for them' }).press('Enter');

  await open(receiver, link);

  await expect(
    receiver.getByRole('heading', { level: 1, name: 'Ana has letter.txt for you.' }),
  ).toBeVisible();
  await expect(receiver.getByText('See <b>you</b> on Sunday')).toBeVisible();
  await accept(receiver);
  await reach(sender, 'complete');
});

test('a sender’s name is remembered in this browser, and forgotten when it is emptied', async ({
  server,
  person,
}) => {
  const sender = await person();
  await share(sender, server.url, LETTER);
  const field = sender.getByRole('textbox', { name: 'From' });
  await openMore(sender);
  await field.fill('Ana');
  await field.press('Enter');
  const another = await sender.context().newPage();

  await share(another, server.url, LETTER);

  await openMore(another);
  const again = another.getByRole('textbox', { name: 'From' });
  await expect(again).toHaveValue('Ana');
  await again.fill('');
  await again.press('Enter');
  await linkOf(another);
  expect(await another.evaluate(() => Object.keys(localStorage))).toEqual([]);
});

test('a tab in the background tells by its title and its icon that somebody came', async ({
  server,
  person,
}) => {
  const [sender, receiver] = [await person(), await person()];
  const link = await share(sender, server.url, LETTER);
  await show(sender, 'hidden');
  await expect(sender).toHaveTitle(/^letter\.txt/);

  await open(receiver, link);

  await expect(sender).toHaveTitle(/^● letter\.txt/);
  const icon = sender.locator('link[rel="icon"]');
  await expect(icon).toHaveAttribute('href', '/mark-news.svg');
  expect((await sender.request.get(`${server.url}/mark-news.svg`)).ok()).toBe(true);
  await show(sender, 'visible');
  await expect(sender).toHaveTitle(/^letter\.txt/);
  await expect(icon).toHaveAttribute('href', '/mark.svg');
});

test('a notification comes only to somebody who asked for one, and says who came', async ({
  server,
  person,
}) => {
  const [sender, receiver] = [await person(), await person()];
  await sender.addInitScript(() => {
    const shown: string[] = [];
    class Recorded extends EventTarget {
      static permission = 'default';
      static requestPermission = async () => 'granted';
      constructor(_title: string, options?: NotificationOptions) {
        super();
        shown.push(options?.body ?? '');
      }
    }
    Object.assign(window, { Notification: Recorded, shown });
  });
  const link = await share(sender, server.url, LETTER);
  await openMore(sender);
  await sender.getByRole('checkbox', { name: 'Tell me when somebody comes.' }).check();
  await show(sender, 'hidden');

  await open(receiver, link);

  const shown = () => sender.evaluate(() => (window as unknown as { shown: string[] }).shown);
  await expect.poll(shown).toEqual(['Receiver 1 opened the link.']);
  await accept(receiver);
  await expect.poll(shown).toEqual(['Receiver 1 opened the link.', 'Receiver 1 has everything.']);
});

test('a browser that refuses notifications is told of the dot', async ({ server, person }) => {
  const sender = await person();
  await share(sender, server.url, LETTER);
  await openMore(sender);
  const choice = sender.getByRole('checkbox', { name: 'Tell me when somebody comes.' });

  // Nobody allows anything in a headless browser.
  await choice.click();

  await expect(sender.getByText('A dot on this tab’s icon tells you.')).toBeVisible();
  await expect(choice).not.toBeChecked();
});
