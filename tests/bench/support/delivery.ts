import type { Page } from '@playwright/test';

import { expect, reach } from '../../e2e/support/app.ts';
import { patchWorker } from '../../e2e/support/worker-script.ts';
import type { Moment } from './moments.ts';

/** The times of a whole delivery. */
export interface Timed {
  /** From the click on "accept" until everything is verified. */
  readonly seconds: number;
  /** The written and hashed bytes that the receiver's page showed. */
  readonly moments: readonly Moment[];
}

/** Milliseconds between two readings of the page. */
const LOOK = 500;

/**
 * Accepts a page's offer, and times the delivery.
 *
 * @param look - called at each reading of the page, for other measurements.
 */
export async function timeDelivery(
  receiver: Page,
  timeout: number,
  look: (seconds: number) => Promise<void> = async () => {},
): Promise<Timed> {
  const moments: Moment[] = [];
  const delivery = receiver.getByTestId('delivery');
  await receiver.getByTestId('accept').click();
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  const isOver = reach(receiver, 'complete', timeout).then(() => true);
  for (;;) {
    const over = await Promise.race([isOver, receiver.waitForTimeout(LOOK).then(() => false)]);
    if (over) break;
    moments.push({ seconds: seconds(), bytes: await bytesOf(delivery) });
    await look(seconds());
  }
  return { seconds: seconds(), moments };
}

/** Records what a delivery's receiver shows while something else goes on. */
export async function watchProgress<T>(
  receiver: Page,
  during: () => Promise<T>,
): Promise<{ readonly result: T; readonly moments: readonly Moment[] }> {
  const delivery = receiver.getByTestId('delivery');
  const moments: Moment[] = [{ seconds: 0, bytes: await bytesOf(delivery) }];
  const began = performance.now();
  const isOver = during().then((result) => ({ result }));
  for (;;) {
    const over = await Promise.race([isOver, receiver.waitForTimeout(LOOK)]);
    moments.push({ bytes: await bytesOf(delivery), seconds: (performance.now() - began) / 1000 });
    if (typeof over === 'object') return { ...over, moments };
  }
}

async function bytesOf(delivery: ReturnType<Page['getByTestId']>): Promise<number> {
  const progress = delivery.getByTestId('progress');
  return (await progress.count()) === 0 ? 0 : Number(await progress.getAttribute('data-bytes'));
}

/** Makes the page record when "accept" was clicked and when the first bytes came. Call it before the page is opened. */
export async function watchFirstByte(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const watched = globalThis as unknown as { acceptedAt?: number; firstByteAt?: number };
    const begin = performance.timeOrigin;
    document.addEventListener(
      'click',
      () => {
        watched.acceptedAt = performance.now();
      },
      { capture: true },
    );
    new BroadcastChannel('first byte').onmessage = ({ data }: MessageEvent<number>) => {
      watched.firstByteAt ??= data - begin;
    };
  });
  // Bytes arrive in a worker, which has a clock of its own.
  await patchWorker(
    page,
    'inflow',
    `{
      const channel = new BroadcastChannel('first byte');
      const { set } = Object.getOwnPropertyDescriptor(RTCDataChannel.prototype, 'onmessage');
      let has = 'none';
      Object.defineProperty(RTCDataChannel.prototype, 'onmessage', {
        set(listen) {
          set.call(this, listen && ((event) => {
            if (has === 'none') channel.postMessage(performance.timeOrigin + performance.now());
            has = 'some';
            listen(event);
          }));
        },
      });
    }`,
  );
}

/** Milliseconds from the click on "accept" to the first byte. */
export async function firstByteAfterClick(page: Page): Promise<number> {
  const read = () =>
    page.evaluate(() => {
      const { acceptedAt, firstByteAt } = globalThis as unknown as {
        acceptedAt?: number;
        firstByteAt?: number;
      };
      return firstByteAt === undefined ? undefined : firstByteAt - (acceptedAt ?? 0);
    });
  await expect.poll(read).toBeDefined();
  return (await read())!;
}

/** Makes a page record its longest task on the main thread from now on. */
export async function watchTasks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const watched = globalThis as unknown as { longestTask?: number };
    watched.longestTask = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries())
        watched.longestTask = Math.max(watched.longestTask ?? 0, duration);
    }).observe({ type: 'longtask' });
  });
}

/** Milliseconds of the longest task since then, or 0 if none took 50 or more. */
export async function longestTask(page: Page): Promise<number> {
  return page.evaluate(
    () => (globalThis as unknown as { longestTask?: number }).longestTask ?? Number.NaN,
  );
}
