// N10: what the sender says it has is shown before there is a connection, and where none is ever made.
import type { Page } from '@playwright/test';
import { expect, failureOf, open, reach, share, test } from '../support/app.ts';

const FILES = [
  { name: 'one.txt', mimeType: 'text/plain', buffer: Buffer.from('one') },
  { name: 'two.txt', mimeType: 'text/plain', buffer: Buffer.from('two') },
];

/** Holds every answer of the other side's connection until the test says what becomes of it. */
async function holdAnswers(page: Page): Promise<(fate: 'taken' | 'refused') => Promise<void>> {
  await page.addInitScript(() => {
    const { prototype } = RTCPeerConnection;
    type Take = (this: RTCPeerConnection, given: RTCSessionDescriptionInit) => Promise<void>;
    const take: Take = Reflect.get(prototype, 'setRemoteDescription');
    const fate = new Promise<void>((resolve, reject) => {
      Object.assign(window, { taken: resolve, refused: () => reject(new Error('planted')) });
    });
    const hold = async function (
      this: RTCPeerConnection,
      given: RTCSessionDescriptionInit,
    ): Promise<void> {
      await fate;
      return take.call(this, given);
    };
    Object.assign(prototype, { setRemoteDescription: hold });
  });
  return (fate) =>
    page.evaluate((name) => (window as unknown as Record<string, () => void>)[name]!(), fate);
}

async function expectTold(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: '2 files' })).toBeVisible();
  const told = page.getByTestId('summary');
  await expect(told).toHaveText('2 files, 6 bytes');
  await expect(told).toHaveAttribute('data-files', '2');
  await expect(told).toHaveAttribute('data-size', '6');
}

/** Where the parts of the card are that stay when the offer comes, those that are there. */
async function places(page: Page): Promise<readonly unknown[]> {
  // A part that is still coming in is scaled.
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
  return page.evaluate(() =>
    ['h1', '[data-testid=summary]', '.entries', '.entry + .entry', '.said'].map((part) =>
      document.querySelector(part)?.getBoundingClientRect().toJSON(),
    ),
  );
}

for (const width of [360, 1280]) {
  test(
    `N10 the summary is there before the connection, and nothing moves when the offer comes: ${width} px`,
    { tag: '@quick' },
    async ({ server, person }) => {
      const [sender, receiver] = [await person(), await person()];
      await receiver.setViewportSize({ width, height: 800 });
      const decide = await holdAnswers(receiver);
      await receiver.goto(await share(sender, server.url, FILES));
      await expectTold(receiver);
      await expect(receiver.getByText('Connecting to the sender.')).toBeVisible();
      await reach(receiver, 'connecting');
      await expect(receiver.getByTestId('accept')).toHaveCount(0);
      const before = await places(receiver);

      await decide('taken');

      await expect(receiver.getByTestId('accept')).toBeEnabled();
      await expectTold(receiver);
      expect(await places(receiver)).toEqual(before);
    },
  );
}

test('N10 G8 the summary stays where no connection can be made', async ({ server, person }) => {
  const [sender, receiver] = [await person(), await person()];
  const decide = await holdAnswers(receiver);
  await receiver.goto(await share(sender, server.url, FILES));
  await expectTold(receiver);

  await decide('refused');

  expect(await failureOf(receiver)).toBe('unreachable');
  await expectTold(receiver);
});

test('N10 a bundle is told under the name that it has when a receiver comes', async ({
  server,
  person,
}) => {
  const [sender, receiver] = [await person(), await person()];
  const link = await share(sender, server.url, FILES);
  const name = sender.getByRole('textbox', { name: /name/i });
  await name.fill('For you');
  await name.blur();
  await holdAnswers(receiver);
  await receiver.goto(link);
  await expect(receiver.getByRole('heading', { level: 1, name: 'For you' })).toBeVisible();
  await expect(receiver.getByTestId('summary')).toHaveText('2 files, 6 bytes');
});

test('I11 the worker that is ready for an accept serves it, and goes where nobody accepts', async ({
  server,
  person,
}) => {
  const [sender, receiver] = [await person(), await person()];
  const started: string[] = [];
  receiver.on('worker', (worker) => started.push(worker.url()));
  const sinks = (): number => started.filter((url) => url.includes('opfs-sink.worker')).length;
  const link = await share(sender, server.url, FILES);
  await open(receiver, link);
  expect(sinks()).toBe(1);
  expect(receiver.workers()).not.toHaveLength(0);

  await receiver.getByRole('button', { name: 'No, thanks' }).click();
  await reach(receiver, 'declined');
  await expect.poll(() => receiver.workers().length).toBe(0);

  await receiver.getByRole('button', { name: 'Try again' }).click();
  await receiver.getByTestId('accept').click();
  await reach(receiver, 'complete');
  expect(sinks()).toBe(2);
});
