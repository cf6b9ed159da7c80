// What is sent, charged and stored at once: one piece, or a pack of small files (SPEC.md: F7).

import { PACK_SPAN, PIECE_BYTES } from '../constants.ts';
import { RemoteProtocolError } from '../errors.ts';
import type { Frame } from '../protocol/frames.ts';
import type { Piece, PieceRange } from '../protocol/types.ts';
import { failedBetween, isFileOf, type FailedFiles } from './failed-files.ts';
import {
  addPiece,
  emptyPieces,
  firstPiece,
  hasPiece,
  hasRange,
  rangesOf,
  removePiece,
  type PieceSet,
} from './piece-set.ts';
import { fileOfPiece, pieceAt, piecesOfFile, type Plan } from './plan.ts';
import { bytesOfPieces } from './ranges.ts';

/** One piece, or a pack: pieces that are whole small files, one file each. */
export interface Parcel {
  /** The ordinal of its first piece, by which it is known: no two that are under way share a piece. */
  readonly ordinal: number;
  /** All pieces of a pack, at least two; left out if the parcel is one piece. */
  readonly pack?: PieceSet;
}

/** The parcel of these pieces; undefined if there are none. */
export function parcelOf(pieces: PieceSet): Parcel | undefined {
  const ordinal = firstPiece(pieces);
  if (ordinal === undefined) return undefined;
  return pieces.size === 1 ? { ordinal } : { ordinal, pack: pieces };
}

/** A parcel without what else the object has. */
export function bareParcel({ ordinal, pack }: Parcel): Parcel {
  return pack === undefined ? { ordinal } : { ordinal, pack };
}

/** The ordinals of a parcel's pieces. */
export function rangesOfParcel({ ordinal, pack }: Parcel): readonly PieceRange[] {
  return pack === undefined ? [{ first: ordinal, end: ordinal + 1 }] : rangesOf(pack);
}

/** The ordinal behind a parcel's last piece. */
export function endOfParcel({ ordinal, pack }: Parcel): number {
  return pack?.bounds.at(-1) ?? ordinal + 1;
}

/**
 * The pieces of a parcel, in order.
 *
 * @throws LocalProtocolError `argument` if the plan doesn't have them.
 */
export function piecesInParcel(plan: Plan, parcel: Parcel): readonly Piece[] {
  const pieces: Piece[] = [];
  for (const { first, end } of rangesOfParcel(parcel))
    for (let ordinal = first; ordinal < end; ordinal++) pieces.push(pieceAt(plan, ordinal));
  return pieces;
}

/** Bytes of a parcel's pieces, 1 byte to 1 MiB. */
export function lengthOfParcel(plan: Plan, { ordinal, pack }: Parcel): number {
  return pack === undefined ? pieceAt(plan, ordinal).length : bytesOfPieces(plan, pack);
}

/** Whether all pieces of a parcel are in a set. */
export function hasParcel(pieces: PieceSet, parcel: Parcel): boolean {
  return rangesOfParcel(parcel).every((range) => hasRange(pieces, range));
}

/** Whether a parcel has this piece. */
export function isInParcel(parcel: Parcel, ordinal: number): boolean {
  return rangesOfParcel(parcel).some(({ first, end }) => first <= ordinal && ordinal < end);
}

/** Whether a parcel has a piece of this file. */
export function hasFileOf(plan: Plan, parcel: Parcel, file: number): boolean {
  if (!isFileOf(plan, file)) return false;
  const { first, count } = piecesOfFile(plan, file);
  // An entry without pieces has a first one all the same, which is another's.
  return rangesOfParcel(parcel).some(
    (range) => Math.max(range.first, first) < Math.min(range.end, first + count),
  );
}

/**
 * A parcel without the pieces of files that failed, and the pieces that are left out.
 *
 * @returns undefined for a parcel that has no piece left.
 */
