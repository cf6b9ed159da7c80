import type { Page } from '@playwright/test';
import { expect, open, reach, share, test } from '../support/app.ts';
import { sha256, writeRandom, writeZeros } from '../support/files.ts';
import { fullDisk, hurryDisk, makeRoom, slowDisk } from '../support/slow-disk.ts';

const MEBIBYTE = 1024 * 1024;

/** Waits until some bytes have been written. */
async function moving(page: Page): Promise<void> {
  await expect(page.getByTestId('progress')).toHaveAttribute('data-bytes', /^[1-9]\d*$/);
}

test(
  'a reload in the middle offers to resume, says how much is here, and goes on from there',
  { tag: '@quick' },
  async ({ server, person }, testInfo) => {
    const source = await writeRandom(testInfo.outputPath('source.bin'), 48);
    const [sender, receiver] = [await person(), await person()];
    await slowDisk(receiver, 300);
    await open(receiver, await share(sender, server.url, source));
    await receiver.getByTestId('accept').click();
    const bytes = receiver.getByTestId('progress');
    // After 17 pieces some have surely been journaled, even if the machine's timers are late.
    await expect
      .poll(async () => Number(await bytes.getAttribute('data-bytes')))
      .toBeGreaterThan(17 * MEBIBYTE);
    receiver.on('dialog', (dialog) => void dialog.accept());
    // The rest must still be moving when a busy machine checks.
    await slowDisk(receiver, 2_000);

    await receiver.reload();

    await reach(receiver, 'interrupted');
    await expect(receiver.getByText(/\d+\s?% is here/)).toBeVisible();
    expect(Number(await bytes.getAttribute('data-bytes'))).toBeGreaterThan(0);
    await reach(sender, 'interrupted');
    const download = receiver.waitForEvent('download');
    await receiver.getByTestId('accept').click();
    await reach(receiver, 'moving');
    await hurryDisk(receiver);
    await reach(receiver, 'complete');
    await reach(sender, 'complete');
    expect(await sha256(await (await download).path())).toBe(await sha256(source));
  },
);

test('starting over takes everything again', async ({ server, person }, testInfo) => {
  const source = await writeRandom(testInfo.outputPath('source.bin'), 24);
  const [sender, receiver] = [await person(), await person()];
  await slowDisk(receiver, 800);
  await open(receiver, await share(sender, server.url, source));
  await receiver.getByTestId('accept').click();
  await moving(receiver);
  receiver.on('dialog', (dialog) => void dialog.accept());
  await receiver.reload();

  await hurryDisk(receiver);
  await receiver.getByRole('button', { name: 'Start over' }).click();

  await reach(receiver, 'offered');
  const download = receiver.waitForEvent('download');
  await receiver.getByTestId('accept').click();
  await reach(receiver, 'complete');
  expect(await sha256(await (await download).path())).toBe(await sha256(source));
});

for (const who of ['sender', 'receiver'] as const) {
  test(`the ${who} pauses, both pages say so, and only the ${who} continues`, async ({
    server,
    person,
  }, testInfo) => {
    const source = await writeZeros(testInfo.outputPath('a.bin'), 24);
    const [sender, receiver] = [await person(), await person()];
    await slowDisk(receiver, 800);
    await open(receiver, await share(sender, server.url, source));
    await receiver.getByTestId('accept').click();
    await moving(receiver);
    const [mine, theirs] = who === 'sender' ? [sender, receiver] : [receiver, sender];

    await mine.getByRole('button', { name: /^Pause/ }).click();

    await reach(sender, 'paused');
    await reach(receiver, 'paused');
    await expect(mine.getByText(/You paused/)).toBeVisible();
    await expect(theirs.getByText(/(Receiver 1|The sender) paused\./)).toBeVisible();
    await expect(theirs.getByRole('button', { name: /^Continue/ })).toHaveCount(0);
    await hurryDisk(receiver);
    await mine.getByRole('button', { name: /^Continue/ }).click();
    await reach(receiver, 'complete');
    await reach(sender, 'complete');
  });
}

