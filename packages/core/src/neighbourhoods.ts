// Who makes room where places are few: one rule for the server's knockers (SPEC.md, S7) and for the sender's half-open
// slots (N4).

interface Placed {
  /** The neighbourhood from which it came (S14). */
  readonly tag: string;
}

/**
 * Who goes for a newcomer of this tag, which counts already: the oldest of the tag with most places. Places are in the
 * order in which they were taken; undefined without any.
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
