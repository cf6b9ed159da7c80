import {
  test as base,
  expect,
  type BrowserContext,
  type Download,
  type Page,
} from '@playwright/test';
import { openBrowser } from './browser.ts';
import { PATIENCE } from '../../patience.ts';
import { startServer, type RunningServer } from './server.ts';

/** The fixtures of a test: a server, and people with a browser each. */
export interface Fixtures {
  readonly server: RunningServer;
  /** Opens another person's browser with an empty page. It is closed when the test ends. */
  readonly person: (options?: Parameters<typeof openBrowser>[0]) => Promise<Page>;
  /** The browsers' complaints. They must be empty at the end, so a test removes those that it expects. */
  readonly complaints: string[];
}

export const test = base.extend<Fixtures>({
  server: async ({}, use) => {
    const server = await startServer();
    await use(server);
    await server.stop();
  },
  complaints: async ({}, use) => {
    const complaints: string[] = [];
    await use(complaints);
    expect(complaints, 'what the browsers complained about').toEqual([]);
  },
  person: async ({ complaints }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (options) => {
      const context = await openBrowser(options);
      contexts.push(context);
      const page = context.pages()[0] ?? (await context.newPage());
      listen(page, complaints);
      return page;
    });
    await Promise.all(contexts.map(closeQuietly));
  },
});

/** Closes a person's browser. A page may still be asking for a script that the test changes: it gets no answer. */
async function closeQuietly(context: BrowserContext): Promise<void> {
  for (const routed of [context, ...context.pages()])
    // Some tests have closed it by then.
    await routed.unrouteAll({ behavior: 'ignoreErrors' }).catch(() => undefined);
  await context.close();
}

export { expect };

/** The browser's own complaints about a server that is gone or going. No page can prevent them. */
const AWAY =
  /ERR_CONNECTION_REFUSED|WebSocket handshake: (?:Unexpected response code: 503|net::ERR_CONNECTION_RESET)|WebSocket.*Connection closed before receiving a handshake response/;

/** Collects errors and complaints of a page. */
function listen(page: Page, complaints: string[]): void {
  page.on('pageerror', ({ stack, name, message }) => {
    // An exception of the browser's own has no stack.
    complaints.push(stack === undefined || stack === '' ? `${name}: ${message}` : stack);
  });
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    if (AWAY.test(message.text())) return;
    complaints.push(message.text());
  });
}

/** The files for `setInputFiles`: paths, or files that exist only here. */
type Chosen = Parameters<ReturnType<Page['getByTestId']>['setInputFiles']>[0];

/** Shares files on the sender's page, and returns the link. */
export async function share(
  page: Page,
  url: string,
  files: Chosen,
  input = 'file-input',
): Promise<string> {
  await page.goto(url);
  await page.getByTestId(input).setInputFiles(files);
  return linkOf(page);
}

/** The link that a sender's page shows. */
export async function linkOf(page: Page): Promise<string> {
  const shown = page.getByTestId('share-link');
  await expect(shown).toBeVisible();
  return shown.evaluate((element) =>
    element instanceof HTMLInputElement ? element.value : (element.textContent ?? ''),
  );
}

/** Opens what is rare on the sender's page: the speed limit, and stopping. */
export async function openMore(page: Page): Promise<void> {
  const more = page.locator('details.more').last();
  if ((await more.getAttribute('open')) === null) await more.locator('summary').click();
}

/** Opens the link and waits for the offer. After a failed attempt, the page tries again after some seconds. */
export async function open(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await expect(page.getByTestId('accept')).toBeEnabled();
}

/** Waits until a page's delivery is in this state. */
export async function reach(page: Page, state: string, timeout = PATIENCE): Promise<void> {
  await expect(page.getByTestId('delivery')).toHaveAttribute('data-state', state, { timeout });
}

/** Accepts, waits for the end, and returns the browser's download. */
export async function accept(page: Page, timeout = PATIENCE): Promise<Download> {
  const download = page.waitForEvent('download', { timeout });
  await page.getByTestId('accept').click();
  await reach(page, 'complete', timeout);
  // Several files need a click. A single one is saved automatically.
  const save = page.getByRole('button', { name: 'Save as ZIP', exact: true });
  if (await save.isVisible()) await save.click();
  return download;
}

/** The code of the failure that a page shows. */
export async function failureOf(page: Page): Promise<string | null> {
  await reach(page, 'failed');
  return page.getByTestId('failure').getAttribute('data-code');
}