test(
  'K7: a full disk pauses the delivery, the page names the missing room, and it goes on when there is room',
  { tag: '@quick' },
  async ({ server, person }, testInfo) => {
    const source = await writeRandom(testInfo.outputPath('source.bin'), 24);
    const [sender, receiver] = [await person(), await person()];
    await fullDisk(receiver, 5);
    await open(receiver, await share(sender, server.url, source));
    const download = receiver.waitForEvent('download', { timeout: 0 });
    await receiver.getByTestId('accept').click();

    await reach(receiver, 'paused');
    await reach(sender, 'paused');
    await expect(receiver.getByText('The disk is full.')).toBeVisible();
    await expect(
      receiver.getByText(/are here and stay here\. Free .* and press Continue/),
    ).toBeVisible();
    await expect(sender.getByText(/disk of Receiver 1 is full/)).toBeVisible();
    // The disk is still full, so the page says so again.
    await receiver.getByRole('button', { name: /^Continue/ }).click();
    await reach(receiver, 'paused');
    await makeRoom(receiver);
    await receiver.getByRole('button', { name: /^Continue/ }).click();

    await reach(receiver, 'complete');
    await reach(sender, 'complete');
    expect(await sha256(await (await download).path())).toBe(await sha256(source));
  },
);

test('a file is left out, and then taken after all', async ({ server, person }, testInfo) => {
  const [sender, receiver] = [await person(), await person()];
  await slowDisk(receiver, 800);
  const files = [
    await writeZeros(testInfo.outputPath('a.bin'), 20),
    await writeZeros(testInfo.outputPath('b.bin'), 4),
    await writeZeros(testInfo.outputPath('c.bin'), 8),
  ];
  await open(receiver, await share(sender, server.url, files));
  await receiver.getByTestId('accept').click();
  await moving(receiver);

  await receiver.getByRole('button', { name: 'Skip b.bin' }).click();
  await receiver.getByRole('button', { name: 'Skip c.bin' }).click();
  for (const page of [sender, receiver])
    await expect(page.getByText('2 files left out.')).toBeVisible();
  await receiver.getByRole('button', { name: 'Take c.bin after all' }).click();
  // Only once all bytes in flight are stored (K6).
  await hurryDisk(receiver);
  await expect(receiver.getByText('1 file left out.')).toBeVisible();

  await reach(receiver, 'complete');
  await reach(sender, 'complete');
  const total = String(28 * MEBIBYTE);
  await expect(receiver.getByTestId('progress')).toHaveAttribute('data-total', total);
  await expect(sender.getByTestId('progress')).toHaveAttribute('data-total', total);
});

test('files that are missing at the end are requested again, and only they are sent', async ({
  server,
  person,
}, testInfo) => {
  const [sender, receiver] = [await person(), await person()];
  await slowDisk(receiver, 1_500);
  // The first file is larger than the window, so that no byte of the second is in flight when it is left out.
  const files = [
    await writeZeros(testInfo.outputPath('a.bin'), 36),
    await writeZeros(testInfo.outputPath('b.bin'), 4),
  ];
  await open(receiver, await share(sender, server.url, files));
  await receiver.getByTestId('accept').click();
  await moving(receiver);
  await receiver.getByRole('button', { name: 'Skip b.bin' }).click();
  await expect(sender.getByText('1 file left out.')).toBeVisible();
  await hurryDisk(receiver);
  await reach(receiver, 'complete');

  await receiver.getByRole('button', { name: 'Ask for the missing files again' }).click();

  await expect(receiver.getByText(/(89|90)\s?% is here/)).toBeVisible();
  await receiver.getByTestId('accept').click();
  await reach(receiver, 'complete');
  await expect(receiver.getByTestId('progress')).toHaveAttribute(
    'data-total',
    String(40 * MEBIBYTE),
  );
  await expect(receiver.getByText(/left out/)).toHaveCount(0);
});

test('the first page lists kept deliveries without names, with links to them', async ({
  server,
  person,
}, testInfo) => {
  const [sender, receiver] = [await person(), await person()];
  const files = [
    await writeZeros(testInfo.outputPath('a.bin'), 1),
    await writeZeros(testInfo.outputPath('b.bin'), 1),
  ];
  const link = await share(sender, server.url, files);
  await open(receiver, link);
  await receiver.getByTestId('accept').click();
  await reach(receiver, 'complete');
  receiver.on('dialog', (dialog) => void dialog.accept());

  await receiver.goto(`${server.url}/`);
  const kept = receiver.getByTestId('kept');
  await expect(kept).toHaveAttribute('data-state', 'finished');
  await expect(kept).toContainText(/^Complete delivery, not saved, 2\.1.MB, from/);
  await receiver.goto(link);
  await reach(receiver, 'complete');
  const download = receiver.waitForEvent('download');
  await receiver.getByTestId('save').click();
  expect((await download).suggestedFilename()).toMatch(/\.zip$/);

  await receiver.goto(`${server.url}/`);
  await kept.getByRole('button', { name: 'Discard' }).click();
  await kept.getByRole('button', { name: 'Discard it for good' }).click();
  await expect(kept).toHaveCount(0);
  await receiver.goto(link);
  await reach(receiver, 'offered');
});
