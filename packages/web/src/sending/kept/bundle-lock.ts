import { heldLocks, takeLockIfAny, type WebLock } from '../../tab/web-lock.ts';

const PREFIX = 'burritoshare-bundle-';

/** Takes the lock of a bundle: the tab that has it shares the bundle, and touches what is kept of it. */
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
  // Shared, so that several tabs that wait don't take one another for holders.
  await navigator.locks.request(PREFIX + id, { mode: 'shared', signal }, () => undefined);
}
