import { useEffect } from 'react';

import { setBusy } from '../app/navigation.ts';

/** While `busy`, closing the tab asks first, and so does another link in the address bar. */
export function useLeaveGuard(busy: boolean): void {
  useEffect(() => {
    if (!busy) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    const release = setBusy();
    return () => {
      window.removeEventListener('beforeunload', ask);
      release();
    };
  }, [busy]);
}
