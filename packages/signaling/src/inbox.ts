import type { TokenBucket } from './limits.ts';

/** Messages in the order in which they came, no faster than a rate. */
export interface Inbox {
  push(text: string): void;
  /** Drops what waits, and whatever comes. */
  stop(): void;
}

/** What can be told to stop reading, so that the other side's own buffers fill up instead of ours. */
export interface Pausable {
  pause(): void;
  resume(): void;
}

/**
 * Hands messages on as the bucket allows. While it doesn't, the source is paused: nothing is lost, and
 * what has been read already (a network buffer's worth) waits here.
 */
export function createInbox(
  source: Pausable,
  bucket: TokenBucket,
  handle: (text: string) => void,
): Inbox {
  const waiting: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let push = (text: string): void => {
    waiting.push(text);
    if (timer === undefined) drain();
  };
  function drain(): void {
    for (let text = waiting[0]; text !== undefined; text = waiting[0]) {
      const wait = bucket.take();
      if (wait > 0) {
        source.pause();
        timer = setTimeout(wake, wait);
        return;
      }
      waiting.shift();
      handle(text);
    }
  }
  function wake(): void {
    timer = undefined;
    drain();
    if (timer === undefined) source.resume();
  }
  return {
    push: (text) => push(text),
    stop() {
      push = () => {};
      waiting.length = 0;
      clearTimeout(timer);
      // A paused socket would not see the other side's half of the closing handshake.
      source.resume();
    },
  };
}
