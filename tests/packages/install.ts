// Packs every published package, and installs the tarballs with npm into empty folders outside of the workspace, once
// for all tests here. So the tests see what a consumer gets.

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

import { readPackages } from '../../scripts/lib/packages.mjs';
import { root } from '../../scripts/lib/root.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { ensureBuilt } from '../../scripts/lib/workspace.mjs';
import { LOWEST_FASTIFY, LOWEST_TYPESCRIPT } from './ranges.ts';

/** Two consumers: one with the newest versions in the packages' ranges, one with the lowest. */
export interface Installed {
  readonly newest: string;
  readonly lowest: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    readonly installed: Installed;
  }
}

const CONSUMERS = {
  newest: ['xstate@5', 'fast-check@4', 'fastify@5', 'typescript@6', '@types/node@20'],
  lowest: [
    'xstate@5',
    'fast-check@4',
    `fastify@${LOWEST_FASTIFY}`,
    `typescript@${LOWEST_TYPESCRIPT}`,
    '@types/node@20',
  ],
};

export default async function setup({ provide }: TestProject): Promise<() => void> {
  await ensureBuilt();
  const folder = mkdtempSync(join(tmpdir(), 'burritoshare-installed-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const tarballs = await pack(join(folder, 'tarballs'));
    const install = async (name: keyof typeof CONSUMERS) => {
      const consumer = join(folder, name);
      mkdirSync(consumer);
      writeFileSync(join(consumer, 'package.json'), '{ "private": true, "type": "module" }\n');
      const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
      await need('npm', ['install', ...quiet, ...tarballs, ...CONSUMERS[name]], consumer);
      return consumer;
    };
    const [newest, lowest] = await Promise.all([install('newest'), install('lowest')]);
    provide('installed', { newest, lowest });
  } catch (error) {
    remove();
    throw error;
  }
  return remove;
}

async function pack(target: string): Promise<readonly string[]> {
  const published = readPackages(root).filter(({ isPrivate }) => !isPrivate);
  await Promise.all(
    published.map((one) =>
      need('pnpm', ['pack', '--pack-destination', target], join(root, one.folder)),
    ),
  );
  return readdirSync(target).map((name) => join(target, name));
}

async function need(command: string, args: readonly string[], cwd: string): Promise<void> {
  const { code, output } = await run(command, args, { cwd, quiet: true });
  if (code !== 0) throw new Error(`${command} ${args[0]} in ${cwd} ended with ${code}:\n${output}`);
}
