// Who is on the hosts of a lab: the real server in the middle, and browsers on the others.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import type { BrowserContext, Page } from '@playwright/test';

import { openBrowser } from '../e2e/support/browser.ts';
import type { Host, Lab } from './lab.ts';

const MAIN = fileURLToPath(new URL('../../packages/signaling/dist/main.js', import.meta.url));
const PORT = 8080;

/** The server of a lab, which may die and come back. */
export interface LabServer {
  readonly url: string;
  start(): Promise<void>;
  /** Ends it without a word. */
  kill(): Promise<void>;
}

/** One person on one host: a browser that may be killed and started again on the same profile. */
export interface Person {
  readonly host: Host;
  readonly page: Page;
  /** Ends every process of the browser at once, without a word. */
  kill(): Promise<void>;
  /** Starts it again, with the profile that it had. */
  start(): Promise<void>;
  /** Ends it for good. */
  close(): Promise<void>;
}

/**
 * The server on the host in the middle, not yet started.
 *
 * @param stun - URL of a STUN server, which it tells the pages.
 */
export function createServer(lab: Lab, stun?: string): LabServer {
  const iceServers = JSON.stringify(stun === undefined ? [] : [{ urls: stun }]);
  let child: ChildProcess | undefined;
  return {
    url: `http://${lab.middle.address}:${PORT}`,
    async start() {
      const started = spawn('ip', ['netns', 'exec', lab.middle.namespace, process.execPath, MAIN], {
        env: {
          ...process.env,
          HOST: lab.middle.address,
          PORT: String(PORT),
          ROOMS_PER_HOUR: '1000',
          ICE_SERVERS: iceServers,
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      child = started;
      await once(started.stdout, 'data');
    },
    async kill() {
      if (child === undefined) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      child = undefined;
      await exited;
    },
  };
}

/**
 * Starts a person's browser.
 *
 * @param prepare - what each of its lives begins with, before there is a page.
 */
export async function openPerson(
  host: Host,
  server: LabServer,
  prepare: (context: BrowserContext) => Promise<void> = async () => {},
): Promise<Person> {
  const profile = await mkdtemp(join(tmpdir(), 'burritoshare-person-'));
  const executablePath = await host.launcher(process.env['CHROMIUM_PATH'] ?? 'chromium');
  let context: BrowserContext | undefined;
  let page: Page | undefined;
  const person: Person = {
    host,
    get page() {
      if (page === undefined) throw new Error('the browser is not running');
      return page;
    },
    async start() {
      context = await openBrowser({
        profile,
        executablePath,
        // Only localhost counts as secure without HTTPS.
        flags: [`--unsafely-treat-insecure-origin-as-secure=${server.url}`],
      });
      await prepare(context);
      page = context.pages()[0] ?? (await context.newPage());
    },
    async kill() {
      const closed = once(context as unknown as NodeJS.EventEmitter, 'close');
      await host.signal('SIGKILL');
      await closed;
    },
    async close() {
      await host.signal('SIGCONT');
      await context?.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  await person.start();
  return person;
}
