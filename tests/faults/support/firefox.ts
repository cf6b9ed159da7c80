// Firefox, driven by WebDriver BiDi. What a person does in windows of the browser itself (choosing a folder)
// is done there, by scripts with the browser's own rights.

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { TestInfo } from '@playwright/test';
import { launch, type Browser, type ElementHandle } from 'puppeteer-core';

import { test as base } from '../../e2e/support/app.ts';
import { findProgram, need } from './needs.ts';

/** Patience with a machine that has other things to do. */
const PATIENCE = 120_000;

/** A page in a Firefox of its own. */
export interface FirefoxPage {
  /** Leaves the page in front; a question whether to leave is answered with yes. */
  open(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Shares a file by the input, and gives the link. */
  shareFile(url: string, path: string): Promise<string>;
  /** Shares a folder by the browser's folder dialog, and gives the link. */
  shareFolder(url: string, path: string): Promise<string>;
  /** Presses a button once it can be pressed. */
  press(testId: string): Promise<void>;
  /** Waits until the delivery has come to this state. */
  reach(state: string): Promise<void>;
  /** Waits until this many bytes are written and hashed. */
  arrived(bytes: number): Promise<void>;
  /** The text of an element, once it is there. */
  textOf(testId: string): Promise<string>;
  /** The path of the next download, when it has ended well. Ask before it begins. */
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
    // For scripts in the browser's own windows.
    args: ['--remote-allow-system-access'],
    extraPrefsFirefox: {
      // Both browsers are on this machine, and nothing of it may depend on multicast DNS.
      'media.peerconnection.ice.loopback': true,
      'media.peerconnection.ice.obfuscate_host_addresses': false,
      'browser.download.folderList': 2,
      'browser.download.dir': downloads,
      // Buttons of dialogs take no press in the first second otherwise.
      'security.dialog_enable_delay': 0,
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
    async shareFolder(url, path) {
      await page.goto(url);
      await answerFolderDialogs(browser, path);
      await found(await find('::-p-text(Choose a folder)')).click();
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

/** The wire beneath Puppeteer, for what it has no methods for. */
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

/** From now on whoever asks for a folder is given this one, and the question whether it is meant a yes. */
async function answerFolderDialogs(browser: Browser, path: string): Promise<void> {
  const bidi = wireOf(browser);
  const { result } = await bidi.send('browsingContext.getTree', { 'moz:scope': 'chrome' });
  const [window] = (result as { contexts: { context: string }[] }).contexts;
  const answer = await bidi.send('script.callFunction', {
    target: { context: window?.context },
    functionDeclaration: ANSWER_FOLDER_DIALOGS,
    arguments: [{ type: 'string', value: path }],
    awaitPromise: false,
  });
  const { type } = answer.result as { type: string };
  if (type !== 'success') throw new Error(JSON.stringify(answer.result));
}

// Firefox's interfaces, which TypeScript doesn't know.
const ANSWER_FOLDER_DIALOGS = `(path) => {
  const folder = Components.classes['@mozilla.org/file/local;1'].createInstance(Ci.nsIFile);
  folder.initWithPath(path);
  const picker = {
    QueryInterface: ChromeUtils.generateQI(['nsIFilePicker']),
    init() {},
    appendFilters() {},
    file: folder,
    open(callback) {
      Services.tm.dispatchToMainThread(() => callback.done(Ci.nsIFilePicker.returnOK));
    },
  };
  const factory = {
    QueryInterface: ChromeUtils.generateQI(['nsIFactory']),
    createInstance: (id) => picker.QueryInterface(id),
  };
  Components.manager
    .QueryInterface(Ci.nsIComponentRegistrar)
    .registerFactory(
      Components.ID(Services.uuid.generateUUID().toString()),
      'a folder that is chosen',
      '@mozilla.org/filepicker;1',
      factory,
    );
  Services.obs.addObserver(
    (dialog) => dialog.document.querySelector('dialog').acceptDialog(),
    'common-dialog-loaded',
  );
}`;
