import { useCallback, useEffect, useRef, useState } from 'react';
import { takeLockIfAny } from './web-lock.ts';

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
    const { held, release } = takeLockIfAny(name);
    letGo.current = release;
    void held.then((isHeld) => {
      if (!over) setAnswer({ name, attempt, lock: isHeld ? 'held' : 'elsewhere' });
    });
    return () => {
      over = true;
      release();
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
