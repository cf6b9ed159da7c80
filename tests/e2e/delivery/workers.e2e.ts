// A worker dies in the middle of a delivery: neither end may wait for it.
import type { Page } from '@playwright/test';
import { accept, expect, failureOf, open, reach, share, test } from '../support/app.ts';
import { sha256, writeRandom } from '../support/files.ts';
import { patchWorker, scriptOf } from '../support/worker-script.ts';

/** How a worker dies: with an uncaught error, or without any sign. */
const DEATHS = {
  'dies of an error': "setTimeout(() => { throw new Error('planted'); });",
  'ends without a word': 'self.close();',
} as const;

type Death = keyof typeof DEATHS;

/**
 * Lets a worker's method be called this many times. With the next call the worker dies, and the method never returns.
 */
function dying(method: string, calls: number, death: Death): string {
  return `{
    const [owner, name] = [${method.replace(/\.(\w+)$/, ".prototype, '$1'")}];
    const browsers = owner[name];
    let left = ${calls};
    owner[name] = function (...given) {
      if (left-- > 0) return browsers.apply(this, given);
      new BroadcastChannel('deaths').postMessage('dead');
      ${DEATHS[death]}
      return new Promise(() => undefined);
    };
  }`;
}

/** Marks a page when one of its workers has died. */
async function watchDeaths(page: Page): Promise<void> {
  await page.evaluate(() => {
    const deaths = new BroadcastChannel('deaths');
    deaths.onmessage = () => (document.documentElement.dataset['died'] = 'yes');
  });
}

function hasDied(page: Page): Promise<void> {
  return expect(page.locator('html')).toHaveAttribute('data-died', 'yes');
}

for (const [whose, name, method, death] of [
  ['sender', 'source', 'Blob.arrayBuffer', 'dies of an error'],
  ['sender', 'source', 'Blob.arrayBuffer', 'ends without a word'],
  ['receiver', 'inflow', 'MessagePort.postMessage', 'dies of an error'],
  ['receiver', 'inflow', 'MessagePort.postMessage', 'ends without a word'],
] as const) {
  test(`G7 the ${whose}’s worker ${death} in the middle: another generation does without it`, async ({
    server,
    person,
  }, testInfo) => {
    const source = await writeRandom(testInfo.outputPath('source.bin'), 12);
    const pages = { sender: await person(), receiver: await person() };
    await patchWorker(pages[whose], name, dying(method, 6, death), 1);
    await open(pages.receiver, await share(pages.sender, server.url, source));
    await watchDeaths(pages[whose]);

    const download = await accept(pages.receiver);

    expect(await sha256(await download.path())).toBe(await sha256(source));
    await reach(pages.sender, 'complete');
    await hasDied(pages[whose]);
  });
}

for (const [whose, name] of [
  ['sender', 'source'],
  ['receiver', 'inflow'],
] as const) {
  test(
    `G8 the ${whose}’s worker never begins: another generation does without it`,
    { tag: '@quick' },
    async ({ server, person }, testInfo) => {
      const source = await writeRandom(testInfo.outputPath('source.bin'), 12);
      const pages = { sender: await person(), receiver: await person() };
      let asked = 0;
      await pages[whose].route(scriptOf(name), async (route) => {
        if (++asked > 1) await route.fallback();
      });
      await open(pages.receiver, await share(pages.sender, server.url, source));

      const download = await accept(pages.receiver);

      expect(asked).toBeGreaterThan(0);
      expect(await sha256(await download.path())).toBe(await sha256(source));
      await reach(pages.sender, 'complete');
    },
  );
}

test('the sink’s worker never begins: the bytes go into this tab’s memory', async ({
  server,
  person,
}, testInfo) => {
  const source = await writeRandom(testInfo.outputPath('source.bin'), 12);
  const [sender, receiver] = [await person(), await person()];
  await receiver.route(scriptOf('opfs-sink'), () => undefined);
  await open(receiver, await share(sender, server.url, source));

  const download = await accept(receiver);

  expect(await sha256(await download.path())).toBe(await sha256(source));
  await reach(sender, 'complete');
});

/** Accepts, and lets the sink's worker die after some pieces: the delivery fails on both pages. */
async function failInTheMiddle(
  { sender, receiver, link }: { sender: Page; receiver: Page; link: string },
  death: Death,
): Promise<void> {
  // The worker that probes for room is the delivery's, too.
  await patchWorker(
    receiver,
    'opfs-sink',
    // With 17 pieces something has been journaled for certain, and more than as many are still missing.
    dying('FileSystemSyncAccessHandle.write', 22, death).replace(
      'new Promise(() => undefined)',
      'browsers.apply(this, given)',
    ),
    1,
  );
  await open(receiver, link);
  await watchDeaths(receiver);
  await receiver.getByTestId('accept').click();
  expect(await failureOf(receiver)).toBe('disk.failed');
  expect(await failureOf(sender)).toBe('disk.failed');
  await hasDied(receiver);
}

for (const death of ['dies of an error', 'ends without a word'] as const) {
  test(`the sink’s worker ${death} in the middle: the delivery fails, and can be resumed from the journal`, async ({
    server,
    person,
  }, testInfo) => {
    const source = await writeRandom(testInfo.outputPath('source.bin'), 48);
    const [sender, receiver] = [await person(), await person()];
    const link = await share(sender, server.url, source);

    await failInTheMiddle({ sender, receiver, link }, death);

    await receiver.getByRole('button', { name: 'Try again' }).click();
    await expect(receiver.getByText(/is here from your last visit/)).toBeVisible();
    const download = await accept(receiver);
    expect(await sha256(await download.path())).toBe(await sha256(source));
  });
}

test('R7 a reload at the moment of a failure keeps the arrived bytes', async ({
  server,
  person,
}, testInfo) => {
  const source = await writeRandom(testInfo.outputPath('source.bin'), 48);
  const [sender, receiver] = [await person(), await person()];
  const link = await share(sender, server.url, source);
  // Renewing the delivery's id needs another worker, which never comes. The route stays: without one, the browser would
  // let the worker come before the reload.
  let hold: (() => void) | undefined;
  const held = new Promise<void>((resolve) => {
    hold = resolve;
  });
  await receiver.route(scriptOf('opfs-sink'), async (route) => {
    if (hold === undefined) return route.continue();
    hold();
    hold = undefined;
  });
  await failInTheMiddle({ sender, receiver, link }, 'dies of an error');
  await held;
  await receiver.reload();
  await expect(receiver.getByText(/is here from your last visit/)).toBeVisible();
  await receiver.getByTestId('accept').click();
  expect(await failureOf(receiver)).toBe('sender.ended');

  await receiver.getByRole('button', { name: 'Try again' }).click();

  await expect(receiver.getByText(/is here from your last visit/)).toBeVisible();
  const here = Number(await receiver.getByTestId('progress').getAttribute('data-bytes'));
  expect(here).toBeGreaterThan(0);
  const download = await accept(receiver);
  expect(await sha256(await download.path())).toBe(await sha256(source));
});
