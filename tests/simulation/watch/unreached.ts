/** What can't occur in the simulation, and why. */
export const UNREACHED: ReadonlySet<string> = new Set([]);
