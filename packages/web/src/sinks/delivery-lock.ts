/** Lets go of a lock. Idempotent. */
export type Release = () => void;

/**
 * Takes the lock of a delivery for as long as this tab lives, or until it is released: whoever holds it may
 * touch what is kept of the delivery. The browser releases the locks of a tab that crashed.
 *
 * @returns undefined when another tab holds it.
 */
export function takeDeliveryLock(delivery: string): Promise<Release | undefined> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(`burritoshare-delivery-${delivery}`, { ifAvailable: true }, (lock) => {
        if (lock === null) {
          resolve(undefined);
          return undefined;
        }
        return new Promise<void>((release) => resolve(release));
      })
      .catch(reject);
  });
}
