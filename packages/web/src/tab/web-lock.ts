/** A Web Lock that this tab has asked for. The browser releases it when the tab goes or crashes. */
export interface WebLock {
  /** Whether this tab got it; false if another tab has it. Rejects if the browser gives no locks. */
  readonly held: Promise<boolean>;
  /** Releases it, or cancels the request. Idempotent. */
  readonly release: () => void;
}

/** Takes the lock of this name if no tab has it. */
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
 * Like {@link takeLock}, but if the browser gives no locks (in a sandboxed frame), this tab counts as the holder: it
 * has no second tab to conflict with.
 */
export function takeLockIfAny(name: string): WebLock {
  const { held, release } = takeLock(name);
  return { held: held.catch(() => true), release };
}

/** The names of all locks that tabs hold. Rejects if the browser gives no locks. */
export async function heldLocks(): Promise<ReadonlySet<string>> {
  const { held = [] } = await navigator.locks.query();
  return new Set(held.map(({ name = '' }) => name));
}
