import type { Page } from '@playwright/test';

import { expect, open, share, test } from '../e2e/support/app.ts';
import { startBareServer } from './support/bare-pages.ts';
import { firstByteAfterClick, watchFirstByte } from './support/delivery.ts';
import { report } from './support/report.ts';
import { ROUNDS } from './support/scale.ts';

/** Milliseconds that "accept" may take beyond a round trip. */
const ACCEPT_EXTRA = 50;

interface Shown {
  /** Milliseconds since the link was opened. */
  readonly summary: number;
  readonly offer: number;
}

test('start', async ({ server, person }) => {
  const summaries: number[] = [];
  const offers: number[] = [];
  const accepting: number[] = [];
  const bare = { spoken: [] as number[], opened: [] as number[], accepting: [] as number[] };
  const file = { name: 'a.bin', mimeType: '', buffer: Buffer.alloc(1024 * 1024, 1) };
  const bareServer = await startBareServer();
  for (let round = 0; round < ROUNDS; round++) {
    const [sender, receiver, watched] = [await person(), await person(), await person()];
    const measureBare = async (): Promise<void> => {
      const { spoken, opened, roundTrip } = await bareServer.measure(sender, receiver);
      bare.spoken.push(spoken);
      bare.opened.push(opened);
      bare.accepting.push(roundTrip + ACCEPT_EXTRA);
    };
    const measureApp = async (): Promise<void> => {
      const link = await share(sender, server.url, file);
      await watchShown(receiver);
      await open(receiver, link);
      const shown = await receiver.evaluate(
        () => (globalThis as unknown as { shown: Shown }).shown,
      );
      summaries.push(shown.summary);
      offers.push(shown.offer);
      // In another browser: to watch a worker, all requests of its page are held for a moment.
      await watchFirstByte(watched);
      await open(watched, link);
      await watched.getByTestId('accept').click();
      await expect(watched.getByTestId('delivery')).toHaveAttribute('data-state', 'complete');
      accepting.push(await firstByteAfterClick(watched));
    };
    // Whatever comes second finds a browser that is awake.
    const both = [measureBare, measureApp];
    for (const measure of round % 2 === 0 ? both : both.toReversed()) await measure();
    for (const page of [sender, receiver, watched]) await page.context().close();
  }
  await bareServer.stop();
  const reference = 'two bare pages with a bare server';
  report('start', reference, [
    {
      what: 'link opened → summary shown / server has answered',
      unit: 'ms',
      measured: summaries,
      reference: bare.spoken,
      goal: { ratio: 1.2, is: 'at most' },
    },
    {
      what: 'link opened → offer shown / channel open',
      unit: 'ms',
      measured: offers,
      reference: bare.opened,
      goal: { ratio: 1.3, is: 'at most' },
    },
    {
      what: 'accept → first byte / a round trip and 50 ms',
      unit: 'ms',
      measured: accepting,
      reference: bare.accepting,
      goal: { ratio: 1, is: 'at most' },
    },
  ]);
});

/** Makes the page record when it has the summary and the offer. Call it before the page is opened. */
async function watchShown(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shown: { summary?: number; offer?: number } = {};
    Object.assign(globalThis, { shown });
    const look = (): void => {
      const has = (id: string): boolean => document.querySelector(`[data-testid=${id}]`) !== null;
      if (has('summary')) shown.summary ??= performance.now();
      if (has('accept')) shown.offer ??= performance.now();
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
  });
}
