import { useEffect, useSyncExternalStore } from 'react';

import { hasNews, subscribeToNews } from './news.ts';

/** Shows `text` in the tab's title, in front of the app's name, and a dot before it while there are news. */
export function useTitle(text: string): void {
  const isNew = useSyncExternalStore(subscribeToNews, hasNews, hasNews);
  useEffect(() => {
    const title = text === '' ? 'BurritoShare' : `${text} – BurritoShare`;
    document.title = isNew ? `● ${title}` : title;
  }, [text, isNew]);
}
