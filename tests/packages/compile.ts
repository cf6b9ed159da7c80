import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

import { run } from '../../scripts/lib/run.mjs';

const COMMON = {
  module: 'nodenext',
  target: 'es2022',
  moduleDetection: 'force',
  strict: true,
  types: [] as readonly string[],
  noEmit: true,
};

/** Compiles files of a consumer with its own TypeScript. Returns the lines of errors, or none. */
export async function compile(
  consumer: string,
  files: readonly string[],
  options: Readonly<Record<string, unknown>>,
): Promise<readonly string[]> {
  const configuration = `tsconfig.${files.join('-').replace(/\W/g, '-')}.json`;
  writeFileSync(
    join(consumer, configuration),
    JSON.stringify({ compilerOptions: { ...COMMON, ...options }, files }),
  );
  const tsc = join(consumer, 'node_modules', 'typescript', 'bin', 'tsc');
  const { output } = await run(process.execPath, [tsc, '-p', configuration], {
    cwd: consumer,
    quiet: true,
  });
  return output.split('\n').filter((line) => line !== '' && !line.startsWith('  '));
}
