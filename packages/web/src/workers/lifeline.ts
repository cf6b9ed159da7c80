// A worker can end without an error event: the browser ends it, or it closes itself. It holds a Web Lock for as long
// as it lives, which the browser releases whatever it ended by; its page waits for that lock. And a worker may never
// begin, of which the browser says nothing either.

/**
 * Milliseconds in which a worker has begun: 261 at most among 62 of Firefox on two busy cores, where one never did (m).
 * A script that comes slowly may need longer. The worker that follows finds in the browser's cache what came until then.
 * Less than HEARTBEAT_TIMEOUT: after that the other end closes a connection of which this one can use nothing.
 */
const START_TIMEOUT = 10_000;

/** What a worker posts once it has its lock. */
interface Lifeline {
  readonly lifeline: string;
}

/** In a worker: takes a lock of its own, and tells the page which. Where a browser gives no locks, nothing is told. */
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

/** Calls `gone` when a worker that holds a lifeline has ended, by `terminate` too, and when it doesn't begin. */
export function watchLifeline(worker: EventTarget, gone: () => void): void {
  const late = setTimeout(gone, START_TIMEOUT);
  worker.addEventListener('message', (event) => {
    clearTimeout(late);
    const { data } = event as MessageEvent<unknown>;
    if (isLifeline(data)) navigator.locks.request(data.lifeline, gone).catch(() => undefined);
  });
}

/** Whether a message of a worker is about its life, and not what it was asked for. */
export function isLifeline(message: unknown): message is Lifeline {
  return typeof message === 'object' && message !== null && 'lifeline' in message;
}
