/** Divides something among the deliveries of one sender whose bytes move. */
export interface Allotment<Part> {
  /**
   * Takes part: `allowed` is told at once, and whenever it may have changed, what one may have.
   *
   * @returns what ends it.
   */
  join(allowed: (part: Part) => void): () => void;
}

/** An allotment of which there may be more or less from time to time. */
export interface VariableAllotment<Part> extends Allotment<Part> {
  /** Divides anew what there is now. */
  divide(): void;
}

/** Makes an allotment of which each of so many members may have `partOf` them. */
export function createAllotment<Part>(partOf: (members: number) => Part): VariableAllotment<Part> {
  const members = new Set<(part: Part) => void>();
  const divide = (): void => {
    for (const allowed of members) allowed(partOf(members.size));
  };
  return {
    divide,
    join(allowed) {
      members.add(allowed);
      divide();
      return () => {
        members.delete(allowed);
        divide();
      };
    },
  };
}
