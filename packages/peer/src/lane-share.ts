import { laneAllowance } from '@burritoshare/core';

/** Divides lanes among the deliveries of one sender whose bytes move. */
export interface LaneShare {
  /**
   * Takes part: `allowed` is told at once, and whenever it changes, how many lanes one may have.
   *
   * @returns what ends it.
   */
  join(allowed: (lanes: number) => void): () => void;
}

export function createLaneShare(): LaneShare {
  const members = new Set<(lanes: number) => void>();
  const tell = (): void => {
    for (const allowed of members) allowed(laneAllowance(members.size));
  };
  return {
    join(allowed) {
      members.add(allowed);
      tell();
      return () => {
        members.delete(allowed);
        tell();
      };
    },
  };
}
