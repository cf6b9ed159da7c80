import { useEffect } from 'react';

/** Shows `text` in the tab's title, in front of the app's name. */
export function useTitle(text: string): void {
  useEffect(() => {
    document.title = text === '' ? 'BurritoShare' : `${text} – BurritoShare`;
  }, [text]);
}
