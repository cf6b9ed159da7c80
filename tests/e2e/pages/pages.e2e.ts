import type { Page } from '@playwright/test';
import { expect, linkOf, open, openMore, reach, share, test } from '../support/app.ts';
import { writeZeros } from '../support/files.ts';
import { slowDisk } from '../support/slow-disk.ts';

const note = { name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('a note') };

/** Records a page's requests for the wake lock, which headless browsers refuse. */
async function recordWakeLocks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const asked: string[] = [];
    Object.assign(window, { asked });
    navigator.wakeLock.request = (kind = 'screen') => {
      asked.push(kind);
      const release = (): Promise<void> => Promise.resolve(void asked.push('released'));
      return Promise.resolve({ release } as WakeLockSentinel);
    };
  });
}

function wakeLocks(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => (window as unknown as { asked: readonly string[] }).asked);
}

/** Drops or pastes files from outside of the browser, like a person. */
async function hand(page: Page, how: 'drop' | 'paste', names: readonly string[]): Promise<void> {
  await page.evaluate(
    ([kind, given]) => {
      const dataTransfer = new DataTransfer();
      for (const name of given) dataTransfer.items.add(new File(['handed over'], name));
      const event =
        kind === 'drop'
          ? new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true })
          : new ClipboardEvent('paste', { clipboardData: dataTransfer, bubbles: true });
      document.body.dispatchEvent(event);
    },
    [how, names] as const,
  );
}

for (const how of ['drop', 'paste'] as const) {
  test(`a ${how} is shared at once, and the focus is on the new card`, async ({
    server,
    person,
  }) => {
    const [sender, receiver] = [await person(), await person()];
    await sender.goto(server.url);
    await expect(sender.getByRole('button', { name: 'Choose files' })).toBeVisible();

    await hand(sender, how, ['one.txt', 'two.txt']);

    await expect(sender.getByText('2 files, 22 bytes')).toBeVisible();
    await expect(sender.getByRole('heading', { name: 'Wrapped. Send the link.' })).toBeFocused();
    await open(receiver, await linkOf(sender));
    await expect(receiver.getByRole('heading', { level: 1, name: '2 files' })).toBeVisible();
  });
}

test('an empty choice says so, and shares nothing', async ({ server, person }) => {
  const sender = await person();
  await sender.goto(server.url);

  await sender.getByTestId('folder-input').dispatchEvent('change');

  await expect(sender.getByRole('alert')).toContainText('There was nothing in that.');
  await expect(sender.getByTestId('share-link')).toHaveCount(0);
});

test(
  'a new name reaches whoever opens the link next',
  { tag: '@quick' },
  async ({ server, person }) => {
    const [sender, receiver] = [await person(), await person()];
    const link = await share(sender, server.url, note);

    await sender.getByLabel('Name').fill('For Ana');
    await sender.keyboard.press('Enter');

    await open(receiver, link);
    await expect(receiver.getByRole('heading', { level: 1, name: 'For Ana' })).toBeVisible();
    expect(await receiver.title()).toBe('For Ana – BurritoShare');
  },
);

test('stopping leads back to the start, and tells receivers that look at the offer', async ({
  server,
  person,
}) => {
  const [sender, receiver] = [await person(), await person()];
  await open(receiver, await share(sender, server.url, note));

  await openMore(sender);
  await sender.getByRole('button', { name: 'Stop sharing' }).click();

  await expect(sender.getByRole('button', { name: 'Choose files' })).toBeVisible();
  await expect(sender.getByRole('heading', { name: 'What are you handing over?' })).toBeFocused();
  await reach(receiver, 'cancelled');
  await expect(receiver.getByText('The sender has stopped.')).toBeVisible();
});

test('of a long list only the rows in sight are in the document', async ({ server, person }) => {
  const sender = await person();
  const files = Array.from({ length: 450 }, (_, index) => ({ ...note, name: `${index}.txt` }));
  await share(sender, server.url, files);

  await sender.getByRole('button', { name: 'Look inside' }).click();
  const tree = sender.getByRole('treegrid', { name: 'Files' });
  await expect(tree).toHaveAttribute('aria-rowcount', '450');
  const rows = tree.getByRole('row');
  await rows.first().press('End');
  await expect(rows.last()).toBeFocused();
  await expect(rows.last()).toHaveAttribute('data-path', '449.txt');
  expect(await rows.count()).toBeLessThan(200);
});

