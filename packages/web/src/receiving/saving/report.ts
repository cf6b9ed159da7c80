import { useSyncExternalStore } from 'react';

/** A file or a folder that was saved under another name, by its path. */
export interface Renamed {
  readonly from: string;
  readonly to: string;
}

/** The page's notes on the last save. */
export interface SavingReport {
  readonly renamed: readonly Renamed[];
  /** The picker was closed without a folder. */
  readonly isWithoutFolder: boolean;
}

/** No notes. */
const NOTHING: SavingReport = { renamed: [], isWithoutFolder: false };

const listeners = new Set<() => void>();
let report = NOTHING;

/** Replaces the earlier report. */
export function reportSaving(said: Partial<SavingReport>): void {
  report = { ...NOTHING, ...said };
  for (const listener of listeners) listener();
}

export function useSavingReport(): SavingReport {
  return useSyncExternalStore(subscribe, current, current);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function current(): SavingReport {
  return report;
}
