import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { describe, expect, inject, onTestFinished, test } from 'vitest';

import { ensureBrowser } from '../../scripts/lib/browser.mjs';
import { root } from '../../scripts/lib/root.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { openBrowser } from '../e2e/support/browser.ts';
import { compile } from './compile.ts';
import { startInstalled } from './program.ts';
import { LOWEST_FASTIFY, LOWEST_TYPESCRIPT } from './ranges.ts';

const { newest: consumer } = inject('installed');

const PACKAGES = ['core', 'peer', 'signaling'];
const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  ...PACKAGES.map((n) => `packages/${n}/README.md`),
];
const DOM = ['dom', 'dom.iterable', 'dom.asynciterable'];

interface Block {
  readonly document: string;
  readonly language: string;
  readonly code: string;
}

const textOf = (document: string): string => readFileSync(join(root, document), 'utf8');

const blocks: readonly Block[] = DOCUMENTS.flatMap((document) =>
  [...textOf(document).matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', code = '']) => ({ document, language, code }),
  ),
);

const programs = blocks
  .filter(({ language }) => language !== 'sh')
  .map(({ document, language, code }, n) => {
    mkdirSync(join(consumer, 'examples'), { recursive: true });
    const file = `examples/example-${n}.${language}`;
    writeFileSync(join(consumer, file), code);
    return { document, file, code };
  });

const programOf = (document: string) => programs.find((program) => program.document === document)!;

/** The JavaScript of a document's example, compiled by the consumer's TypeScript. Another test checks its types. */
async function emit(document: string): Promise<string> {
  const { file } = programOf(document);
  const options = {
    lib: ['es2023', ...DOM],
    noCheck: true,
    noEmit: false,
    outDir: 'built',
    rootDir: '.',
  };
  expect(await compile(consumer, [file], options)).toEqual([]);
  return join(consumer, 'built', file.replace(/ts$/, 'js'));
}

test('every block is a program or shell commands, and every README has a program', () => {
  expect(new Set(blocks.map(({ language }) => language))).toEqual(new Set(['ts', 'js', 'sh']));
  const documents = new Set(programs.map(({ document }) => document));
  expect([...documents].toSorted()).toEqual(
    DOCUMENTS.filter((d) => d !== 'CONTRIBUTING.md').toSorted(),
  );
});

test('every program is well typed', async () => {
  const files = programs.map(({ file }) => file);
  const options = { lib: ['es2023', ...DOM], types: ['node'], allowJs: true, checkJs: true };
  expect(await compile(consumer, files, { ...options, skipLibCheck: true })).toEqual([]);
});

test.each(['README.md', 'packages/core/README.md'])(
  '%s: the example copies bytes',
  async (document) => {
    const { copy } = (await import(pathToFileURL(await emit(document)).href)) as {
      readonly copy: (source: Uint8Array) => Uint8Array;
    };
    const source = Uint8Array.from({ length: 3_000_001 }, (_, n) => (n * n) % 251);
    expect(Buffer.from(copy(source)).equals(source)).toBe(true);
  },
);

test('packages/signaling/README.md: the example listens, and takes a socket', async () => {
  const { code } = programOf('packages/signaling/README.md');
  const ending = `
    import { once } from 'node:events';
    import { WebSocket } from 'ws';
    const { port } = app.server.address();
    const socket = new WebSocket(\`ws://127.0.0.1:\${port}/signal\`, { origin: 'https://files.example' });
    await once(socket, 'open');
    socket.terminate();
    await app.close();
    console.log('taken');`;
  expect(code).toContain('port: 8080');
  writeFileSync(join(consumer, 'server.js'), code.replace('port: 8080', 'port: 0') + ending);
  const result = await run(process.execPath, ['server.js'], { cwd: consumer, quiet: true });
  expect(result).toEqual({ code: 0, output: 'taken\n' });
});

/** Bundles an example for a page, with its exports in a global variable. */
async function bundle(entry: string): Promise<string> {
  const result = await build({
    root: consumer,
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, lib: { entry, name: 'example', formats: ['iife'] } },
  });
  const [first] = [result].flat();
  if (first === undefined || !('output' in first)) throw new Error('nothing was bundled');
  return first.output[0].code;
}

test('packages/peer/README.md: the example receives the bytes that it shares', async () => {
  const code = await bundle(await emit('packages/peer/README.md'));
  const url = await startInstalled(consumer);
  const browser = await openBrowser({ executablePath: await ensureBrowser() });
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  await page.goto(`${url}/healthz`);
  const received = await page.evaluate(`(async () => {
    ${code}
    const bytes = Uint8Array.from({ length: 3000001 }, (_, n) => (n * n) % 251);
    const link = example.share(new File([bytes], 'burrito.bin'), '${url.replace('http', 'ws')}/signal');
    const got = await example.receive(link, '${url.replace('http', 'ws')}/signal');
    return [got.length, got.every((byte, n) => byte === bytes[n])];
  })()`);
  expect(received).toEqual([3_000_001, true]);
});

describe('lines of a shell', () => {
  const lines = blocks
    .filter(({ language }) => language === 'sh')
    .flatMap(({ document, code }) =>
      code.split('\n').flatMap((line) => {
        const command = line.replace(/\s+#.*$/, '').trim();
        return command === '' ? [] : [{ document, command }];
      }),
    );
  const { scripts } = JSON.parse(textOf('package.json')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const variables = new Set(
    [...textOf('packages/signaling/README.md').matchAll(/`([A-Z][A-Z_]+)`/g)].map(
      ([, name]) => name,
    ),
  );

  test.each(lines)('$document: $command', ({ command }) => {
    const [, set = '', rest = ''] = /^((?:[A-Z_]+=(?:'[^']*'|\S*)\s+)*)(.*)$/.exec(command) ?? [];
    for (const [, name] of set.matchAll(/(?:^|\s)([A-Z_]+)=/g)) expect(variables).toContain(name);
    const [program, verb = '', ...names] = rest.split(/\s+/);
    if (program === 'npm' && verb === 'install') {
      for (const name of names) expect(existsSync(join(consumer, 'node_modules', name))).toBe(true);
    } else if (program === 'npm') {
      expect(Object.keys(scripts)).toContain(verb === 'run' ? names[0] : verb);
    } else {
      expect(program).toBe('npx');
      const bins = [join(consumer, 'node_modules', '.bin'), join(root, 'node_modules', '.bin')];
      expect(bins.some((folder) => existsSync(join(folder, verb)))).toBe(true);
    }
  });
});

test('READMEs and manifests name the tested versions', () => {
  const typescript = `TypeScript ${LOWEST_TYPESCRIPT.replace(/\.\d+$/, '')}`;
  for (const name of PACKAGES) expect(textOf(`packages/${name}/README.md`)).toContain(typescript);
  const fastify = `Fastify ${LOWEST_FASTIFY.replace(/\.\d+$/, '')}`;
  expect(textOf('packages/signaling/README.md')).toContain(fastify);
});
