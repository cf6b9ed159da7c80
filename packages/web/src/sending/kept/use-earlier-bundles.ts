import { useCallback, useEffect, useState } from 'react';

import { bundleIsFree, lockedBundles } from './bundle-lock.ts';
import { bundleStore } from './bundle-store.ts';
import type { KeptBundle } from './kept-bundle.ts';
import { ownBundle } from './tab-bundle.ts';

/** A bundle that was shared from this browser, and whose sharing was not stopped. */
export interface EarlierBundle {
  readonly bundle: KeptBundle;
  /** Whether another tab is sharing it. */
  readonly isElsewhere: boolean;
  /** Whether it was shared from this tab, before a reload. */
  readonly isOwn: boolean;
}

/** The bundles that this browser keeps, this tab's own first, and a function that looks again. */
export function useEarlierBundles(): readonly [readonly EarlierBundle[], () => void] {
  const [bundles, setBundles] = useState<readonly EarlierBundle[]>([]);
  const [round, setRound] = useState(0);
  const refresh = useCallback(() => setRound((before) => before + 1), []);
  useEffect(() => {
    const over = new AbortController();
    const { signal } = over;
    const look = async () => {
      const found = await earlierBundles();
      if (signal.aborted) return;
      setBundles(found);
      for (const { bundle, isElsewhere } of found) {
        // The other tab has been closed, or has stopped sharing.
        if (isElsewhere) bundleIsFree(bundle.id, signal).then(refresh, () => undefined);
      }
    };
    void look();
    const onVisible = () => {
      if (document.visibilityState === 'visible') refresh();
    };
    document.addEventListener('visibilitychange', onVisible, { signal });
    return () => over.abort();
  }, [round, refresh]);
  return [bundles, refresh];
}

async function earlierBundles(): Promise<readonly EarlierBundle[]> {
  // A browser that can't keep anything has nothing to offer.
  const kept = await bundleStore.list().catch(() => []);
  const locked = await lockedBundles();
  const own = ownBundle();
  return kept
    .map((bundle) => ({
      bundle,
      isElsewhere: locked.has(bundle.id),
      isOwn: bundle.id === own,
    }))
    .toSorted((a, b) => Number(b.isOwn) - Number(a.isOwn));
}
