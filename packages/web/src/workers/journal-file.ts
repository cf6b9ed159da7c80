import { appendRecords, readJournal } from '@burritoshare/core';
import type { JournalRecord, JournalState, Plan } from '@burritoshare/core';

import { openDiskFile } from './disk-file.ts';

/** The journal of a delivery, open for appending. */
export interface JournalFile {
  /** What it said when it was opened. */
  readonly state: JournalState;
  /**
   * Writes records and flushes them. Records that didn't fit can be appended again.
   *
   * @throws PlatformError `disk.full` or `disk.failed`.
   */
  append(records: readonly JournalRecord[]): void;
  /** Lets go of the file. Idempotent. */
  close(): void;
}

/**
 * Opens the journal of a delivery, and cuts off what a crash has torn.
 *
 * @throws PlatformError `disk.full` or `disk.failed`.
 */
export async function openJournal(id: string, plan: Plan): Promise<JournalFile> {
  const file = await openDiskFile(id, 'journal');
  try {
    const journal = readJournal(file.read(), plan);
    let { end } = journal;
    if (file.length() !== end.length) file.setLength(end.length);
    return {
      state: journal.state,
      append(records) {
        const appended = appendRecords(end, records);
        file.write(appended.bytes, end.length);
        file.flush();
        end = appended.end;
      },
      close: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}
