// When a private copy is removed by itself. The app asks no one: it can't see the end of a download, and the next
// person at this computer may not be the one who left an unfinished delivery.

/** Milliseconds that a copy stays after it was handed over: long enough for the person to notice a broken download. */
export const HANDED_OVER_LIFETIME = 24 * 3_600_000;

/** Milliseconds that an unfinished copy stays after its last bytes arrived, so that it outlives a week away. */
export const UNFINISHED_LIFETIME = 7 * 24 * 3_600_000;

/** The times that decide how long a copy stays, in milliseconds since 1970. */
export interface CopyAge {
  /** When it was last handed over; undefined if it never was. */
  readonly handedOver: number | undefined;
  /** When its last bytes arrived. */
  readonly progressed: number;
}

/** When a copy is removed, in milliseconds since 1970. */
export function goesAt({ handedOver, progressed }: CopyAge): number {
  return handedOver === undefined
    ? progressed + UNFINISHED_LIFETIME
    : handedOver + HANDED_OVER_LIFETIME;
}

/**
 * Whether a copy's time is over. A copy whose time lies further ahead than any copy may stay was noted by a wrong
 * clock. It counts as expired too, since it would otherwise stay until that day.
 */
export function isExpired(age: CopyAge, now: number): boolean {
  const end = goesAt(age);
  const start = age.handedOver ?? age.progressed;
  return now >= end || now <= start - (end - start);
}
