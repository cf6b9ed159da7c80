import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page, Route } from '@playwright/test';

/** The app's build. */
const SERVED = fileURLToPath(new URL('../../../packages/web/dist', import.meta.url));

/** The names of the scripts of the app's workers. */
type WorkerName = 'inflow' | 'opfs-sink' | 'pdf' | 'source';

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
  await changeScripts(pages, scriptOf(name), (script) => `${code}\n${script}`, times);
}

/** Changes the scripts whose path is like this. It affects all later loads, or the first `times` of them. */
export async function changeScripts(
  pages: Page | BrowserContext,
  path: string,
  change: (script: string) => string,
  times = Infinity,
): Promise<void> {
  let left = times;
  await pages.route(path, async (route) => {
    if (left-- <= 0) return route.fallback();
    const body = change(await scriptAt(route));
    await route.fulfill({ contentType: 'text/javascript', body });
  });
}

/**
 * The script that a page asks for. It is read from the build, since this process may not reach the page's host, and
 * since an answer that was fetched is gone once the test ends. Scripts of other pages are fetched.
 */
async function scriptAt(route: Route): Promise<string> {
  const built = `${SERVED}${new URL(route.request().url()).pathname}`;
  if (existsSync(built)) return readFile(built, 'utf8');
  const answer = await route.fetch();
  return answer.text();
}
