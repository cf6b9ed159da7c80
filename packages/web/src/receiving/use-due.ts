import { useEffect, useRef } from 'react';

/** Milliseconds between two looks at the clock. A single long timer would stop while the computer sleeps. */
const LOOK_INTERVAL = 60_000;

/** Calls `act` once a moment has come, in milliseconds since 1970; never for undefined. */
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
