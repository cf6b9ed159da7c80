import { foldCase } from '@burritoshare/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { folderName } from '../../src/delivery/allowed-names.ts';
import { planNames } from '../../src/receiving/saving/name-plan.ts';
import { names } from '../delivery/support/names.ts';

test('a tree keeps its allowed names, and no two neighbours get one name', () => {
  const path = fc.array(names, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  fc.assert(
    fc.property(fc.uniqueArray(path, { maxLength: 12, selector: foldCase }), (paths) => {
      const plan = planNames(paths);
      const tops = new Set(paths.map((one) => one.split('/')[0] ?? ''));
      const allowed = [...tops].filter((top) => folderName(top) === top);
      expect(allowed.map((top) => plan.nameOf(top))).toEqual(allowed);
      const changed = [...tops].filter((top) => folderName(top) !== top);
      const given = changed.flatMap((top) => [plan.nameOf(top), plan.simplerNameOf(top)]);
      const kept = new Set(allowed.map(foldCase));
      const all = given.map(foldCase);
      expect(new Set(all).size).toBe(all.length);
      expect(all.some((name) => kept.has(name))).toBe(false);
    }),
  );
});
