import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';

import { PLANTED, type PlantedBug } from './planted.ts';

const pathOf = (module: string): string =>
  fileURLToPath(new URL(`../../${module}`, import.meta.url));

afterEach(() => {
  for (const { module } of PLANTED) if (module !== undefined) vi.doUnmock(pathOf(module));
  vi.resetModules();
});

async function plant({ module, replace }: PlantedBug): Promise<typeof import('./run.ts')> {
  vi.resetModules();
  if (module !== undefined && replace !== undefined) {
    vi.doMock(pathOf(module), async (importOriginal) => {
      const sound = await importOriginal<Parameters<typeof replace>[0]>();
      return { ...sound, ...replace(sound) };
    });
  }
  return import('./run.ts');
}

test.each(PLANTED.map((bug) => [bug.name, bug] as const))('found: %s', async (_, bug) => {
  const { runSeed } = await plant(bug);
  let found: { readonly seed: number; readonly violation: string } | undefined;
  const { from = 1, within } = bug;
  for (let seed = from; seed < from + within && found === undefined; seed++) {
    const { violation } = await runSeed({ seed, isTold: false, sinkBug: bug.sink });
    if (violation !== undefined) found = { seed, violation };
  }
  expect(found?.violation ?? `nothing in ${within} seeds`).toMatch(
    new RegExp(`^(?:${bug.breaks})`),
  );
});
