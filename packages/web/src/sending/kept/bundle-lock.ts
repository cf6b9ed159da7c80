import { heldLocks, takeLockIfAny, type WebLock } from '../../tab/web-lock.ts';

const PREFIX = 'burritoshare-bundle-';

/** Takes the lock of a bundle. Only the tab with the lock shares the bundle and changes its record. */
export function lockBundle(id: string): WebLock {
  return takeLockIfAny(PREFIX + id);
}

/** The ids of the bundles that tabs have locked. */
export async function lockedBundles(): Promise<ReadonlySet<string>> {
  const names = await heldLocks().catch(() => []);
  return new Set(
    [...names].flatMap((name) => (name.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : [])),
  );
}

/** Resolves when no tab has locked the bundle. Rejects once `signal` aborts. */
export async function bundleIsFree(id: string, signal: AbortSignal): Promise<void> {
  // A shared lock, so that tabs which only wait don't block one another.
  await navigator.locks.request(PREFIX + id, { mode: 'shared', signal }, () => undefined);
}
