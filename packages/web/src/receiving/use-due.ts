import { useEffect, useRef } from 'react';

/** Milliseconds between two looks at the clock: a timer of a day would stand still while the computer sleeps. */
const LOOK_INTERVAL = 60_000;

/** Does something once a moment, in milliseconds since 1970, has come; undefined for never. */
export function useDue(moment: number | undefined, act: () => void): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    if (moment === undefined) return undefined;
    const look = () => {
      if (Date.now() >= moment) latest.current();
    };
    const timer = setInterval(look, LOOK_INTERVAL);
    look();
    return () => clearInterval(timer);
  }, [moment]);
}
