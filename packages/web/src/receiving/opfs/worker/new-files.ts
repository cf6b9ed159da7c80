import type { Plan } from '@burritoshare/core';

import { openDiskFile } from './disk-file.ts';
import type { DiskFile } from './disk-file.ts';
import { makeJournal } from './journal-file.ts';
import type { JournalFile } from './journal-file.ts';

/**
 * The open files of a delivery that nobody has accepted yet. A later visit takes them for a leftover, since the record
 * is empty. The container is empty, too: an offer that is only read takes no room from other bundles.
 */
export interface NewFiles {
  readonly data: DiskFile;
  readonly journal: JournalFile;
  readonly record: DiskFile;
  /** Closes the files. Idempotent. */
  close(): void;
}

/**
 * Makes the files of a new delivery. What an earlier attempt has left in them is gone.
 *
 * @throws PlatformError `disk.full` or `disk.failed`.
 */
export async function makeNewFiles(id: string, plan: Plan): Promise<NewFiles> {
  const opening = [
    openDiskFile(id, 'record.json'),
    openDiskFile(id, 'journal'),
    openDiskFile(id, 'data'),
  ] as const;
  const opened = await Promise.allSettled(opening);
  const close = (): void => {
    for (const one of opened) if (one.status === 'fulfilled') one.value.close();
  };
  try {
    const [record, journal, data] = await Promise.all(opening);
    for (const file of [record, journal, data]) if (file.length() > 0) file.setLength(0);
    return { data, journal: makeJournal(journal, plan), record, close };
  } catch (error) {
    close();
    throw error;
  }
}
