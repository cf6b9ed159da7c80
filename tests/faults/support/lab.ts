import { spawn } from 'node:child_process';

import { test as base, type BrowserContext } from '@playwright/test';

import { patchWorker } from '../../e2e/support/worker-script.ts';
import { createLab, type Lab, type Nat } from '../../netlab/lab.ts';
import type { LinkOptions } from '../../netlab/link.ts';
import { missingForLab, missingForLink, need } from '../../netlab/needs.ts';
import { createServer, openPerson, type LabServer, type Person } from '../../netlab/people.ts';

/**
 * The rate of each outer host's link, each way: slow enough to catch a delivery in the middle, fast enough to wait for.
 */
const RATE = '80mbit';

interface Fixtures {
  readonly lab: Lab;
  readonly server: LabServer;
  readonly sender: Person;
  readonly receiver: Person;
  /** Bytes that all the sender's pages have given to bulk channels so far. */
  readonly sent: { readonly bytes: number };
}

interface Options {
  /** `test.use({ nat })` puts both people behind routers, with a STUN server in between. */
  readonly nat: Nat | undefined;
  /** `test.use({ link })` puts a long link between the sender and everyone else. */
  readonly link: LinkOptions | undefined;
}

export const test = base.extend<Fixtures & Options & { readonly tally: { bytes: number } }>({
  nat: [undefined, { option: true }],
  link: [undefined, { option: true }],
  lab: async ({ nat, link }, use, info) => {
    const programs = nat === undefined ? [] : ['nft', 'turnserver'];
    need(info, await (link === undefined ? missingForLab(...programs) : missingForLink()));
    const lab = await createLab({ rate: link === undefined ? RATE : undefined, link, nat });
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
  sender: async ({ lab, server, tally }, use) => {
    const person = await openPerson(lab.sender, server, (context) => countBulk(context, tally));
    await use(person);
    await person.close();
  },
  receiver: async ({ lab, server }, use) => {
    const person = await openPerson(lab.receiver, server);
    await use(person);
    await person.close();
  },
});

/** Starts coturn as a STUN server, and returns its URL. It ends with the lab, like everything on its hosts. */
function startStun(lab: Lab): string {
  const { namespace, address } = lab.middle;
  const flags = '-n --stun-only --no-tls --no-dtls --no-cli --log-file stdout --pidfile /dev/null';
  const program = ['turnserver', ...flags.split(' '), '-L', address];
  spawn('ip', ['netns', 'exec', namespace, ...program], { stdio: 'ignore' });
  return `stun:${address}:3478`;
}

// Counts in the test's own process, since pages die in these tests. It patches the worker that reads files, where the
// channels are.
async function countBulk(context: BrowserContext, tally: { bytes: number }): Promise<void> {
  await context.exposeBinding('countBulk', (_, bytes: number) => {
    tally.bytes += bytes;
  });
  await context.addInitScript(() => {
    const { countBulk: report } = globalThis as unknown as {
      readonly countBulk: (bytes: number) => Promise<void>;
    };
    new BroadcastChannel('bulk').onmessage = ({ data }: MessageEvent<number>) => void report(data);
  });
  await patchWorker(
    context,
    'source',
    `{
      const counted = new BroadcastChannel('bulk');
      const send = RTCDataChannel.prototype.send;
      let unreported = 0;
      RTCDataChannel.prototype.send = function (data) {
        unreported += data.byteLength;
        if (unreported >= 1024 * 1024) {
          counted.postMessage(unreported);
          unreported = 0;
        }
        send.call(this, data);
      };
    }`,
  );
}
