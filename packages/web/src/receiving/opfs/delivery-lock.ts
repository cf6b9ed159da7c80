import { heldLocks, takeLock } from '../../tab/web-lock.ts';

/** Lets go of a lock. Idempotent. */
export type Release = () => void;

/** What this tab holds: browsers don't say of a lock who has it. */
const own = new Set<string>();

/**
 * Takes the lock of a delivery for as long as this tab lives, or until it is released: whoever holds it may
 * touch what is kept of the delivery.
 *
 * @param id - names its folder.
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

/** Which of these deliveries another tab holds. */
export async function heldElsewhere(ids: readonly string[]): Promise<ReadonlySet<string>> {
  const names = await heldLocks();
  return new Set(ids.filter((id) => names.has(nameOf(id)) && !own.has(id)));
}

function nameOf(id: string): string {
  return `burritoshare-delivery-${id}`;
}
