const PREFIX = 'burritoshare-bundle-';

/** A tab's hold on a bundle: whoever has it shares the bundle, and touches what is kept of it. */
export interface BundleHold {
  /** Whether this tab has it; false when another one does. */
  readonly held: Promise<boolean>;
  /** Lets go of it, or never takes it. Idempotent. */
  readonly release: () => void;
}

/** Takes the Web Lock of a bundle, which the browser releases when the tab goes or crashes. */
export function holdBundle(id: string): BundleHold {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const held = new Promise<boolean>((resolve) => {
    const hold = (lock: Lock | null) => {
      resolve(lock !== null);
      return lock === null ? undefined : released;
    };
    navigator.locks.request(PREFIX + id, { ifAvailable: true }, hold).catch(() => {
      // A browser that has no locks to give (a sandboxed frame) has no second tab to fear.
      resolve(true);
    });
  });
  return { held, release };
}

/** The ids of the bundles that tabs have a hold on. */
export async function heldBundles(): Promise<ReadonlySet<string>> {
  const { held = [] } = await navigator.locks.query().catch(() => ({ held: [] }));
  return new Set(
    held.flatMap(({ name = '' }) => (name.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : [])),
  );
}

/** Resolves when no tab has a hold on the bundle. Rejects once `signal` aborts. */
export async function bundleIsFree(id: string, signal: AbortSignal): Promise<void> {
  // Shared, so that several tabs that wait don't take one another for holders.
  await navigator.locks.request(PREFIX + id, { mode: 'shared', signal }, () => undefined);
}
