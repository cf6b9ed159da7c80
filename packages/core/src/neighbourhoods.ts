// The choice of who makes room if places are few: one rule for the server's knockers (SPEC.md, S7) and for the sender's
// half-open slots (N4).

interface Placed {
  /** The neighbourhood that it came from (S14). */
  readonly tag: string;
}

/**
 * Chooses who makes room for a newcomer of this tag: the oldest of the tag with most places, counting the newcomer.
 * Places are in the order in which they were taken; undefined if there are none.
 */
export function oldestOfHeaviest<Place extends Placed>(
  places: readonly Place[],
  tag: string,
): Place | undefined {
  const weight = (of: string): number =>
    places.filter((place) => place.tag === of).length + (of === tag ? 1 : 0);
  const most = Math.max(...places.map((place) => weight(place.tag)));
  return places.find((place) => weight(place.tag) === most);
}
