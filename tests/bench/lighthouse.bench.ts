import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import lighthouse from 'lighthouse';

import { share, test } from '../e2e/support/app.ts';
import { CHROMIUM_FLAGS } from '../e2e/support/browser.ts';
import { report } from './support/report.ts';
import { ROUNDS } from './support/scale.ts';

const FILE = { name: 'a.bin', mimeType: '', buffer: Buffer.alloc(1024 * 1024, 1) };

test('lighthouse', async ({ server, person }) => {
  const sender = await person();
  const link = await share(sender, server.url, FILE);
  const scores: number[] = [];
  for (let round = 0; round < ROUNDS; round++) scores.push(await scoreOf(link));
  report('lighthouse', 'the highest score; the receiver’s page, mobile profile', [
    {
      what: 'performance',
      unit: 'of 100',
      measured: scores,
      reference: scores.map(() => 100),
      goal: { ratio: 0.95, is: 'at least' },
    },
  ]);
});

/** Lighthouse's score of a page for performance, 0 to 100, in a browser that nobody has used. */
async function scoreOf(url: string): Promise<number> {
  const profile = await mkdtemp(join(tmpdir(), 'burritoshare-lighthouse-'));
  const browser = spawn(
    process.env['CHROMIUM_PATH'] ?? 'chromium',
    [
      ...CHROMIUM_FLAGS,
      '--headless=new',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const exited = once(browser, 'exit');
  try {
    const result = await lighthouse(url, {
      port: await portOf(browser.stderr),
      logLevel: 'error',
      onlyCategories: ['performance'],
    });
    const score = result?.lhr.categories['performance']?.score;
    if (typeof score !== 'number') throw new Error('Lighthouse gave no score');
    return 100 * score;
  } finally {
    browser.kill();
    await exited;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The port on which a browser is driven, which it writes once it listens. */
async function portOf(output: NodeJS.ReadableStream): Promise<number> {
  let text = '';
  for await (const data of output) {
    text += String(data);
    const port = /DevTools listening on ws:\/\/[^:]+:(\d+)\//.exec(text)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error(`the browser ended: ${text}`);
}
