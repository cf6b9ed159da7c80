// Writes a delivery to the disk in this order: bytes, flush, journal (I4). So the journal never names a piece whose
// bytes a crash could still lose.

import {
  addPiece,
  countPieces,
  pieceAt,
  rangesOfParcel,
  removeRange,
  storageOffset,
} from '@burritoshare/core';
import type {
  JournalRecord,
  JournalState,
  Parcel,
  PieceRange,
  Plan,
  StoredPiece,
} from '@burritoshare/core';
import { PlatformError } from '@burritoshare/peer/storage';
import type { HashedPiece } from '@burritoshare/peer/storage';

import type { Beginning } from '../calls.ts';
import { withoutPieces } from '../stored-delivery.ts';
import { containerIn, openContainer } from './container.ts';
import type { Container } from './container.ts';
import type { DiskFile } from './disk-file.ts';
import { openJournal } from './journal-file.ts';
import type { JournalFile } from './journal-file.ts';
import type { NewFiles } from './new-files.ts';

/** Stored bytes after which they are journaled. A crash loses at most these: a second of a fast network. */
const JOURNAL_BYTES = 16 * 1024 * 1024;

/** Milliseconds after which stored pieces are journaled, however few. On a slow network a crash loses at most these. */
const JOURNAL_DELAY = 1_000;

export interface DeliveryFiles {
  /** The state on the disk when the files were opened. */
  readonly state: JournalState;
  /**
   * Writes a parcel's pieces to their places. What was journaled of them is forgotten first. @throws PlatformError
   * `disk.full` or `disk.failed`
   */
  write(parcel: Parcel, bytes: Uint8Array<ArrayBuffer>): void;
  /**
   * Notes pieces that were written, to be journaled soon. If too many bytes are waiting, journals those first.
   *
   * @throws PlatformError as {@link DeliveryFiles.settle} does; the pieces are not noted then.
   */
  note(pieces: readonly HashedPiece[]): void;
  /** Flushes and journals all pieces that were noted. @throws PlatformError `disk.full` or `disk.failed` */
  settle(): void;
  /** Journals that these pieces are no longer here. @throws PlatformError `disk.full` or `disk.failed` */
  forget(ranges: readonly PieceRange[]): void;
  /** Adds records to the journal, durably. @throws PlatformError `disk.full` or `disk.failed` */
  record(...records: readonly JournalRecord[]): void;
  /** Closes the files. Pieces that were noted but not settled are lost. Idempotent. */
  close(): void;
}

/** @throws PlatformError `disk.full` or `disk.failed`. */
export async function openDeliveryFiles(id: string, plan: Plan): Promise<DeliveryFiles> {
  const container = await openContainer(id, plan.bytes);
  try {
    const journal = await openJournal(id, plan);
    return deliveryFiles(plan, container, journal);
  } catch (error) {
    container.close();
    throw error;
  }
}

/**
 * Begins a delivery in its new files. A later visit knows it from then on. The caller closes the files if this throws.
 *
 * @throws PlatformError `disk.full` or `disk.failed`.
 */
export function beginDelivery(
  { data, journal, record }: NewFiles,
  plan: Plan,
  beginning: Beginning,
): DeliveryFiles {
  const container = containerIn(data, plan.bytes);
  record.write(new TextEncoder().encode(beginning.record), 0);
  const { generation, choice } = beginning;
  // First the choice: once a generation is recorded, a later visit resumes the delivery (E4).
  const records: JournalRecord[] = choice === undefined ? [] : [{ type: 'chosen', ...choice }];
  if (generation > 0) records.push({ type: 'generation', generation });
  if (records.length > 0) journal.append(records);
  return deliveryFiles(plan, container, journal, record);
}

function deliveryFiles(
  plan: Plan,
  container: Container,
  journal: JournalFile,
  unflushed?: DiskFile,
): DeliveryFiles {
  let { pieces: journaled } = journal.state;
  let noted: StoredPiece[] = [];
  let notedBytes = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let broken: PlatformError | undefined;

  // After a disk has failed once, don't trust what it reports.
  const unlessBroken = (work: () => void): void => {
    if (broken !== undefined) throw broken;
    try {
      work();
    } catch (error) {
      if (error instanceof PlatformError && error.code === 'disk.failed') broken = error;
      throw error;
    }
  };

  // A crash may lose a new delivery's record, or cut it off: the delivery then counts as a leftover. So the record needs
  // no flush of its own before something is journaled that would be missed.
  let recordFile = unflushed;
  const append = (records: readonly JournalRecord[]): void => {
    recordFile?.flush();
    recordFile?.close();
    recordFile = undefined;
    journal.append(records);
  };

  const record = (...records: readonly JournalRecord[]): void =>
    unlessBroken(() => append(records));

  const settle = (): void => {
    clearTimeout(timer);
    timer = undefined;
    unlessBroken(() => {
      if (noted.length === 0) return;
      container.flush();
      append([{ type: 'stored', pieces: noted }]);
    });
    for (const { ordinal } of noted) journaled = addPiece(journaled, ordinal);
    noted = [];
    notedBytes = 0;
  };

  const settleLater = (): void => {
    timer ??= setTimeout(() => {
      try {
        settle();
      } catch {
        // The next call reports it: a failed disk stays failed, and a full one is tried again.
      }
    }, JOURNAL_DELAY);
  };

  const forget = (ranges: readonly PieceRange[]): void => {
    // Settle first, so that a later record can't bring these pieces back.
    settle();
    record({ type: 'forgotten', ranges });
    journaled = ranges.reduce(removeRange, journaled);
  };

  const { isKept } = container;
  if (!isKept && journaled.size > 0) forget([{ first: 0, end: plan.pieces }]);

  return {
    state: isKept ? journal.state : withoutPieces(journal.state, plan),
    write(parcel, bytes) {
      const ranges = rangesOfParcel(parcel);
      if (ranges.some(({ first, end }) => countPieces(journaled, first, end) > 0)) forget(ranges);
      let at = 0;
      for (const { first, end } of ranges) {
        // Pieces lie back to back in the container, too.
        const start = storageOffset(plan, pieceAt(plan, first));
        const last = pieceAt(plan, end - 1);
        const part = bytes.subarray(at, (at += storageOffset(plan, last) + last.length - start));
        unlessBroken(() => container.write(part, start));
      }
    },
    note(pieces) {
      const bytes = pieces.reduce((sum, { piece }) => sum + piece.length, 0);
      if (notedBytes + bytes > JOURNAL_BYTES) settle();
      for (const { piece, leaf } of pieces) noted.push({ ordinal: piece.ordinal, leaf });
      notedBytes += bytes;
      settleLater();
    },
    settle,
    forget,
    record,
    close() {
      clearTimeout(timer);
      container.close();
      journal.close();
      recordFile?.close();
    },
  };
}
