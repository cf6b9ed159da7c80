import { readFile } from 'node:fs/promises';

import type { Page } from '@playwright/test';
import { unzipSync } from 'fflate';

import { accept, expect, open, reach, share, test } from '../support/app.ts';

const note = (name: string) => ({
  name,
  mimeType: 'text/plain',
  buffer: Buffer.from(`this is ${name}`),
});

/** Counts what a person presses on a page. Choosing in the system's dialog and pasting the link are not on it. */
async function countPresses(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const pressed = { count: 0 };
    // A click that a script makes, as on the file input behind the button, is nobody's.
    addEventListener('click', ({ isTrusted }) => (pressed.count += isTrusted ? 1 : 0), true);
    Object.assign(window, { pressed });
    // Without the picker that gives handles, a test can answer the dialog.
    Reflect.deleteProperty(window, 'showOpenFilePicker');
  });
  return () =>
    page.evaluate(() => (window as unknown as { pressed: { count: number } }).pressed.count);
}

for (const names of [['one.txt'], ['one.txt', 'two.txt', 'three.txt']])
  test(`from the open page to landed files in four presses: ${names.length}`, async ({
    server,
    person,
  }) => {
    const [sender, receiver] = [await person(), await person()];
    await sender.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const counts = [await countPresses(sender), await countPresses(receiver)];
    await sender.goto(server.url);

    const chooser = sender.waitForEvent('filechooser');
    await sender.getByRole('button', { name: 'Choose files' }).click();
    await (await chooser).setFiles(names.map(note));
    await sender.getByRole('button', { name: 'Copy link' }).click();
    await expect(sender.getByRole('button', { name: 'Copied' })).toBeVisible();
    await receiver.goto(await sender.evaluate(() => navigator.clipboard.readText()));
    await expect(receiver.getByTestId('accept')).toBeEnabled();
    const landed = await readFile(await (await accept(receiver)).path());

    const first = names.length === 1 ? landed : unzipSync(landed)['one.txt'];
    expect(Buffer.from(first!).toString()).toBe('this is one.txt');
    await reach(sender, 'complete');
    const presses = await Promise.all(counts.map((count) => count()));
    expect(presses.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(4);
  });

test('either end can keep its receipt as a picture', async ({ server, person }) => {
  const [sender, receiver] = [await person(), await person()];
  await open(receiver, await share(sender, server.url, note('letter.txt')));
  await accept(receiver);
  await reach(sender, 'complete');
  const code = await receiver.getByTestId('receipt').textContent();

  for (const page of [sender, receiver]) {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Keep as picture' }).click();
    expect((await download).suggestedFilename()).toBe(`Receipt ${code}.png`);
    const png = await readFile(await (await download).path());
    // The size is in a PNG's first chunk.
    expect([png.toString('latin1', 1, 4), png.readUInt32BE(16)]).toEqual(['PNG', 672]);
  }
});
