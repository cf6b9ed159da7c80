import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** One file of these takes minutes. Begun last, it would run alone while other workers have nothing left. */
const LONG = ['/tests/simulation/', '/tests/packages/'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      LONG.some((folder) => moduleId.includes(folder));
    return [...files.filter(isLong), ...files.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    projects: ['{packages,tests}/*/vitest{,.mocked}.config.ts'],
    // Machines with two cores run the browsers' tests next; more workers only make property tests
    // slower than their own time limits.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});
