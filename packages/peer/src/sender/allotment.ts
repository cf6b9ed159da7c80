/** Divides something among the deliveries of one sender whose bytes move. */
export interface Allotment<Part> {
  /**
   * Joins. Calls `allowed` with this member's part at once, and whenever the part may have changed.
   *
   * @returns a function that leaves.
   */
  join(allowed: (part: Part) => void): () => void;
}

/** An allotment whose total can change. */
export interface VariableAllotment<Part> extends Allotment<Part> {
  /** Divides the present total anew. */
  divide(): void;
}

/** Makes an allotment in which each member gets `partOf` the number of members. */
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
