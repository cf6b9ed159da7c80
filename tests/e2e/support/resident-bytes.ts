import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';

/**
 * The browser's renderer processes, which include the page's own with its workers. Call it only once: each time a
 * client attaches to the browser, Chromium repaints its pages, which takes memory itself.
 */
export async function renderersOf(page: Page): Promise<readonly number[]> {
  const session = await page.context().browser()?.newBrowserCDPSession();
  if (session === undefined) throw new Error('the browser is gone');
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
}

/** The largest resident set among processes, in bytes. Throws once all have ended, since 0 would look flat. */
export async function residentBytes(processes: readonly number[]): Promise<number> {
  const largest = Math.max(...(await Promise.all(processes.map(residentOf))));
  if (largest <= 0) throw new Error('the renderers have ended');
  return largest;
}

async function residentOf(processId: number): Promise<number> {
  const status = await readFile(`/proc/${processId}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
}
