import type { BrowserContext, Page } from '@playwright/test';

type CountingWindow = typeof globalThis & { countLanes?: () => number };

/** Makes a browser's pages count their connections. Call it before they are opened. */
export async function watchLanes(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const all: RTCPeerConnection[] = [];
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        all.push(this);
      }
    };
    (globalThis as CountingWindow).countLanes = () =>
      all.filter(({ connectionState }) => connectionState === 'connected').length;
  });
}

/** The number of a page's connections that are up. */
export function lanesOf(page: Page): Promise<number> {
  return page.evaluate(() => (globalThis as CountingWindow).countLanes?.() ?? 0);
}
