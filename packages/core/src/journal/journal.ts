// A journal is a sequence of records: type (1 byte), length of the payload (4 bytes), payload, sum (8 bytes). It is
// only ever appended to. A crash may leave part of the last append: the next writer cuts it off. If a disk has changed
// a record, the journal ends there, because the sums are chained: a record is valid only behind the one that it was
// written behind.

import { concatBytes, equalBytes } from '../bytes.ts';
import { hashOf } from '../integrity/digests.ts';
import type { Plan } from '../pieces/plan.ts';
import { foldAll } from './fold.ts';
import { decodePayload, encodePayload, typeByteOf } from './payloads.ts';
import type { JournalEnd, JournalRecord, JournalState } from './types.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes of type and length. */
const HEADER_BYTES = 5;

/** Bytes of SHA-256 that are kept. An accident gets past them once in 2^64; forgery is no danger here. */
const SUM_BYTES = 8;

/** Where a journal begins. */
export const JOURNAL_START: JournalEnd = { length: 0, sum: new Uint8Array(SUM_BYTES) };

/** The bytes to append to a journal for these records, and its new end. */
export function appendRecords(
  end: JournalEnd,
  records: readonly JournalRecord[],
): { readonly bytes: Bytes; readonly end: JournalEnd } {
  const parts: Bytes[] = [];
  let { sum } = end;
  for (const record of records) {
    const payload = encodePayload(record);
    const header = headerOf(typeByteOf(record), payload.length);
    sum = sumOf(sum, header, payload);
    parts.push(header, payload, sum.slice());
  }
  const bytes = concatBytes(...parts);
  return { bytes, end: { length: end.length + bytes.length, sum } };
}

/**
 * Reads a journal as far as it is valid. Total: any bytes give the state of the longest run of valid records from the
 * start. Leaves are views of the bytes given.
 *
 * @param plan - of the manifest that the journal belongs to.
 */
export function readJournal(
  bytes: Bytes,
  plan: Plan,
): { readonly state: JournalState; readonly end: JournalEnd } {
  let end = JOURNAL_START;
  const state = foldAll(
    (function* () {
      for (let next = readRecord(bytes, end, plan); next !== undefined;) {
        end = next.end;
        yield next.record;
        next = readRecord(bytes, end, plan);
      }
    })(),
  );
  return { state, end };
}

function readRecord(
  bytes: Bytes,
  { length: start, sum }: JournalEnd,
  plan: Plan,
): { readonly record: JournalRecord; readonly end: JournalEnd } | undefined {
  const payloadStart = start + HEADER_BYTES;
  if (payloadStart > bytes.length) return undefined;
  const header = bytes.subarray(start, payloadStart);
  const payloadEnd = payloadStart + lengthIn(header);
  const length = payloadEnd + SUM_BYTES;
  if (length > bytes.length) return undefined;
  const payload = bytes.subarray(payloadStart, payloadEnd);
  const expected = sumOf(sum, header, payload);
  if (!equalBytes(expected, bytes.subarray(payloadEnd, length))) return undefined;
  const record = decodePayload(header[0] ?? 0, payload, plan);
  return record && { record, end: { length, sum: expected } };
}

function headerOf(type: number, length: number): Bytes {
  const header = new Uint8Array(HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint8(0, type);
  view.setUint32(1, length);
  return header;
}

function lengthIn(header: Bytes): number {
  return new DataView(header.buffer, header.byteOffset, header.length).getUint32(1);
}

function sumOf(before: Uint8Array, header: Bytes, payload: Bytes): Bytes {
  return hashOf([before, header, payload]).slice(0, SUM_BYTES);
}
