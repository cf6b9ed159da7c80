/** The events of a run, in lines that a person can follow. */
export interface Story {
  /** Whether lines are kept, which is only useful if somebody reads them. */
  readonly isTold: boolean;
  tell(now: number, who: string, what: string): void;
  readonly lines: readonly string[];
  /** A hash of all lines, to check that the same seed tells the same story. */
  readonly hash: string;
}

export function createStory(isTold: boolean): Story {
  const lines: string[] = [];
  return {
    isTold,
    tell(now, who, what) {
      if (!isTold) return;
      lines.push(`${(now / 1_000).toFixed(3).padStart(9)} s  ${who.padEnd(10)}  ${what}`);
    },
    lines,
    get hash() {
      let hash = 0x811c9dc5;
      for (const line of lines)
        for (let at = 0; at < line.length; at++)
          hash = Math.imul(hash ^ line.charCodeAt(at), 0x01000193);
      return (hash >>> 0).toString(16).padStart(8, '0');
    },
  };
}
