/** Lets go of a lock. Idempotent. */
export type Release = () => void;

/** What this tab holds: browsers don't say of a lock who has it. */
const own = new Set<string>();

/**
 * Takes the lock of a delivery for as long as this tab lives, or until it is released: whoever holds it may
 * touch what is kept of the delivery. The browser releases the locks of a tab that crashed.
 *
 * @param id - names its folder.
 * @returns undefined when another tab holds it, or this one does already.
 */
export function takeDeliveryLock(id: string): Promise<Release | undefined> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(nameOf(id), { ifAvailable: true }, (lock) => {
        if (lock === null) {
          resolve(undefined);
          return undefined;
        }
        own.add(id);
        return new Promise<void>((release) => {
          resolve(() => {
            own.delete(id);
            release();
          });
        });
      })
      .catch(reject);
  });
}

/** Which of these deliveries another tab holds. */
export async function heldElsewhere(ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { held = [] } = await navigator.locks.query();
  const names = new Set(held.map(({ name }) => name));
  return new Set(ids.filter((id) => names.has(nameOf(id)) && !own.has(id)));
}

function nameOf(id: string): string {
  return `burritoshare-delivery-${id}`;
}
