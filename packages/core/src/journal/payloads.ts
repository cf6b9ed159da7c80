// The payloads of a journal's records, each type in its own layout. Numbers of pieces go up to 2^53 − 1, so they are
// 64-bit floats, which hold all of them.

import * as v from 'valibot';

import { concatBytes, decodeUtf8, encodeUtf8, fromBase64Url, toBase64Url } from '../bytes.ts';
import { LEAF_BYTES } from '../constants.ts';
import { digest, isWhole, whole } from '../protocol/fields.ts';
import { parseJson } from '../protocol/json.ts';
import { areEntryRanges, takesSome } from '../pieces/choice.ts';
import { piecesOf } from '../pieces/piece-set.ts';
import type { Plan } from '../pieces/plan.ts';
import { FAILURE_CODES, type PieceRange } from '../protocol/types.ts';
import type { JournalRecord, StoredPiece } from './types.ts';

type Payload = Uint8Array<ArrayBuffer>;

/** Bytes of a number. */
const NUMBER_BYTES = 8;

const RANGE_BYTES = 2 * NUMBER_BYTES;
const STORED_BYTES = NUMBER_BYTES + LEAF_BYTES;
const DELIVERY_BYTES = 16;
const TOKEN_BYTES = 32;

/** The byte of each type. Zero is no type, since disks fill room that was never written with zeros. */
const TYPES: readonly (JournalRecord['type'] | undefined)[] = [
  undefined,
  'stored',
  'forgotten',
  'generation',
  'finished',
  'renewed',
  'handedOver',
  'chosen',
];

const finished = v.object({
  all: digest,
  present: digest,
  absent: v.array(v.object({ file: whole, code: v.picklist([...FAILURE_CODES, 'left.out']) })),
});

export function typeByteOf({ type }: JournalRecord): number {
  return TYPES.indexOf(type);
}

export function encodePayload(record: JournalRecord): Payload {
  switch (record.type) {
    case 'stored':
      return encodeStored(record.pieces);
    case 'forgotten':
      return numbersOfRanges(record.ranges);
    case 'generation':
      return numbersOf([record.generation]);
    case 'finished':
      return encodeUtf8(
        JSON.stringify({
          all: toBase64Url(record.digest.all),
          present: toBase64Url(record.digest.present),
          absent: record.absent.map(({ file, code }) => ({ file, code })),
        }),
      );
    case 'chosen':
      return concatBytes(numbersOf([record.entries]), numbersOfRanges(record.leftOut));
    case 'handedOver':
      return numbersOf([record.time]);
    case 'renewed':
      return concatBytes(fromBase64Url(record.delivery), record.token);
  }
}

/**
 * Reads the record of a payload whose sum is correct.
 *
 * @returns undefined for no record, or one that names pieces or files outside the plan: a later version wrote it, or it
 *   belongs to something else.
 */
export function decodePayload(
  typeByte: number,
  payload: Payload,
  plan: Plan,
): JournalRecord | undefined {
  switch (TYPES[typeByte]) {
    case 'stored':
      return decodeStored(payload, plan);
    case 'forgotten':
      return decodeForgotten(payload, plan);
    case 'generation':
      return decodeGeneration(payload);
    case 'finished':
      return decodeFinished(payload, plan);
    case 'renewed':
      return decodeRenewed(payload);
    case 'handedOver':
      return decodeHandedOver(payload);
    case 'chosen':
      return decodeChosen(payload, plan);
    case undefined:
      return undefined;
  }
}

function encodeStored(pieces: readonly StoredPiece[]): Payload {
  const bytes = new Uint8Array(pieces.length * STORED_BYTES);
  for (const [index, { ordinal, leaf }] of pieces.entries()) {
    bytes.set(numbersOf([ordinal]), index * STORED_BYTES);
    bytes.set(leaf, index * STORED_BYTES + NUMBER_BYTES);
  }
  return bytes;
}

function decodeStored(payload: Payload, plan: Plan): JournalRecord | undefined {
  const records = itemsOf(payload, STORED_BYTES);
  const pieces = records?.map((bytes) => ({
    ordinal: numberAt(bytes, 0),
    leaf: bytes.subarray(NUMBER_BYTES),
  }));
  const isIn = pieces?.every(({ ordinal }) => isWhole(ordinal) && ordinal < plan.pieces) ?? false;
  return pieces !== undefined && isIn ? { type: 'stored', pieces } : undefined;
}

function decodeForgotten(payload: Payload, plan: Plan): JournalRecord | undefined {
  const ranges = rangesIn(payload);
  const isIn =
    ranges?.every(
      ({ first, end }) => isWhole(first) && isWhole(end) && first <= end && end <= plan.pieces,
    ) ?? false;
  return ranges !== undefined && isIn ? { type: 'forgotten', ranges } : undefined;
}

function decodeChosen(payload: Payload, plan: Plan): JournalRecord | undefined {
  if (payload.length < NUMBER_BYTES) return undefined;
  const entries = numberAt(payload, 0);
  const leftOut = rangesIn(payload.subarray(NUMBER_BYTES));
  if (leftOut === undefined || !isWhole(entries) || entries > plan.files) return undefined;
  return areEntryRanges(leftOut, entries) && takesSome(piecesOf(leftOut), entries)
    ? { type: 'chosen', entries, leftOut }
    : undefined;
}

function decodeGeneration(payload: Payload): JournalRecord | undefined {
  if (payload.length !== NUMBER_BYTES) return undefined;
  const generation = numberAt(payload, 0);
  return isWhole(generation) && generation > 0 ? { type: 'generation', generation } : undefined;
}

function decodeHandedOver(payload: Payload): JournalRecord | undefined {
  if (payload.length !== NUMBER_BYTES) return undefined;
  const time = numberAt(payload, 0);
  return isWhole(time) ? { type: 'handedOver', time } : undefined;
}

function decodeFinished(payload: Payload, plan: Plan): JournalRecord | undefined {
  try {
    const { all, present, absent } = parseJson(finished, decodeUtf8(payload));
    const isIn = absent.every(({ file }) => file < plan.files);
    if (!isIn) return undefined;
    const digests = { all: fromBase64Url(all), present: fromBase64Url(present) };
    return { type: 'finished', digest: digests, absent };
  } catch {
    return undefined;
  }
}

function decodeRenewed(payload: Payload): JournalRecord | undefined {
  if (payload.length !== DELIVERY_BYTES + TOKEN_BYTES) return undefined;
  const delivery = toBase64Url(payload.subarray(0, DELIVERY_BYTES));
  return { type: 'renewed', delivery, token: payload.slice(DELIVERY_BYTES) };
}

function rangesIn(payload: Payload): readonly PieceRange[] | undefined {
  return itemsOf(payload, RANGE_BYTES)?.map((bytes) => ({
    first: numberAt(bytes, 0),
    end: numberAt(bytes, NUMBER_BYTES),
  }));
}

function numbersOfRanges(ranges: readonly PieceRange[]): Payload {
  return numbersOf(ranges.flatMap(({ first, end }) => [first, end]));
}

function itemsOf(payload: Payload, bytes: number): readonly Payload[] | undefined {
  if (payload.length % bytes !== 0) return undefined;
  return Array.from({ length: payload.length / bytes }, (_, index) =>
    payload.subarray(index * bytes, (index + 1) * bytes),
  );
}

function numbersOf(numbers: readonly number[]): Payload {
  const bytes = new Uint8Array(numbers.length * NUMBER_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, number] of numbers.entries()) view.setFloat64(index * NUMBER_BYTES, number);
  return bytes;
}

function numberAt(bytes: Payload, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getFloat64(at);
}
