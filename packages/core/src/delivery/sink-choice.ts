/** Where the bytes will be stored. The platform finds out before the person accepts. */
export type SinkChoice =
  /**
   * In the origin's private file system, then handed over. `persistent`: the browser promised to keep it. `volatile`:
   * it lies in memory and is lost with the window.
   */
  | { readonly kind: 'private'; readonly persistent: boolean; readonly volatile?: true }
  /** In the tab's memory, then handed over. */
  | { readonly kind: 'memory' }
  /** Nowhere: the bundle doesn't fit. */
  | { readonly kind: 'none'; readonly code: 'memory.limit' | 'disk.full'; readonly limit: number };

export type SaveMethod = 'download' | 'folder';
