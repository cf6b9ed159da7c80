import { useCallback, useEffect, useState } from 'react';

import { KeptList } from './kept-list.tsx';
import { discardStored, listStored, type ListedDelivery } from './opfs/stored-deliveries.ts';

/**
 * What this browser keeps of deliveries, but for the one of the page and those that other tabs have. Read
 * when the page is opened and whenever it is looked at again.
 *
 * @param room the room of the page's own link; undefined on the sender's page.
 */
export function Kept({ room }: { readonly room: string | undefined }) {
  const [all, setAll] = useState<readonly ListedDelivery[]>([]);
  const look = useCallback(() => void listStored().then(setAll), []);
  useEffect(() => {
    look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [look]);
  const items = all
    .filter(({ link, isElsewhere }) => link.room !== room && !isElsewhere)
    .map(({ space, ...copy }) => ({ ...copy, used: space }));
  return (
    <KeptList
      items={items}
      onDiscard={(id) =>
        void discardStored(id)
          .catch(() => undefined)
          .then(look)
      }
    />
  );
}
