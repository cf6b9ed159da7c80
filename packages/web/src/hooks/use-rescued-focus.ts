import { useLayoutEffect, useRef, type RefObject } from 'react';

/**
 * When `stage` changes and the control that had the focus is gone with it, the focus goes to the
 * returned element instead of to the top of the document.
 */
export function useRescuedFocus<E extends HTMLElement>(stage: string): RefObject<E | null> {
  const target = useRef<E>(null);
  const last = useRef(stage);
  useLayoutEffect(() => {
    if (last.current === stage) return;
    last.current = stage;
    const active = document.activeElement;
    if (active === null || active === document.body) target.current?.focus();
  }, [stage]);
  return target;
}
