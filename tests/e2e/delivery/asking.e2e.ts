// A8: the sender is asked before anybody sees what there is.

import type { Page } from '@playwright/test';
import {
  accept,
  expect,
  failureOf,
  linkOf,
  open,
  openMore,
  reach,
  share,
  test,
} from '../support/app.ts';
import { writeRandom } from '../support/files.ts';

const LETTER = { name: 'letter.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') };

/** Shares something of Ana's, who wants to be asked. */
async function shareAsking(
  sender: Page,
  url: string,
  files: Parameters<typeof share>[2] = LETTER,
): Promise<string> {
  await sender.addInitScript(countWrites);
  const link = await share(sender, url, files);
  await openMore(sender);
  const name = sender.getByRole('textbox', { name: 'From' });
  await name.fill('Ana');
  await name.press('Enter');
  await sender.getByTestId('ask-first').check();
  return link;
}

/** Makes a page count its records of bundles that have been written. */
function countWrites(): void {
  const counted = globalThis as unknown as { writes: number };
  counted.writes = 0;
  const { value: put } = Object.getOwnPropertyDescriptor(IDBObjectStore.prototype, 'put')!;
  IDBObjectStore.prototype.put = new Proxy(put as IDBObjectStore['put'], {
    apply(target, store: IDBObjectStore, given: Parameters<IDBObjectStore['put']>) {
      store.transaction.addEventListener('complete', () => (counted.writes += 1));
      return Reflect.apply(target, store, given);
    },
  });
}

function writes(page: Page): Promise<number> {
  return page.evaluate(() => (globalThis as unknown as { writes: number }).writes);
}

test('A8: nothing is told before the sender says yes, and then everything is', async ({
  server,
  person,
}) => {
  const [sender, receiver] = [await person(), await person()];
  await receiver.goto(await shareAsking(sender, server.url));

  await expect(receiver.getByText('The sender is asked first.')).toBeVisible();
  await expect(
    receiver.getByRole('heading', { level: 1, name: 'Ana has something for you.' }),
  ).toBeVisible();
  await expect(receiver.getByText('letter.txt')).toHaveCount(0);
  await expect(sender.getByRole('button', { name: 'Let in Receiver 1' })).toBeVisible();
  const name = receiver.getByRole('textbox', { name: 'Your name' });
  await name.fill('Bo');
  await name.press('Enter');
  await sender.getByRole('button', { name: 'Let in Bo' }).click();

  await expect(
    receiver.getByRole('heading', { level: 1, name: 'Ana has letter.txt for you.' }),
  ).toBeVisible();
  await accept(receiver);
  await reach(sender, 'complete');
});

test('A8: a no is read on the receiver’s page', async ({ server, person }) => {
  const [sender, receiver] = [await person(), await person()];
  await receiver.goto(await shareAsking(sender, server.url));
  await sender.getByTestId('decline').click();

  expect(await failureOf(receiver)).toBe('sender.declined');
  await expect(sender.getByTestId('delivery')).toHaveCount(0);
});

test('A8: a sender that comes back after a reload is still asked', async ({
  server,
  person,
}, testInfo) => {
  const source = await writeRandom(testInfo.outputPath('source.bin'), 1);
  const [sender, receiver] = [await person(), await person()];
  const link = await shareAsking(sender, server.url, source);
  // The first record doesn't have the wish yet; nothing on the page tells when the second is written.
  await expect.poll(() => writes(sender)).toBeGreaterThan(1);
  await sender.reload();
  await sender.getByRole('button', { name: 'Go on sharing' }).click();
  await expect(sender.getByRole('heading', { name: 'Choose the same files again' })).toBeVisible();
  await sender.getByTestId('file-input').setInputFiles(source);
  expect(await linkOf(sender)).toBe(link);

  await receiver.goto(link);

  await expect(receiver.getByText('The sender is asked first.')).toBeVisible();
  await sender.getByTestId('approve').click();
  await expect(receiver.getByTestId('accept')).toBeEnabled();
});

test('A9: a link for one ends with the first who has everything', async ({ server, person }) => {
  const [sender, receiver, late] = [await person(), await person(), await person()];
  const link = await share(sender, server.url, LETTER);
  await openMore(sender);
  await sender.getByTestId('once').check();
  await open(receiver, link);
  await accept(receiver);
  await reach(sender, 'complete');

  await expect(sender.getByTestId('share-link')).toHaveCount(0);
  await openMore(sender);
  await expect(sender.getByText('The link was for one, and has ended.')).toBeVisible();
  await late.goto(link);
  await expect(late.getByText('The sender isn’t here right now.')).toBeVisible();
  await sender.reload();
  await expect(sender.getByTestId('file-input')).toBeAttached();
  await expect(sender.getByTestId('earlier')).toHaveCount(0);
});
