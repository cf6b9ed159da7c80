import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from '@playwright/test';

/** What the server serves. Read here, since a page may be on a host that this process can't reach. */
const SERVED = fileURLToPath(new URL('../../../packages/web/dist', import.meta.url));

/** Puts code in front of the script of one of the app's workers, for whoever loads it from now on. */
export async function patchWorker(
  pages: Page | BrowserContext,
  name: 'inflow' | 'private-sink' | 'source',
  code: string,
): Promise<void> {
  await pages.route(`**/${name}.worker*.js`, async (route) => {
    const script = await readFile(`${SERVED}${new URL(route.request().url()).pathname}`, 'utf8');
    await route.fulfill({ contentType: 'text/javascript', body: `${code}\n${script}` });
  });
}
