import { createContext, use } from 'react';

/** Says a sentence to people who listen to the page. */
export type Announce = (sentence: string) => void;

export const AnnounceContext = createContext<Announce>(() => undefined);

/** For what nothing on the page says by itself as it changes: `Link copied.` */
export function useAnnounce(): Announce {
  return use(AnnounceContext);
}
