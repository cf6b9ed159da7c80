// How long whoever has failed waits before the next attempt: one rule for sockets and for connections.

import { BACKOFF_BASE, BACKOFF_MAX } from './constants.ts';

/**
 * Milliseconds before the next attempt: full jitter, so that a restarted server isn't met by everybody at
 * once, and from at least a tenth of the range, so that chance can't make it a busy loop.
 */
export function backoffDelay(attempts: number, jitter: number): number {
  const range = Math.min(BACKOFF_MAX, BACKOFF_BASE * 2 ** Math.min(attempts, 16));
  return Math.round(range * (0.1 + 0.9 * jitter));
}
