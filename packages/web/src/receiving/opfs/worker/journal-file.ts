import { appendRecords, readJournal } from '@burritoshare/core';
import type { JournalEnd, JournalRecord, JournalState, Plan } from '@burritoshare/core';
import { PlatformError } from '@burritoshare/peer/storage';

import { journalRoom } from '../journal-room.ts';
import { openDiskFile } from './disk-file.ts';
import type { DiskFile } from './disk-file.ts';

/** The journal of a delivery, open for appending. */
export interface JournalFile {
  /** The state that it recorded when it was opened. */
  readonly state: JournalState;
  /**
   * Writes records and flushes them. Records that didn't fit can be appended again.
   *
   * @throws PlatformError `disk.full` or `disk.failed`.
   */
  append(records: readonly JournalRecord[]): void;
  /** Flushes what was reserved, which leaves less to flush with the first record. @throws PlatformError `disk.failed` */
  flush(): void;
  /** Closes the file. Idempotent. */
  close(): void;
}

/**
 * Opens the journal of a delivery, cuts off a record that a crash has torn, and reserves the room that the journal will
 * need: otherwise a disk that becomes full could hold pieces that can't be recorded.
 *
 * @throws PlatformError `disk.full` or `disk.failed`.
 */
export async function openJournal(id: string, plan: Plan): Promise<JournalFile> {
  const file = await openDiskFile(id, 'journal');
  try {
    const bytes = file.read();
    const journal = readJournal(bytes, plan);
    const { end } = journal;
    // Cut off the rest too: if the torn record were written again, the old records behind it would count again.
    if (bytes.subarray(end.length).some((byte) => byte !== 0)) file.setLength(end.length);
    takeRoom(file, end, journalRoom(plan.pieces - journal.state.pieces.size));
    return journalIn(file, { state: journal.state, end });
  } catch (error) {
    file.close();
    throw error;
  }
}

/**
 * Reserves the room of a new journal in an empty file.
 *
 * @throws PlatformError `disk.full` or `disk.failed`.
 */
export function makeJournal(file: DiskFile, plan: Plan): JournalFile {
  const empty = readJournal(new Uint8Array(), plan);
  takeRoom(file, empty.end, journalRoom(plan.pieces));
  return journalIn(file, empty);
}

function journalIn(file: DiskFile, journal: ReturnType<typeof readJournal>): JournalFile {
  let { end } = journal;
  return {
    state: journal.state,
    append(records) {
      const appended = appendRecords(end, records);
      file.write(appended.bytes, end.length);
      file.flush();
      end = appended.end;
    },
    flush: () => file.flush(),
    close: () => file.close(),
  };
}

// Reserves room by writing zeros, since setting a length alone may reserve nothing. Zeros are no record.
function takeRoom(file: DiskFile, end: JournalEnd, room: number): void {
  const from = file.length();
  const lacking = end.length + room - from;
  if (lacking <= 0) return;
  try {
    file.write(new Uint8Array(lacking), from);
  } catch (error) {
    const isFull = error instanceof PlatformError && error.code === 'disk.full';
    // A journal that has records goes on without the reserve.
    if (!isFull || end.length === 0) throw error;
  }
}
