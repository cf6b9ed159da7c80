import { useEffect, useState } from 'react';

/** What stands in the place of a part that couldn't be loaded. */
export const UNLOADED_WORDS =
  'What shows this file can’t be loaded from the server right now. Save it to open it.';

/**
 * A part of the page that is loaded once it is needed. What has failed is tried again by whoever is mounted next.
 *
 * @param load - the same function each time.
 */
export function useLoaded<Part>(load: () => Promise<Part>): Part | 'failed' | undefined {
  const [loaded, setLoaded] = useState<{ readonly part: Part | 'failed' }>();
  useEffect(() => {
    let isOver = false;
    const set = (part: Part | 'failed'): void => {
      if (!isOver) setLoaded({ part });
    };
    load().then(set, () => set('failed'));
    return () => {
      isOver = true;
    };
  }, [load]);
  return loaded?.part;
}
