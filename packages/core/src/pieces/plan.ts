import { PIECE_BYTES } from '../constants.ts';
import { LocalProtocolError, RemoteProtocolError } from '../errors.ts';
import { hasBytes } from '../protocol/types.ts';
import type { Manifest, Piece } from '../protocol/types.ts';
import type { PieceSet } from './piece-set.ts';

/**
 * Where each piece of a bundle lies (rule F3), as two running sums. Their numbers go up to 2^53 − 1, so they are
 * `Float64Array`s; each has one number more than the manifest has entries.
 */
export interface Plan {
  /** Entries in the manifest, including folders: a file's number here is its index there. */
  readonly files: number;
  /** Pieces in total. */
  readonly pieces: number;
  /** Bytes in total. */
  readonly bytes: number;
  /** The indexes of entries that are folders. */
  readonly folders: PieceSet;
  /** The ordinal of each entry's first piece; at the end, `pieces`. */
  readonly firstPieces: Float64Array;
  /** Bytes of all entries before each; at the end, `bytes`. */
  readonly starts: Float64Array;
}

/** Numbers the pieces of a manifest, in its order. */
export function createPlan(manifest: Manifest): Plan {
  const files = manifest.entries.length;
  const firstPieces = new Float64Array(files + 1);
  const starts = new Float64Array(files + 1);
  let pieces = 0;
  let bytes = 0;
  for (const [file, entry] of manifest.entries.entries()) {
    const size = hasBytes(entry) ? entry.size : 0;
    pieces += Math.ceil(size / PIECE_BYTES);
    bytes += size;
    firstPieces[file + 1] = pieces;
    starts[file + 1] = bytes;
  }
  return { files, pieces, bytes, folders: foldersOf(manifest), firstPieces, starts };
}

// Built at once: a plan is made often, and may have thousands of folders.
function foldersOf({ entries }: Manifest): PieceSet {
  const bounds: number[] = [];
  let size = 0;
  for (const [index, { kind }] of entries.entries()) {
    if (kind !== 'folder') continue;
    size += 1;
    if (bounds.at(-1) === index) bounds.pop();
    else bounds.push(index);
    bounds.push(index + 1);
  }
  return { bounds, size };
}

/**
 * The piece of an ordinal.
 *
 * @throws LocalProtocolError `argument` outside 0 to `plan.pieces` − 1.
 */
export function pieceAt(plan: Plan, ordinal: number): Piece {
  if (!Number.isInteger(ordinal) || ordinal < 0 || ordinal >= plan.pieces) {
    throw new LocalProtocolError('argument', `no piece ${ordinal} in ${plan.pieces}`);
  }
  const file = fileOfPiece(plan, ordinal);
  const index = ordinal - valueAt(plan.firstPieces, file);
  const offset = index * PIECE_BYTES;
  return {
    ordinal,
    file,
    index,
    offset,
    length: Math.min(PIECE_BYTES, sizeOf(plan, file) - offset),
  };
}

/**
 * The ordinal of the piece that holds a byte which the other side named.
 *
 * @throws RemoteProtocolError `violation` if the manifest has no such byte (rule F4).
 */
export function ordinalAt(plan: Plan, file: number, offset: number): number {
  if (!isFile(plan, file))
    throw new RemoteProtocolError('violation', `no file ${file} in the manifest`);
  if (!Number.isInteger(offset) || offset < 0 || offset >= sizeOf(plan, file)) {
    throw new RemoteProtocolError('violation', `no offset ${offset} in file ${file}`);
  }
  return valueAt(plan.firstPieces, file) + Math.floor(offset / PIECE_BYTES);
}

/**
 * The pieces of one file, which follow one another; none for a folder or an empty file.
 *
 * @throws LocalProtocolError `argument` if there is no such entry.
 */
export function piecesOfFile(
  plan: Plan,
  file: number,
): { readonly first: number; readonly count: number } {
  requireFile(plan, file);
  const first = valueAt(plan.firstPieces, file);
  return { first, count: valueAt(plan.firstPieces, file + 1) - first };
}

/**
 * Bytes of one entry; 0 for a folder.
 *
 * @throws LocalProtocolError `argument` if there is no such entry.
 */
export function sizeOf(plan: Plan, file: number): number {
  requireFile(plan, file);
  return valueAt(plan.starts, file + 1) - valueAt(plan.starts, file);
}

/**
 * Where a piece begins in a container that holds all files back to back, in the manifest's order.
 *
 * @throws LocalProtocolError `argument` if its file is not in the plan.
 */
export function storageOffset(plan: Plan, piece: Pick<Piece, 'file' | 'offset'>): number {
  requireFile(plan, piece.file);
  return valueAt(plan.starts, piece.file) + piece.offset;
}

/** The entry that a piece of the plan belongs to. */
export function fileOfPiece(plan: Plan, ordinal: number): number {
  // The last entry whose first piece is not behind the ordinal. An entry without pieces has the same first piece as the
  // next one with some, and comes before it.
  let low = 0;
  let high = plan.files - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (valueAt(plan.firstPieces, middle) <= ordinal) low = middle;
    else high = middle - 1;
  }
  return low;
}

function isFile(plan: Plan, file: number): boolean {
  return Number.isInteger(file) && file >= 0 && file < plan.files;
}

function requireFile(plan: Plan, file: number): void {
  if (!isFile(plan, file))
    throw new LocalProtocolError('argument', `no file ${file} in ${plan.files}`);
}

function valueAt(sums: Float64Array, index: number): number {
  return sums[index] ?? 0;
}
