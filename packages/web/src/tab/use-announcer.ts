import { createContext, use } from 'react';

/** Announces a sentence to people who use a screen reader. */
export type Announce = (sentence: string) => void;

export const AnnounceContext = createContext<Announce>(() => undefined);

/** For changes that no other part of the page announces, such as `Link copied.` */
export function useAnnounce(): Announce {
  return use(AnnounceContext);
}
