import { heldLocks, takeLock } from '../../tab/web-lock.ts';

/** Releases a lock. Idempotent. */
export type Release = () => void;

/** The deliveries that this tab has locked: browsers don't say which tab holds a lock. */
const own = new Set<string>();

/**
 * Takes the lock of a delivery until it is released or this tab goes. Only the tab with the lock may touch the
 * delivery's files.
 *
 * @param id - the name of its folder.
 * @returns undefined when another tab holds it, or this one does already.
 */
export async function takeDeliveryLock(id: string): Promise<Release | undefined> {
  const { held, release } = takeLock(nameOf(id));
  if (!(await held)) return undefined;
  own.add(id);
  return () => {
    own.delete(id);
    release();
  };
}

/** The deliveries among these that another tab has locked. */
export async function heldElsewhere(ids: readonly string[]): Promise<ReadonlySet<string>> {
  const names = await heldLocks();
  return new Set(ids.filter((id) => names.has(nameOf(id)) && !own.has(id)));
}

function nameOf(id: string): string {
  return `burritoshare-delivery-${id}`;
}