export function withoutFailed(
  plan: Plan,
  parcel: Parcel,
  failed: FailedFiles,
): { readonly parcel: Parcel | undefined; readonly without: readonly number[] } {
  const { pack, ordinal } = parcel;
  const last = fileOfPiece(plan, endOfParcel(parcel) - 1);
  const between = failedBetween(failed.list, fileOfPiece(plan, ordinal), last + 1);
  if (pack === undefined)
    return between.length === 0
      ? { parcel, without: [] }
      : { parcel: undefined, without: [ordinal] };
  const without = between.flatMap(({ file }) => {
    const { first, count } = piecesOfFile(plan, file);
    return count === 1 && hasPiece(pack, first) ? [first] : [];
  });
  return { parcel: parcelOf(without.reduce(removePiece, pack)), without };
}

/**
 * The longest parcel that begins with this piece: if the piece is a whole file, the next wanted ones go with it as long
 * as they are whole files, too.
 *
 * @param next - the first wanted piece from an ordinal on; `plan.pieces` or more if there is none.
 * @param bytes - length of a pack at most, up to PIECE_BYTES.
 */
export function nextParcel(
  plan: Plan,
  ordinal: number,
  next: (from: number) => number,
  bytes: number,
): Parcel {
  const first = pieceAt(plan, ordinal);
  let pieces = addPiece(emptyPieces, ordinal);
  let length = first.length;
  for (let piece = first; isWholeFile(plan, piece);) {
    const ahead = next(piece.ordinal + 1);
    // No file is without bytes, so this stops before the first piece that can't be in the pack.
    if (length >= bytes || ahead >= plan.pieces) break;
    piece = pieceAt(plan, ahead);
    length += piece.length;
    const fits = length <= bytes && piece.file - first.file <= PACK_SPAN;
    if (!fits || !isWholeFile(plan, piece)) break;
    pieces = addPiece(pieces, ahead);
  }
  return parcelOf(pieces) ?? { ordinal };
}

/** The bitmap of a pack, for its frames: a bit for each file behind the first one (rule F7). */
export function bitmapOf(plan: Plan, pack: PieceSet): Uint8Array {
  const files = [...rangesOf(pack)].flatMap(({ first, end }) =>
    Array.from({ length: end - first }, (_, index) => fileOfPiece(plan, first + index)),
  );
  const [first = 0] = files;
  const last = files.at(-1) ?? first;
  const bitmap = new Uint8Array(Math.ceil((last - first) / 8));
  for (const file of files.slice(1)) {
    const bit = file - first - 1;
    bitmap[bit >> 3] = (bitmap[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  }
  return bitmap;
}

/**
 * The pack that a frame belongs to (rule F7).
 *
 * @throws RemoteProtocolError `violation` if it has files that are not in the manifest or are not one piece, or is
 *   longer than a piece may be.
 */
export function packOf(plan: Plan, { file, bitmap }: Pick<Frame, 'file' | 'bitmap'>): Parcel {
  let pieces = addPiece(emptyPieces, ordinalOfFile(plan, file));
  for (const [index, byte] of bitmap.entries())
    for (let bit = 0; bit < 8; bit++)
      if ((byte & (0x80 >> bit)) !== 0)
        pieces = addPiece(pieces, ordinalOfFile(plan, file + 1 + index * 8 + bit));
  if (bytesOfPieces(plan, pieces) > PIECE_BYTES)
    throw new RemoteProtocolError('violation', 'a pack that is longer than a piece');
  return { ordinal: firstPiece(pieces) ?? 0, pack: pieces };
}

function ordinalOfFile(plan: Plan, file: number): number {
  if (isFileOf(plan, file)) {
    const { first, count } = piecesOfFile(plan, file);
    if (count === 1) return first;
  }
  throw new RemoteProtocolError('violation', `file ${file} can't be in a pack`);
}

function isWholeFile(plan: Plan, { file }: Piece): boolean {
  return piecesOfFile(plan, file).count === 1;
}
