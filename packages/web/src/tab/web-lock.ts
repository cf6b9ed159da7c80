/** A Web Lock that this tab has asked for. The browser releases it when the tab goes or crashes. */
export interface WebLock {
  /** Whether this tab has it; false when another one does. Rejects where a browser has no locks to give. */
  readonly held: Promise<boolean>;
  /** Gives it up, or never takes it. Idempotent. */
  readonly release: () => void;
}

/** Takes the lock of this name if nobody has it. */
export function takeLock(name: string): WebLock {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const held = new Promise<boolean>((resolve, reject) => {
    const onGranted = (lock: Lock | null) => {
      resolve(lock !== null);
      return lock === null ? undefined : released;
    };
    navigator.locks.request(name, { ifAvailable: true }, onGranted).catch(reject);
  });
  return { held, release };
}

/**
 * The same, where a tab without locks counts as the holder: a browser that has none to give (a sandboxed frame) has
 * no second tab to fear.
 */
export function takeLockIfAny(name: string): WebLock {
  const { held, release } = takeLock(name);
  return { held: held.catch(() => true), release };
}

/** The names of the locks that any tab has. Rejects where a browser has none to give. */
export async function heldLocks(): Promise<ReadonlySet<string>> {
  const { held = [] } = await navigator.locks.query();
  return new Set(held.map(({ name = '' }) => name));
}
