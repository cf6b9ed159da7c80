import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import type { WebLock } from './web-lock.ts';

/** Whether this tab holds the lock: it is still asking, it does, another tab does, or it has released it. */
export type TabLock = 'asking' | 'held' | 'elsewhere' | 'released';

interface Answer {
  readonly name: string;
  readonly attempt: number;
  readonly lock: TabLock;
}

/**
 * Holds the lock that `take` takes for `name` until the page goes or calls the returned function. Change `attempt` to ask
 * again.
 */
export function useTabLock(
  take: (name: string) => WebLock,
  name: string,
  attempt: number,
): readonly [lock: TabLock, release: () => void] {
  const [answer, setAnswer] = useState<Answer>();
  const letGo = useRef(() => {});
  // Before the page is painted: whatever a link leads to waits for it.
  useLayoutEffect(() => {
    let over = false;
    const { held, release } = take(name);
    letGo.current = release;
    void held.then((isHeld) => {
      if (!over) setAnswer({ name, attempt, lock: isHeld ? 'held' : 'elsewhere' });
    });
    return () => {
      over = true;
      release();
    };
  }, [take, name, attempt]);
  const release = useCallback(() => {
    letGo.current();
    setAnswer({ name, attempt, lock: 'released' });
  }, [name, attempt]);
  // An answer to an earlier attempt doesn't count for this one.
  const isCurrent = answer?.name === name && answer.attempt === attempt;
  return [isCurrent ? answer.lock : 'asking', release];
}
