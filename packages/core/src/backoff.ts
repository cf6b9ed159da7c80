// How long a client waits after a failure before its next attempt: one rule for sockets and for connections.

import { BACKOFF_BASE, BACKOFF_MAX } from './constants.ts';

/**
 * Milliseconds before the next attempt. Full jitter, so that clients don't all come back at once when a server
 * restarts; at least a tenth of the range, so that chance can't make it a busy loop.
 */
export function backoffDelay(attempts: number, jitter: number): number {
  const range = Math.min(BACKOFF_MAX, BACKOFF_BASE * 2 ** Math.min(attempts, 16));
  return Math.round(range * (0.1 + 0.9 * jitter));
}