test('the QR code is there where the page is wide, and elsewhere on request', async ({
  server,
  person,
}) => {
  const sender = await person();
  const code = sender.getByRole('img', { name: 'QR code of the link' });
  await sender.setViewportSize({ width: 1024, height: 800 });
  await share(sender, server.url, note);
  await expect(code).toBeVisible();
  await sender.getByRole('button', { name: 'Hide the QR code' }).click();
  await expect(code).toHaveCount(0);
  await openMore(sender);
  await sender.getByRole('button', { name: 'Stop sharing' }).click();

  await sender.setViewportSize({ width: 1023, height: 800 });
  await share(sender, server.url, note);
  await expect(code).toHaveCount(0);
  await sender.getByRole('button', { name: 'QR code' }).click();
  await expect(code).toBeVisible();
});

test('the header’s links open in place, and Escape closes them', async ({ server, person }) => {
  const sender = await person();
  const link = await share(sender, server.url, note);
  for (const name of ['How it works', 'Privacy', 'Source']) {
    await sender.getByRole('button', { name }).click();
    await expect(sender.getByRole('region', { name })).toBeVisible();
  }
  await sender.keyboard.press('Escape');
  await expect(sender.getByRole('region', { name: 'Source' })).toHaveCount(0);
  expect(await linkOf(sender)).toBe(link);
});

test('another link in the same tab is opened', async ({ server, person }) => {
  const [one, other, receiver] = [await person(), await person(), await person()];
  await open(receiver, await share(one, server.url, note));

  const link = await share(other, server.url, { ...note, name: 'other.txt' });
  await receiver.evaluate((hash) => (location.hash = hash), new URL(link).hash);

  await expect(receiver.getByRole('heading', { level: 1, name: 'other.txt' })).toBeVisible();
});

test('another link in the same tab asks first while something is moving', async ({
  server,
  person,
}, testInfo) => {
  const film = await writeZeros(testInfo.outputPath('film.bin'), 48);
  const [sender, receiver] = [await person(), await person()];
  await slowDisk(receiver, 400);
  const link = await share(sender, server.url, film);
  await open(receiver, link);
  await receiver.getByTestId('accept').click();
  await reach(receiver, 'moving');

  await receiver.evaluate(() => (location.hash = '#2.another'));
  await receiver.getByRole('button', { name: 'Stay here' }).click();

  expect(receiver.url()).toBe(link);
  await reach(receiver, 'moving');
  // The receiver's page moves right after the click, the sender's once it has been told.
  await reach(sender, 'moving');

  await openMore(sender);
  await sender.getByRole('button', { name: 'Stop sharing' }).click();
  await expect(sender.getByText('1 delivery on the way would be cut off')).toBeVisible();
  await sender.getByRole('button', { name: 'Go on sharing' }).click();
  await expect(sender.getByRole('button', { name: 'Stop sharing' })).toBeFocused();
  await reach(receiver, 'moving');
});

test('Back asks first while something is moving, and mentions no other link', async ({
  server,
  person,
}, testInfo) => {
  const film = await writeZeros(testInfo.outputPath('film.bin'), 48);
  const [sender, receiver] = [await person(), await person()];
  await slowDisk(receiver, 400);
  const link = await share(sender, server.url, film);
  await receiver.goto(server.url);
  await receiver.evaluate((hash) => (location.hash = hash), new URL(link).hash);
  await receiver.getByTestId('accept').click();
  await reach(receiver, 'moving');

  await receiver.goBack();
  await expect(receiver.getByText('Leave this page?')).toBeVisible();
  await expect(receiver.getByText(/other link/)).toHaveCount(0);
  await receiver.getByRole('button', { name: 'Stay here' }).click();
  expect(receiver.url()).toBe(link);
  await reach(receiver, 'moving');

  await receiver.evaluate(() => (location.hash = ''));
  await receiver.getByRole('button', { name: 'Leave it' }).click();
  await expect(receiver.getByTestId('file-input')).toBeAttached();
});

