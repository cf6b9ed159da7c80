const PREFIX = 'burritoshare-bundle-';

/** A bundle's lock: the tab that has it shares the bundle, and touches what is kept of it. */
export interface BundleLock {
  /** Whether this tab has it; false when another one does. */
  readonly held: Promise<boolean>;
  /** Gives it up, or never takes it. Idempotent. */
  readonly release: () => void;
}

/** Takes the Web Lock of a bundle, which the browser releases when the tab goes or crashes. */
export function lockBundle(id: string): BundleLock {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const held = new Promise<boolean>((resolve) => {
    const onGranted = (lock: Lock | null) => {
      resolve(lock !== null);
      return lock === null ? undefined : released;
    };
    navigator.locks.request(PREFIX + id, { ifAvailable: true }, onGranted).catch(() => {
      // A browser that has no locks to give (a sandboxed frame) has no second tab to fear.
      resolve(true);
    });
  });
  return { held, release };
}

/** The ids of the bundles that tabs have locked. */
export async function lockedBundles(): Promise<ReadonlySet<string>> {
  const { held = [] } = await navigator.locks.query().catch(() => ({ held: [] }));
  return new Set(
    held.flatMap(({ name = '' }) => (name.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : [])),
  );
}

/** Resolves when no tab has locked the bundle. Rejects once `signal` aborts. */
export async function bundleIsFree(id: string, signal: AbortSignal): Promise<void> {
  // Shared, so that several tabs that wait don't take one another for holders.
  await navigator.locks.request(PREFIX + id, { mode: 'shared', signal }, () => undefined);
}
