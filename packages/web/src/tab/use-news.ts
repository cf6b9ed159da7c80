import { useEffect } from 'react';

import { tell } from './news.ts';

/** Tells each new sentence to a person who is in another tab; nothing while it is empty. */
export function useNews(sentence: string): void {
  useEffect(() => {
    if (sentence !== '') tell(sentence);
  }, [sentence]);
}
