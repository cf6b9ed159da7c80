import { useEffect } from 'react';

/** Makes the host retry at once when the browser is back online or the page becomes visible. */
export function useRetry(host: { retryNow(): void; networkChanged(): void } | undefined): void {
  useEffect(() => {
    if (host === undefined) return undefined;
    const listeners = new AbortController();
    const { signal } = listeners;
    const onVisible = () => {
      if (document.visibilityState === 'visible') host.retryNow();
    };
    const onOnline = () => {
      host.retryNow();
      host.networkChanged();
    };
    window.addEventListener('online', onOnline, { signal });
    document.addEventListener('visibilitychange', onVisible, { signal });
    return () => listeners.abort();
  }, [host]);
}
