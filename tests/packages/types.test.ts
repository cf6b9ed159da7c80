import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';

import { compile } from './compile.ts';
import { LOWEST_TYPESCRIPT } from './ranges.ts';

const installed = inject('installed');

const ENTRIES = ['core', 'core/testing', 'peer', 'peer/engines', 'peer/storage'];
const OF_THE_WEB = [...ENTRIES, 'peer/testing'];
const OF_NODE = [...OF_THE_WEB, 'signaling'];

const DOM = ['dom', 'dom.iterable', 'dom.asynciterable'];

/** A program that imports everything from some entries. */
function consume(consumer: string, name: string, entries: readonly string[]): string {
  const file = `${name}.ts`;
  const lines = entries.map((entry, n) => `export * as e${n} from '@burritoshare/${entry}';\n`);
  writeFileSync(join(consumer, file), lines.join(''));
  return file;
}

describe.each(['newest', 'lowest'] as const)('with the %s TypeScript', (end) => {
  const consumer = installed[end];

  test('all declarations compile in a program of a page', async () => {
    const file = consume(consumer, 'page', OF_THE_WEB);
    const options = { lib: ['es2023', ...DOM], skipLibCheck: false };
    expect(await compile(consumer, [file], options)).toEqual([]);
  });

  test('all declarations compile in a program of Node that has the DOM’s library', async () => {
    const file = consume(consumer, 'node', OF_NODE);
    const options = { lib: ['es2023', ...DOM], types: ['node'], skipLibCheck: true };
    expect(await compile(consumer, [file], options)).toEqual([]);
  });

  test('core and peer compile without the DOM’s library', async () => {
    const file = consume(consumer, 'bare', ENTRIES);
    expect(await compile(consumer, [file], { lib: ['es2023'], skipLibCheck: true })).toEqual([]);
    // The declarations of XState name AbortSignal, those of Valibot name Blob and File.
    const own = /^node_modules\/(?:xstate\/.*'AbortSignal'|valibot\/.*'(?:Blob|File)')/;
    const errors = await compile(consumer, [file], { lib: ['es2023'], skipLibCheck: false });
    expect(errors.filter((error) => !own.test(error))).toEqual([]);
  });
});

test('the lowest TypeScript is the one that the READMEs name', () => {
  const manifest = join(installed.lowest, 'node_modules', 'typescript', 'package.json');
  expect(JSON.parse(readFileSync(manifest, 'utf8'))).toMatchObject({ version: LOWEST_TYPESCRIPT });
});
