import { createContext, use, useEffect } from 'react';

/** Says a sentence to people who listen to the page. */
export type Announce = (sentence: string) => void;

export const AnnounceContext = createContext<Announce>(() => undefined);

/** For what a person has just done: `Link copied.` */
export function useAnnounce(): Announce {
  return use(AnnounceContext);
}

/** For what the page shows: said when it changes, not when it appears for the first time unchanged. */
export function useAnnouncement(sentence: string): void {
  const announce = useAnnounce();
  useEffect(() => announce(sentence), [announce, sentence]);
}
