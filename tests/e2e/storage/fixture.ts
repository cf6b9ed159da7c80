import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test as base } from '@playwright/test';
import type { BrowserContext, Download, Page } from '@playwright/test';

import { openBrowser } from '../support/browser.ts';
import type { Manifest } from './bundle.ts';
import { startSite } from './site.ts';
import type { Site } from './site.ts';

/** A page's description of a kept delivery: bytes in hexadecimal, pieces by their ordinals. */
export interface Told {
  readonly id: string;
  readonly delivery: string;
  readonly token: string;
  readonly generation: number;
  readonly pieces: readonly number[];
  readonly leftOut: readonly { readonly first: number; readonly end: number }[];
  readonly bytes: number;
  readonly state: 'unfinished' | 'finished';
  readonly absent: readonly object[];
  readonly digest: string | undefined;
  readonly space: number;
  readonly changed: number;
  readonly isElsewhere?: boolean;
}

/** The functions of the test page, packages/web/test/storage/page.ts. */
interface Storage {
  probe(manifest: Manifest, delivery?: string): Promise<unknown>;
  accept(delivery?: string, generation?: number): Promise<unknown>;
  decline(): Promise<void> | undefined;
  open(delivery: string, manifest: Manifest, sink: object): Promise<unknown>;
  openInPart(
    delivery: string,
    manifest: Manifest,
    sink: object,
    choice: {
      readonly entries: number;
      readonly leftOut: readonly { readonly first: number; readonly end: number }[];
    },
  ): Promise<unknown>;
  readonly stored: number;
  store(delivery: string, first?: number, end?: number): Promise<unknown>;
  storeAgain(delivery: string, ordinal: number): Promise<unknown>;
  storeRest(delivery: string): Promise<void>;
  list(delivery: string): Promise<readonly (readonly [ordinal: number, leaf: string])[]>;
  forget(
    delivery: string,
    ranges: readonly { readonly first: number; readonly end: number }[],
  ): Promise<unknown>;
  recordGeneration(delivery: string, generation: number): Promise<void>;
  close(delivery: string): Promise<void>;
  listStored(): Promise<readonly Told[]>;
  openStored(id: string): Promise<Told | undefined>;
  renewStored(id: string): Promise<Told | undefined>;
  discardStored(id: string): Promise<boolean>;
  storedHashes(
    id: string,
  ): Promise<readonly (readonly [ordinal: number, sha256: string])[] | undefined>;
  damage(
    id: string,
    name: 'record.json' | 'journal' | 'data',
    how: 'cut' | 'flip',
    at: number,
  ): Promise<void>;
  seal(delivery: string, failedFiles: readonly object[]): Promise<string>;
  saveZeros(manifest: Manifest): Promise<unknown>;
  save(delivery: string, method: 'download' | 'folder'): Promise<unknown>;
  discard(delivery: string): Promise<void>;
  removeLeftovers(): Promise<readonly string[]>;
  readonly sinkScenarios: readonly string[];
  runSinkScenario(name: string): Promise<string | undefined>;
  tree(): Promise<readonly (readonly [path: string, sha256: string])[]>;
  refuseNames(others: readonly string[]): void;
  putInChosen(path: string, text: string): Promise<void>;
  chosen(): unknown;
  loadChosen(manifest: Manifest): Promise<unknown>;
  loadChosenInTwo(manifest: Manifest): void;
  resume(): void;
  readonly result: Promise<unknown>;
  dropped(): Promise<unknown> | undefined;
}

declare global {
  interface Window {
    readonly storage: Storage;
  }
}

interface Fixtures {
  /** Opens the test page again, in this or another browser. */
  readonly openPage: (context: BrowserContext) => Promise<Page>;
  /** The browser's complaints about the pages. A test removes those that it expects. */
  readonly complaints: string[];
  /** The test's own folder on the disk. */
  readonly folder: string;
}

/** A test whose `page` is the test page, in a browser with a profile on the disk. */
export const test = base.extend<Fixtures, { readonly site: Site }>({
  site: [
    async ({}, use) => {
      const site = await startSite();
      await use(site);
      await site.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  complaints: async ({}, use) => {
    const complaints: string[] = [];
    await use(complaints);
    expect(complaints).toEqual([]);
  },
  openPage: async ({ site, complaints }, use) => {
    await use(async (context) => {
      const page = await context.newPage();
      page.on('pageerror', ({ message }) => complaints.push(message));
      page.on('console', (line) => {
        if (line.type() === 'error') complaints.push(line.text());
      });
      await page.goto(site.url);
      await page.waitForFunction(() => 'storage' in window);
      return page;
    });
  },
  context: async ({}, use) => {
    const context = await openBrowser();
    await use(context);
    await context.close();
  },
  page: async ({ context, openPage }, use) => {
    await use(await openPage(context));
  },
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'storage-'));
    await use(folder);
    await rm(folder, { recursive: true });
  },
});

/** The choice for `SinkFactory.open`. */
export const PRIVATE = { kind: 'private', persistent: false };

/** Receives a bundle into the page's private file system. Returns `open stored` and the digest. */
export function receive(
  page: Page,
  manifest: Manifest,
  failed: readonly number[] = [],
): Promise<string> {
  const failedFiles = failed.map((index) => ({ file: index, code: 'source.changed' }));
  return page.evaluate(
    async (given) => {
      const steps = [
        await window.storage.open('one', given.manifest, given.sink),
        await window.storage.store('one'),
      ];
      return `${steps.join(' ')} ${await window.storage.seal('one', given.failedFiles)}`;
    },
    { manifest, failedFiles, sink: PRIVATE },
  );
}

/** Saves the received files as a download, and reads it. */
export async function download(
  page: Page,
): Promise<{ readonly bytes: Buffer; readonly download: Download }> {
  const [started, outcome] = await Promise.all([
    page.waitForEvent('download'),
    page.evaluate(() => window.storage.save('one', 'download')),
  ]);
  expect(outcome).toBe('started');
  return { bytes: await readFile(await started.path()), download: started };
}
