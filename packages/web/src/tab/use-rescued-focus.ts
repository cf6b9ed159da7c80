import { useLayoutEffect, useRef, type RefObject } from 'react';

/**
 * If a change of `stage` removes the control that had the focus, moves the focus to the returned element instead of to
 * the top of the document. `before` is the stage that another component showed here before, if any; `given` is the
 * element where another component rescues the focus to already.
 */
export function useRescuedFocus<E extends HTMLElement>(
  stage: string,
  before = stage,
  given?: RefObject<E | null>,
): RefObject<E | null> {
  const own = useRef<E>(null);
  const target = given ?? own;
  const last = useRef(before);
  useLayoutEffect(() => {
    if (last.current === stage) return;
    last.current = stage;
    const active = document.activeElement;
    if (active === null || active === document.body) target.current?.focus();
  }, [stage, target]);
  return target;
}
