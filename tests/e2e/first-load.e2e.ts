import { expect, open, share, test } from './support/app.ts';

/** Bytes of code, styles and markup that may come before a receiver sees the offer, as they are sent. */
const FIRST_LOAD_MAX = 150_000;

test('a receiver waits for less than 150 kB of code', async ({ server, person }) => {
  const [sender, receiver] = [await person(), await person()];
  const file = { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a') };
  const link = await share(sender, server.url, file);

  const loads = new Map<string, Promise<number>>();
  receiver.on('requestfinished', (request) => {
    if (!['document', 'script', 'stylesheet'].includes(request.resourceType())) return;
    const size = request.sizes().then(({ responseBodySize }) => responseBodySize);
    loads.set(new URL(request.url()).pathname, size);
  });
  await open(receiver, link);

  const sizes = await Promise.all(loads.values());
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`First load: ${(total / 1000).toFixed(1)} kB (${[...loads.keys()].join(', ')})`);
  expect([...loads.keys()].filter((path) => /\/index-.*\.(?:js|css)$/.test(path))).toHaveLength(2);
  expect(total).toBeLessThan(FIRST_LOAD_MAX);
});
