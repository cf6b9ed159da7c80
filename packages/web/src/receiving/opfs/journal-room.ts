/** Bytes of a record for one piece, at most. Pieces that are flushed together share a record. */
const PIECE_RECORD_BYTES = 53;

/** Bytes for all other records: a day of reconnecting every half minute takes 60 KB. */
const OTHER_RECORDS_BYTES = 64 * 1024;

/** Bytes that a journal will need for this many more pieces. */
export function journalRoom(pieces: number): number {
  return pieces * PIECE_RECORD_BYTES + OTHER_RECORDS_BYTES;
}
