import { appendRecords, readJournal } from '@burritoshare/core';
import type { JournalEnd, JournalRecord, JournalState, Plan } from '@burritoshare/core';
import { PlatformError } from '@burritoshare/peer/storage';

import { journalRoom } from '../journal-room.ts';
import { openDiskFile } from './disk-file.ts';
import type { DiskFile } from './disk-file.ts';

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
 * Opens the journal of a delivery, cuts off what a crash has torn, and takes the room that it will need: a
 * disk that has become full must not keep what it has taken from being written down.
 *
 * @throws PlatformError `disk.full` or `disk.failed`.
 */
export async function openJournal(id: string, plan: Plan): Promise<JournalFile> {
  const file = await openDiskFile(id, 'journal');
  try {
    const bytes = file.read();
    const journal = readJournal(bytes, plan);
    let { end } = journal;
    // A record behind a torn one would count again if the same record took the torn one's place.
    if (bytes.subarray(end.length).some((byte) => byte !== 0)) file.setLength(end.length);
    takeRoom(file, end, journalRoom(plan.pieces - journal.state.pieces.size));
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

// Zeros are written, since a length alone is only promised. They are no record.
function takeRoom(file: DiskFile, end: JournalEnd, room: number): void {
  const from = file.length();
  const lacking = end.length + room - from;
  if (lacking <= 0) return;
  try {
    file.write(new Uint8Array(lacking), from);
  } catch (error) {
    const isFull = error instanceof PlatformError && error.code === 'disk.full';
    // One that has begun is gone on with as far as it goes.
    if (!isFull || end.length === 0) throw error;
  }
}
