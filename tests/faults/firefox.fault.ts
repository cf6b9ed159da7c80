// Deliveries between browsers of different makers, on one machine.

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { accept, expect, open, reach, share } from '../e2e/support/app.ts';
import { sha256, writeRandom, writeTree } from '../e2e/support/files.ts';
import { unzip } from '../e2e/storage/unzip.ts';
import { test } from './support/firefox.ts';

const MEBIBYTE = 1024 * 1024;
const SIZE = 50;
const PATIENCE = 120_000;

const TREE: ReadonlyMap<string, Buffer> = new Map([
  ['trip/notes.txt', Buffer.from('a first line\n')],
  ['trip/nothing', Buffer.alloc(0)],
  ['trip/Größe/楽譜 🌯.bin', randomBytes(3 * MEBIBYTE + 7)],
  ['trip/Größe/deep/down.bin', randomBytes(100_000)],
]);

/** The files in a ZIP, to compare. */
async function contentsOf(path: string): Promise<Record<string, string>> {
  const files = unzip(await readFile(path)).filter(({ name }) => !name.endsWith('/'));
  return hexOf(files.map(({ name, bytes }) => [name, bytes]));
}

function hexOf(files: Iterable<readonly [string, Buffer]>): Record<string, string> {
  return Object.fromEntries(
    [...files].map(([name, bytes]) => [name.normalize('NFC'), bytes.toString('hex')]),
  );
}

test('Chromium → Firefox: a file of 50 MiB', async ({ server, person, firefox }, info) => {
  const source = await writeRandom(info.outputPath('source.bin'), SIZE);
  const sender = await person();

  await firefox.open(await share(sender, server.url, source));
  const download = firefox.download();
  await firefox.press('accept');
  await firefox.reach('complete');

  await reach(sender, 'complete', PATIENCE);
  expect(await sha256(await download)).toBe(await sha256(source));
  expect(await firefox.textOf('receipt')).toBe(await sender.getByTestId('receipt').innerText());
});

test('Firefox → Chromium: a file of 50 MiB', async ({ server, person, firefox }, info) => {
  const source = await writeRandom(info.outputPath('source.bin'), SIZE);
  const receiver = await person();

  await open(receiver, await firefox.shareFile(server.url, source));
  const download = await accept(receiver, PATIENCE);

  await firefox.reach('complete');
  expect(await sha256(await download.path())).toBe(await sha256(source));
  expect(await firefox.textOf('receipt')).toBe(await receiver.getByTestId('receipt').innerText());
});

test('Chromium → Firefox: a folder', async ({ server, person, firefox }, info) => {
  await writeTree(info.outputPath(), TREE);
  const sender = await person();
  const folder = join(info.outputPath(), 'trip');

  await firefox.open(await share(sender, server.url, folder, 'folder-input'));
  const download = firefox.download();
  await firefox.press('accept');
  await firefox.reach('complete');
  await firefox.press('save');

  expect(await contentsOf(await download)).toEqual(hexOf(TREE));
  await reach(sender, 'complete', PATIENCE);
});

test('Firefox → Chromium: a folder', async ({ server, person, firefox }, info) => {
  await writeTree(info.outputPath(), TREE);
  const receiver = await person();

  const paths = new Map([...TREE.keys()].map((path) => [path, info.outputPath(path)]));
  await open(receiver, await firefox.shareFolder(server.url, paths));
  const download = await accept(receiver, PATIENCE);

  expect(await contentsOf(await download.path())).toEqual(hexOf(TREE));
  await firefox.reach('complete');
});

test('Firefox reloads in the middle of receiving, and resumes', async ({
  server,
  person,
  firefox,
}, info) => {
  const source = await writeRandom(info.outputPath('source.bin'), 2 * SIZE);
  const sender = await person();
  await firefox.open(await share(sender, server.url, source));
  await firefox.press('accept');
  await firefox.arrived(0.3 * 2 * SIZE * MEBIBYTE);

  await firefox.reload();

  await firefox.reach('interrupted');
  expect(await firefox.textOf('delivery')).toMatch(/[1-9]\d*\s?% is here/);
  const download = firefox.download();
  await firefox.press('accept');
  await firefox.reach('complete');
  await reach(sender, 'complete', PATIENCE);
  expect(await sha256(await download)).toBe(await sha256(source));
});
