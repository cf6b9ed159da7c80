// Drives Firefox by WebDriver BiDi.

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { TestInfo } from '@playwright/test';
import { launch, type Browser, type ElementHandle } from 'puppeteer-core';

import { test as base } from '../../e2e/support/app.ts';
import { findProgram, need } from '../../netlab/needs.ts';

/** Milliseconds, enough for a busy machine. */
const PATIENCE = 120_000;

/** A page in a Firefox of its own. */
export interface FirefoxPage {
  /** Goes to a page. Answers a question whether to leave the current one with yes. */
  open(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Shares a file by the input, and returns the link. */
  shareFile(url: string, path: string): Promise<string>;
  /** Shares a folder, and returns the link. `paths` maps each file's place in the folder to its path on the disk. */
  shareFolder(url: string, paths: ReadonlyMap<string, string>): Promise<string>;
  /** Presses a button once it is enabled. */
  press(testId: string): Promise<void>;
  /** Waits until the delivery is in this state. */
  reach(state: string): Promise<void>;
  /** Waits until this many bytes are written and hashed. */
  arrived(bytes: number): Promise<void>;
  /** The text of an element, once it exists. */
  textOf(testId: string): Promise<string>;
  /** Resolves with the path of the next download once it has succeeded. Call it before the download begins. */
  download(): Promise<string>;
}

interface Fixtures {
  readonly firefox: FirefoxPage;
}

export const test = base.extend<Fixtures>({
  firefox: async ({ complaints }, use, info) => {
    const executablePath = process.env['FIREFOX_PATH'] ?? findProgram('firefox-esr', 'firefox');
    need(info, executablePath === undefined ? 'there is no Firefox on this machine' : undefined);
    const downloads = await mkdtemp(join(tmpdir(), 'burritoshare-downloads-'));
    const browser = await start(executablePath ?? '', downloads, info);
    try {
      await use(await createPage(browser, complaints));
    } finally {
      await browser.close();
      await rm(downloads, { recursive: true, force: true });
    }
  },
});

function start(executablePath: string, downloads: string, info: TestInfo): Promise<Browser> {
  return launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    timeout: PATIENCE,
    protocolTimeout: info.timeout,
    extraPrefsFirefox: {
      // Both browsers are on this machine, and the test must not depend on multicast DNS.
      'media.peerconnection.ice.loopback': true,
      'media.peerconnection.ice.obfuscate_host_addresses': false,
      'browser.download.folderList': 2,
      'browser.download.dir': downloads,
    },
  });
}

async function createPage(browser: Browser, complaints: string[]): Promise<FirefoxPage> {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.on('dialog', (dialog) => void dialog.accept());
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warn') complaints.push(message.text());
  });
  const find = (selector: string) => page.waitForSelector(selector);
  const linkOf = async () =>
    (await find(byId('share-link')))?.evaluate((element) =>
      element instanceof HTMLInputElement ? element.value : element.textContent,
    );
  const found = <Value>(value: Value | null | undefined): Value => {
    if (value === null || value === undefined) throw new Error('the element has gone');
    return value;
  };
  return {
    async open(url) {
      await page.goto(url);
    },
    async reload() {
      await page.reload();
    },
    async shareFile(url, path) {
      await page.goto(url);
      const input = found(await find(byId('file-input'))) as ElementHandle<HTMLInputElement>;
      await input.uploadFile(path);
      return found(await linkOf());
    },
    async shareFolder(url, paths) {
      await page.goto(url);
      const input = found(await find(byId('folder-input'))) as ElementHandle<HTMLInputElement>;
      await input.evaluate(takeFolder, [...paths.keys()]);
      await input.uploadFile(...paths.values());
      return found(await linkOf());
    },
    async press(testId) {
      await found(await find(`${byId(testId)}:enabled`)).click();
    },
    async reach(state) {
      await find(`${byId('delivery')}[data-state="${state}"]`);
    },
    async arrived(bytes) {
      await page.waitForFunction(
        (selector, least) =>
          Number(document.querySelector<HTMLElement>(selector)?.dataset['bytes']) >= least,
        { polling: 'mutation' },
        byId('progress'),
        bytes,
      );
    },
    async textOf(testId) {
      return found(await find(byId(testId))).evaluate((element) => element.textContent ?? '');
    },
    download: () => downloadIn(browser),
  };
}

function byId(testId: string): string {
  return `[data-testid="${testId}"]`;
}

/** The protocol connection below Puppeteer, for calls that it has no methods for. */
interface Bidi extends NodeJS.EventEmitter {
  send(method: string, params: object): Promise<{ readonly result: unknown }>;
}

function wireOf(browser: Browser): Bidi {
  return (browser as unknown as { readonly connection: Bidi }).connection;
}

async function downloadIn(browser: Browser): Promise<string> {
  const END = 'browsingContext.downloadEnd';
  const bidi = wireOf(browser);
  await bidi.send('session.subscribe', { events: [END] });
  const [end] = (await once(bidi, END)) as [{ status: string; filepath?: string }];
  if (end.filepath === undefined) throw new Error(`the download ended as ${end.status}`);
  return end.filepath;
}

/**
 * The dialog for choosing a folder belongs to the system and can't be driven. So this builds its result from the files:
 * the same files, with their places in the folder.
 */
function takeFolder(input: HTMLInputElement, places: readonly string[]): void {
  input.removeAttribute('webkitdirectory');
  input.multiple = true;
  const place = (): void => {
    for (const [index, file] of [...(input.files ?? [])].entries())
      Object.defineProperty(file, 'webkitRelativePath', { value: places[index] });
  };
  document.addEventListener('change', place, { capture: true, once: true });
}
