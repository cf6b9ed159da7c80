import { useEffect } from 'react';

import { navigation } from './use-navigation.ts';

/** While `busy`, closing the tab asks first, and so does another link in the address bar. */
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
