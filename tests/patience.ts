/**
 * Milliseconds that a browser test waits for anything. A page is slow on a busy machine, and no test asserts its speed.
 * Shorter time-outs in a test are refused (checks/timeouts.test.ts).
 */
export const PATIENCE = 60_000;
