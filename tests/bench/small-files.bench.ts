import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { open, share, test } from '../e2e/support/app.ts';
import { writeTree } from '../e2e/support/files.ts';
import { timeDelivery } from './support/delivery.ts';
import { report } from './support/report.ts';
import { ROUNDS, scaled } from './support/scale.ts';

const FILE_BYTES = 4096;

test('small-files', async ({ server, person }, info) => {
  const count = scaled(10_000);
  const folder = info.outputPath('tree');
  const many = Array.from({ length: count }, (_, index): [string, Buffer] => [
    `many/${index % 100}/${index}.bin`,
    randomBytes(FILE_BYTES),
  ]);
  await writeTree(folder, new Map(many));
  await writeTree(folder, new Map([['one/all.bin', Buffer.concat(many.map(([, data]) => data))]]));

  const rates: Record<string, number[]> = { many: [], one: [] };
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, measured] of Object.entries(rates)) {
      const [sender, receiver] = [await person(), await person()];
      await open(receiver, await share(sender, server.url, join(folder, name), 'folder-input'));
      const { seconds } = await timeDelivery(receiver, 10 * 60_000);
      measured.push((count * FILE_BYTES) / 1e6 / seconds);
      for (const page of [sender, receiver]) await page.context().close();
    }
  report('small-files', 'the same bytes in one file', [
    {
      what: `${count} files of 4 KiB`,
      unit: 'MB/s',
      measured: rates['many']!,
      reference: rates['one']!,
      goal: { ratio: 0.8, is: 'at least' },
    },
  ]);
});
