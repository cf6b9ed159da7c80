import { useEffect, useState } from 'react';

/** Whether this tab is the one for something: still asking, it is, or another tab is. */
export type TabLock = 'asking' | 'held' | 'elsewhere';

/** Holds the Web Lock `name` for as long as the page lives. `attempt` changes to ask once more. */
export function useTabLock(name: string, attempt: number): TabLock {
  const [state, setState] = useState<TabLock>('asking');
  useEffect(() => {
    let release = () => {};
    let over = false;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const hold = async (lock: Lock | null) => {
      if (over) return;
      setState(lock === null ? 'elsewhere' : 'held');
      if (lock !== null) await held;
    };
    navigator.locks.request(name, { ifAvailable: true }, hold).catch(() => {
      // A browser that has no locks to give (a sandboxed frame) has no second tab to fear.
      if (!over) setState('held');
    });
    return () => {
      over = true;
      release();
      setState('asking');
    };
  }, [name, attempt]);
  return state;
}
