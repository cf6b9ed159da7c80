// When a private copy goes by itself. Nobody is asked: the end of a download can't be observed, and whoever has
// left an unfinished delivery behind may not be the next person at this computer.

/** Milliseconds that a copy stays after it was handed over: long enough to notice that a download went wrong. */
export const HANDED_OVER_LIFETIME = 24 * 3_600_000;

/** Milliseconds that a copy stays which was not handed over, after something last came in: a week away is survived. */
export const UNFINISHED_LIFETIME = 7 * 24 * 3_600_000;

/** What decides how long a copy stays. Times are milliseconds since 1970. */
export interface CopyAge {
  /** When it was last handed over; undefined if it never was. */
  readonly handedOver: number | undefined;
  /** When something last came in. */
  readonly progressed: number;
}

/** When a copy goes. */
export function goesAt({ handedOver, progressed }: CopyAge): number {
  return handedOver === undefined
    ? progressed + UNFINISHED_LIFETIME
    : handedOver + HANDED_OVER_LIFETIME;
}

/**
 * Whether a copy's time is over. A time that is further ahead than a copy may be old was noted by a clock that was
 * wrong: without an end of its own, such a copy would stay until that day.
 */
export function isExpired(age: CopyAge, now: number): boolean {
  const end = goesAt(age);
  const start = age.handedOver ?? age.progressed;
  return now >= end || now <= start - (end - start);
}
