// Runs the server as an operator does: in a process of its own, with signals and an exit code.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, onTestFinished } from 'vitest';

export interface Program {
  readonly process: ChildProcess;
  /** The exit code, or the signal that killed it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Everything on standard output and standard error. */
  readonly output: { readonly out: string; readonly err: string };
  /** Waits for the line with the server's address, and returns it. */
  ready(): Promise<string>;
}

const compiled = mkdtempSync(join(tmpdir(), 'burritoshare-compiled-'));
afterAll(() => rmSync(compiled, { recursive: true, force: true }));

export function startProgram(environment: Readonly<Record<string, string>>): Program {
  const child = spawn(
    process.execPath,
    [
      '--conditions=burritoshare-source',
      '--import',
      new URL('register-typescript.mjs', import.meta.url).href,
      fileURLToPath(new URL('../../src/main.ts', import.meta.url)),
    ],
    {
      env: { PATH: process.env.PATH, PORT: '0', COMPILED: compiled, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const text = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text.out += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text.err += part));
  const ended = once(child, 'close').then(
    ([code, signal]) => (code ?? signal) as number | NodeJS.Signals,
  );
  return {
    process: child,
    ended,
    output: text,
    async ready() {
      for (;;) {
        const url = /ready at (\S+)\n/.exec(text.out)?.[1];
        if (url !== undefined) return url;
        const next = await Promise.race([once(child.stdout, 'data'), ended]);
        if (!Array.isArray(next)) throw new Error(`the server ended with ${next}: ${text.err}`);
      }
    },
  };
}
