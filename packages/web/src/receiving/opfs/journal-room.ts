/** Bytes of a piece's own record at most: several that are flushed together share one. */
const PIECE_RECORD_BYTES = 53;

/** Bytes for all other records: a day of reconnecting every half minute takes 60 KB. */
const OTHER_RECORDS_BYTES = 64 * 1024;

/** Bytes that a journal will take for so many more pieces. */
export function journalRoom(pieces: number): number {
  return pieces * PIECE_RECORD_BYTES + OTHER_RECORDS_BYTES;
}