test('a tab whose delivery another tab has open goes on when that one is closed', async ({
  server,
  person,
}) => {
  const [sender, first] = [await person(), await person()];
  const link = await share(sender, server.url, note);
  await open(first, link);
  const second = await first.context().newPage();
  await second.goto(link);
  await second.getByRole('button', { name: 'Try here again' }).click();
  await expect(second.getByRole('heading', { name: 'Open in another tab' })).toBeVisible();

  await first.close();
  // The browser releases a closed tab's locks a moment later. A person would press again.
  await expect
    .poll(() => second.evaluate(async () => (await navigator.locks.query()).held?.length))
    .toBe(0);
  await second.getByRole('button', { name: 'Try here again' }).click();

  await expect(second.getByTestId('accept')).toBeEnabled();
});

test('several files are saved, and the page says until when the private copy stays; it can be removed at once', async ({
  server,
  person,
}) => {
  const [sender, receiver] = [await person(), await person()];
  await open(receiver, await share(sender, server.url, [note, { ...note, name: 'more.txt' }]));
  await receiver.getByTestId('accept').click();
  await reach(receiver, 'complete');
  await expect(sender.getByText('Safe to close this tab')).toBeVisible();
  expect(await receiver.getByTestId('receipt').textContent()).toBe(
    await sender.getByTestId('receipt').textContent(),
  );

  const download = receiver.waitForEvent('download');
  await receiver.getByTestId('save').click();
  await download;
  await expect(
    receiver.getByText(/^The copy in this browser is removed tomorrow at /),
  ).toBeVisible();
  await receiver.getByRole('button', { name: 'Remove the private copy now' }).click();

  await expect(receiver.getByText('Safe to close this tab.')).toBeVisible();
  await expect(receiver.getByTestId('save')).toHaveCount(0);
});

test('the copy button puts the link onto the clipboard', async ({ server, person }) => {
  const sender = await person();
  await sender.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const link = await share(sender, server.url, note);

  await sender.getByRole('button', { name: 'Copy link' }).click();

  await expect(sender.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await sender.evaluate(() => navigator.clipboard.readText())).toBe(link);
});

test('while it moves, both pages show speed and time left, and the screen stays on', async ({
  server,
  person,
}, testInfo) => {
  const film = await writeZeros(testInfo.outputPath('film.bin'), 48);
  const [sender, receiver] = [await person(), await person()];
  await Promise.all([sender, receiver].map(recordWakeLocks));
  await slowDisk(receiver, 300);
  await open(receiver, await share(sender, server.url, film));
  expect(await wakeLocks(receiver)).toEqual([]);

  await receiver.getByTestId('accept').click();

  for (const page of [sender, receiver]) {
    const progress = page.getByTestId('progress');
    await expect(progress).toContainText(/\d\s[KM]B\/s/);
    await expect(progress).toContainText(/left/);
    expect(await wakeLocks(page)).toEqual(['screen']);
  }
  await receiver.getByRole('button', { name: 'Cancel' }).click();
  for (const page of [sender, receiver]) {
    await reach(page, 'cancelled');
    await expect.poll(() => wakeLocks(page)).toEqual(['screen', 'released']);
  }
});

test('after an end the same tab can try again, and so can another tab', async ({
  server,
  person,
}) => {
  const [sender, receiver] = [await person(), await person()];
  const link = await share(sender, server.url, note);
  await open(receiver, link);
  await receiver.getByRole('button', { name: 'No, thanks' }).click();
  await reach(receiver, 'declined');
  await expect(receiver.getByText('You said no, thanks.')).toBeVisible();
  await reach(sender, 'declined');
  await expect(sender.getByText('Receiver 1 said no, thanks.')).toBeVisible();

  await receiver.getByRole('button', { name: 'Try again' }).click();
  await expect(receiver.getByTestId('accept')).toBeEnabled();
  await expect(receiver.getByRole('heading', { name: 'note.txt, for you.' })).toBeFocused();
  await receiver.getByRole('button', { name: 'No, thanks' }).click();
  await reach(receiver, 'declined');

  const second = await receiver.context().newPage();
  await open(second, link);
  await receiver.getByRole('button', { name: 'Try again' }).click();
  await expect(receiver.getByRole('heading', { name: 'Open in another tab' })).toBeVisible();

  await second.getByTestId('accept').click();
  await reach(second, 'complete');
  await expect(sender.getByText('Safe to close this tab')).toBeVisible();
});

test('a browser without WebRTC is told', async ({ server, person }) => {
  const page = await person();
  await page.addInitScript(() => Reflect.deleteProperty(window, 'RTCPeerConnection'));
  await page.goto(server.url);
  await expect(page.getByRole('heading', { name: 'This browser can’t do it' })).toBeVisible();
});
