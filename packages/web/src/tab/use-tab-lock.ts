import { useCallback, useEffect, useRef, useState } from 'react';

/** Whether this tab is the one for something: still asking, it is, another tab is, or it gave it up. */
export type TabLock = 'asking' | 'held' | 'elsewhere' | 'released';

interface Answer {
  readonly name: string;
  readonly attempt: number;
  readonly lock: TabLock;
}

/**
 * Holds the Web Lock `name` until the page goes or gives it up by the returned function. `attempt` changes
 * to ask once more.
 */
export function useTabLock(
  name: string,
  attempt: number,
): readonly [lock: TabLock, release: () => void] {
  const [answer, setAnswer] = useState<Answer>();
  const letGo = useRef(() => {});
  useEffect(() => {
    let over = false;
    const held = new Promise<void>((resolve) => {
      letGo.current = resolve;
    });
    const tell = (lock: TabLock) => {
      if (!over) setAnswer({ name, attempt, lock });
    };
    const hold = async (lock: Lock | null) => {
      tell(lock === null ? 'elsewhere' : 'held');
      if (lock !== null && !over) await held;
    };
    navigator.locks.request(name, { ifAvailable: true }, hold).catch(() => {
      // A browser that has no locks to give (a sandboxed frame) has no second tab to fear.
      tell('held');
    });
    return () => {
      over = true;
      letGo.current();
    };
  }, [name, attempt]);
  const release = useCallback(() => {
    letGo.current();
    setAnswer({ name, attempt, lock: 'released' });
  }, [name, attempt]);
  // What was answered to an earlier attempt says nothing of this one.
  const isCurrent = answer?.name === name && answer.attempt === attempt;
  return [isCurrent ? answer.lock : 'asking', release];
}
