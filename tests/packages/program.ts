import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { onTestFinished } from 'vitest';

/** Runs the server from a consumer's folder as its README says, on a free port. Resolves with its address. */
export async function startInstalled(
  consumer: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const child = spawn(join(consumer, 'node_modules', '.bin', 'burritoshare-signaling'), [], {
    cwd: consumer,
    env: { PATH: process.env['PATH'], PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (out += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (err += part));
  for (;;) {
    const url = /ready at (\S+)\n/.exec(out)?.[1];
    if (url !== undefined) return url;
    const isOver = await Promise.race([
      once(child.stdout, 'data').then(() => false),
      ended.then(() => true),
    ]);
    if (isOver) throw new Error(`the server ended: ${err}`);
  }
}
