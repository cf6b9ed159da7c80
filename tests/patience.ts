/**
 * Milliseconds that a browser test waits for anything: on a busy machine a page takes its time, and no test asserts
 * it. Shorter times of a test's own are refused (checks/timeouts.test.ts).
 */
export const PATIENCE = 60_000;
