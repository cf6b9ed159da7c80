import { defineProject } from 'vitest/config';

import { shared } from '../../vitest.shared.ts';

/** What puts another module in a module's place needs modules of its own: other tests would get that one, too. */
export default defineProject({
  ...shared,
  test: {
    ...shared.test,
    name: 'core-mocked',
    include: ['test/**/*.mocked.test.ts'],
    isolate: true,
  },
});
