import { useLayoutEffect, useRef, type RefObject } from 'react';

/**
 * When `stage` changes and the control that had the focus is gone with it, the focus goes to the
 * returned element instead of to the top of the document. `before` is the stage that another component
 * showed in this place, if any.
 */
export function useRescuedFocus<E extends HTMLElement>(
  stage: string,
  before = stage,
): RefObject<E | null> {
  const target = useRef<E>(null);
  const last = useRef(before);
  useLayoutEffect(() => {
    if (last.current === stage) return;
    last.current = stage;
    const active = document.activeElement;
    if (active === null || active === document.body) target.current?.focus();
  }, [stage]);
  return target;
}
