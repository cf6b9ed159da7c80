import { useEffect } from 'react';

/**
 * Keeps the screen on while `active`, if the browser allows it, since a sleeping phone drops its connections. The
 * browser releases the lock when the tab is hidden, so the hook takes it again.
 */
export function useWakeLock(active: boolean): void {
  useEffect(() => {
    if (!active || !('wakeLock' in navigator)) return undefined;
    let over = false;
    let lock: WakeLockSentinel | undefined;
    const take = async () => {
      if (document.visibilityState !== 'visible') return;
      try {
        const taken = await navigator.wakeLock.request('screen');
        if (over) await taken.release();
        else lock = taken;
      } catch {
        // The browser refused, as with a low battery. The delivery goes on.
      }
    };
    const retake = () => void take();
    void take();
    document.addEventListener('visibilitychange', retake);
    return () => {
      over = true;
      document.removeEventListener('visibilitychange', retake);
      void lock?.release();
    };
  }, [active]);
}
