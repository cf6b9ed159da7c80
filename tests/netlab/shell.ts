import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs a program to its end, and returns its output. @throws with its message if it fails. */
export async function sh(program: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await execute(program, args);
  return stdout;
}

/** Runs `ip` with arguments in one line. */
export function ip(line: string): Promise<string> {
  return sh('ip', ...line.split(' '));
}
