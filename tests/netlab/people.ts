// The programs on a lab's hosts: the real server in the middle, and browsers on the others.

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

/** The server of a lab, which can be killed and started again. */
export interface LabServer {
  readonly url: string;
  start(): Promise<void>;
  /** Kills it without warning. */
  kill(): Promise<void>;
}

/** One person on one host: a browser that can be killed and started again with the same profile. */
export interface Person {
  readonly host: Host;
  readonly page: Page;
  /** Kills all processes of the browser at once, without warning. */
  kill(): Promise<void>;
  /** Starts it again with the same profile. */
  start(): Promise<void>;
  /** Ends it for good. */
  close(): Promise<void>;
}

/**
 * Creates the server on the host in the middle. It is not started yet.
 *
 * @param stun - URL of a STUN server, which the server passes to the pages.
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
 * @param prepare - called after each start of the browser, before there is a page.
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
        // Without HTTPS, browsers treat only localhost as secure.
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
