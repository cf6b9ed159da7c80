// A worker can end without an error event: the browser ends it, or it closes itself. So each worker holds a Web Lock,
// which the browser releases in any case, and its page waits for that lock. A worker may also never begin, and the
// browser doesn't report that either.

/**
 * Milliseconds in which a worker must begin. Of 62 workers in Firefox on two busy cores, one never began and the others
 * took 261 at most (m). A slow download of the script may need longer; the next worker then finds the loaded part in
 * the browser's cache. Less than HEARTBEAT_TIMEOUT, after which the other end would close the unused connection.
 */
const START_TIMEOUT = 10_000;

/** The message that a worker posts once it has its lock. */
interface Lifeline {
  readonly lifeline: string;
}

/**
 * Called in a worker: takes a lock of its own and posts its name to the page. If the browser gives no locks, posts
 * nothing.
 */
export function holdLifeline(scope: { postMessage(message: Lifeline): void }): void {
  const lifeline = crypto.randomUUID();
  const untilItEnds = new Promise<never>(() => undefined);
  navigator.locks
    .request(lifeline, () => {
      scope.postMessage({ lifeline });
      return untilItEnds;
    })
    .catch(() => undefined);
}

/** Calls `gone` when a worker with a lifeline has ended, also by `terminate`, or when it doesn't begin. */
export function watchLifeline(worker: EventTarget, gone: () => void): void {
  const late = setTimeout(gone, START_TIMEOUT);
  worker.addEventListener('message', (event) => {
    clearTimeout(late);
    const { data } = event as MessageEvent<unknown>;
    if (isLifeline(data)) navigator.locks.request(data.lifeline, gone).catch(() => undefined);
  });
}

/** Whether a worker's message is its lifeline and not a reply. */
export function isLifeline(message: unknown): message is Lifeline {
  return typeof message === 'object' && message !== null && 'lifeline' in message;
}
