import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from '@playwright/test';

/**
 * The app's build. It is read here, since this process may not reach the page's host; scripts of other pages are
 * fetched.
 */
const SERVED = fileURLToPath(new URL('../../../packages/web/dist', import.meta.url));

/** The names of the scripts of the app's workers. */
type WorkerName = 'inflow' | 'opfs-sink' | 'source';

/** The path of a worker's script. */
export function scriptOf(name: WorkerName): string {
  return `**/${name}.worker*.js`;
}

/**
 * Puts code in front of the script of one of the app's workers. It affects all later loads, or the first `times` of
 * them.
 */
export async function patchWorker(
  pages: Page | BrowserContext,
  name: WorkerName,
  code: string,
  times = Infinity,
): Promise<void> {
  let left = times;
  await pages.route(scriptOf(name), async (route) => {
    if (left-- <= 0) return route.fallback();
    const built = `${SERVED}${new URL(route.request().url()).pathname}`;
    const script = existsSync(built)
      ? await readFile(built, 'utf8')
      : await (await route.fetch()).text();
    await route.fulfill({ contentType: 'text/javascript', body: `${code}\n${script}` });
  });
}
