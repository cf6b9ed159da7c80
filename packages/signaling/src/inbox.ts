import type { TokenBucket } from './limits.ts';

/** Messages in the order in which they came, no faster than a rate. */
export interface Inbox {
  push(text: string): void;
  /** Drops the messages that wait and all that still come. */
  stop(): void;
}

/** A source that can stop reading, so that the other side's buffers fill up instead of ours. */
export interface Pausable {
  pause(): void;
  resume(): void;
}

/**
 * Hands messages on at the bucket's rate. Over the rate it pauses the source. Nothing is lost: messages that were read
 * already (a network buffer's worth) wait here.
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
