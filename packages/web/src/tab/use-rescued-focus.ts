import { useLayoutEffect, useRef, type RefObject } from 'react';

/**
 * If a change of `stage` removes the control that had the focus, moves the focus to the returned element instead of to
 * the top of the document. `before` is the stage that another component showed here before, if any.
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
