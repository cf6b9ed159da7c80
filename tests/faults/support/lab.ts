import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { test as base, type BrowserContext, type Page } from '@playwright/test';
import { openBrowser } from '../../e2e/support/browser.ts';
import { createLab, type Host, type Lab, type Nat } from '../../netlab/lab.ts';
import { missingForLab, need } from './needs.ts';

const MAIN = fileURLToPath(new URL('../../../packages/signaling/dist/main.js', import.meta.url));
const PORT = 8080;

/** Each way of each outer host's link: slow enough to be met in the middle, fast enough to wait for. */
const RATE = '80mbit';

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
}

interface Fixtures {
  readonly lab: Lab;
  readonly server: LabServer;
  readonly sender: Person;
  readonly receiver: Person;
  /** Bytes that the sender's pages have handed to bulk channels so far, in all of their lives. */
  readonly sent: { readonly bytes: number };
}

interface Options {
  /** `test.use({ nat })` puts both people behind routers, with a STUN server in between. */
  readonly nat: Nat | undefined;
}

export const test = base.extend<Fixtures & Options & { readonly tally: { bytes: number } }>({
  nat: [undefined, { option: true }],
  lab: async ({ nat }, use, info) => {
    const programs = nat === undefined ? [] : ['nft', 'turnserver'];
    need(info, await missingForLab(...programs));
    const lab = await createLab({ rate: RATE, nat });
    await use(lab);
    await lab.dispose();
  },
  server: async ({ lab, nat }, use) => {
    const stun = nat === undefined ? undefined : startStun(lab);
    const server = createServer(lab, stun);
    await server.start();
    await use(server);
    await server.kill();
  },
  tally: async ({}, use) => use({ bytes: 0 }),
  sent: async ({ tally }, use) => use(tally),
  sender: async ({ lab, server, tally }, use) => usePerson(lab.sender, server, use, tally),
  receiver: async ({ lab, server }, use) => usePerson(lab.receiver, server, use),
});

/** Starts coturn as a STUN server, and gives its URL. It ends with the lab, as everything on its hosts does. */
function startStun(lab: Lab): string {
  const { namespace, address } = lab.middle;
  const flags = '-n --stun-only --no-tls --no-dtls --no-cli --log-file stdout --pidfile /dev/null';
  const program = ['turnserver', ...flags.split(' '), '-L', address];
  spawn('ip', ['netns', 'exec', namespace, ...program], { stdio: 'ignore' });
  return `stun:${address}:3478`;
}

function createServer(lab: Lab, stun: string | undefined): LabServer {
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

async function usePerson(
  host: Host,
  server: LabServer,
  use: (person: Person) => Promise<void>,
  tally?: { bytes: number },
): Promise<void> {
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
      if (tally !== undefined) await countBulk(context, tally);
      page = context.pages()[0] ?? (await context.newPage());
    },
    async kill() {
      const closed = once(context as unknown as NodeJS.EventEmitter, 'close');
      await host.signal('SIGKILL');
      await closed;
    },
  };
  await person.start();
  await use(person);
  await host.signal('SIGCONT');
  await context?.close();
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
}

// Counts in the test's own process, since pages die in these tests.
async function countBulk(context: BrowserContext, tally: { bytes: number }): Promise<void> {
  await context.exposeBinding('countBulk', (_, bytes: number) => {
    tally.bytes += bytes;
  });
  await context.addInitScript(() => {
    const REPORT = 1024 * 1024;
    let unreported = 0;
    const { countBulk: report } = globalThis as unknown as {
      readonly countBulk: (bytes: number) => Promise<void>;
    };
    const original = Object.getOwnPropertyDescriptor(RTCDataChannel.prototype, 'send');
    const send = original?.value as (this: RTCDataChannel, data: unknown) => void;
    RTCDataChannel.prototype.send = function (data: unknown) {
      if (data instanceof Uint8Array || data instanceof ArrayBuffer) unreported += data.byteLength;
      if (unreported >= REPORT) {
        void report(unreported);
        unreported = 0;
      }
      send.call(this, data);
    };
  });
}
