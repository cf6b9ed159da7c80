import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs a program to its end, and gives what it printed. @throws with what it said if it fails. */
export async function sh(program: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await execute(program, args);
  return stdout;
}

/** The same for `ip`, its arguments in one line. */
export function ip(line: string): Promise<string> {
  return sh('ip', ...line.split(' '));
}
