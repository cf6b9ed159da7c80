import { accept, expect, open, share, test } from '../support/app.ts';
import { startWeighingServer } from '../support/weighing-server.ts';

/** Bytes of everything that a receiver's browser fetches, as they are sent, without the heads of the answers. */
const FIRST_LOAD_MAX = 150_000;

/** Bytes of the display face, in its one weight. */
const DISPLAY_FACE_MAX = 15_000;

const FILE = { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a') };

test('a receiver fetches less than 150 kB, workers and fonts included, each once', async ({
  server,
  person,
}) => {
  const weighing = await startWeighingServer(server.url);
  try {
    const [sender, receiver] = [await person(), await person()];
    const link = await share(sender, server.url, FILE);
    await open(receiver, link.replace(server.url, weighing.url));
    // Wait until a file has arrived, so that code which is loaded after the click counts too.
    await accept(receiver);

    const { weights } = weighing;
    const paths = weights.map(({ path }) => path);
    const body = weights.reduce((sum, weight) => sum + weight.body, 0);
    const head = weights.reduce((sum, weight) => sum + weight.head, 0);
    for (const weight of weights.toSorted((a, b) => b.body - a.body))
      console.log(`${(weight.body / 1000).toFixed(1).padStart(7)} kB  ${weight.path}`);
    console.log(
      `First load: ${(body / 1000).toFixed(1)} kB and ${(head / 1000).toFixed(1)} of headers`,
    );
    for (const kind of [
      /index-.*\.js$/,
      /\.css$/,
      /inflow\.worker.*\.js$/,
      /sink\.worker.*\.js$/,
      /figtree.*\.woff2$/,
      /bricolage.*\.woff2$/,
    ])
      expect(
        paths.filter((path) => kind.test(path)),
        String(kind),
      ).toHaveLength(1);
    const display = weights.find(({ path }) => path.includes('bricolage'));
    expect(display?.body, 'the display face').toBeLessThanOrEqual(DISPLAY_FACE_MAX);
    expect(new Set(paths).size, 'nothing is fetched twice').toBe(paths.length);
    expect(body).toBeLessThan(FIRST_LOAD_MAX);
  } finally {
    await weighing.stop();
  }
});

test('the page’s words about the program link to the licences of everything in it', async ({
  server,
  person,
}) => {
  const page = await person();
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Source' }).click();
  const link = page.getByRole('link', { name: 'works of others, with their licences' });
  const path = (await link.getAttribute('href')) ?? '';
  const text = await (await page.request.get(new URL(path, server.url).href)).text();
  for (const name of [
    'preact',
    'xstate',
    '@noble/curves',
    'lucide-react',
    'idb',
    'valibot',
    'pdfjs-dist',
  ])
    expect(text).toMatch(new RegExp(`^${name} \\d`, 'm'));
  expect(text).toContain('SIL OPEN FONT LICENSE');
});
