import { useEffect } from 'react';

import { navigation } from './use-navigation.ts';

/** While `busy`, the page asks before the tab is closed and before it follows another link. */
export function useLeaveGuard(busy: boolean): void {
  useEffect(() => {
    if (!busy) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    const release = navigation.setBusy();
    return () => {
      window.removeEventListener('beforeunload', ask);
      release();
    };
  }, [busy]);
}
