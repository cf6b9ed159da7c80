import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** Where processes of one test run leave what they have compiled: each compiling all anew took seconds. */
const shared = process.env['COMPILED'];

export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context);
  const source = await readFile(fileURLToPath(url), 'utf8');
  const name = createHash('sha256').update(url).update(source).digest('hex');
  const file = join(shared, `${name}.js`);
  const known = await readFile(file, 'utf8').catch(() => undefined);
  return { format: 'module', shortCircuit: true, source: known ?? (await compile(source, file)) };
}

async function compile(source, file) {
  const { default: ts } = await import('typescript');
  const compilerOptions = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2023,
    verbatimModuleSyntax: true,
  };
  const { outputText } = ts.transpileModule(source, { compilerOptions });
  // Another process never sees half of it.
  await writeFile(`${file}.${process.pid}`, outputText);
  await rename(`${file}.${process.pid}`, file);
  return outputText;
}
