import { useEffect } from 'react';

/**
 * Marks the document once the person has pressed anything. Until then the styles show no focus: the page moves it by
 * itself, and somebody who only looks would wonder.
 */
export function useTouched(): void {
  useEffect(() => {
    const listeners = new AbortController();
    const { signal } = listeners;
    const mark = () => {
      document.documentElement.dataset['touched'] = '';
      listeners.abort();
    };
    window.addEventListener('keydown', mark, { signal, capture: true });
    window.addEventListener('pointerdown', mark, { signal, capture: true });
    return () => listeners.abort();
  }, []);
}
