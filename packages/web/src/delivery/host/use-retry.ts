import { useEffect } from 'react';

/** Back online, or looked at again: the host needn't wait for its next attempt. */
export function useRetry(host: { retry(): void; suspect(): void } | undefined): void {
  useEffect(() => {
    if (host === undefined) return undefined;
    const listeners = new AbortController();
    const { signal } = listeners;
    const onVisible = () => {
      if (document.visibilityState === 'visible') host.retry();
    };
    const onOnline = () => {
      host.retry();
      host.suspect();
    };
    window.addEventListener('online', onOnline, { signal });
    document.addEventListener('visibilitychange', onVisible, { signal });
    return () => listeners.abort();
  }, [host]);
}
