import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from '@playwright/test';

/** The app's build. Read here, since a page may be on a host that this process can't reach; other pages are fetched. */
const SERVED = fileURLToPath(new URL('../../../packages/web/dist', import.meta.url));

/** The app's workers, by the names of their scripts. */
type WorkerName = 'inflow' | 'opfs-sink' | 'source';

/** Where the script of a worker is. */
export function scriptOf(name: WorkerName): string {
  return `**/${name}.worker*.js`;
}

/** Puts code in front of the script of one of the app's workers, for whoever loads it from now on, or for so many of them. */
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
