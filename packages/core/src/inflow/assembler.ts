import { CHUNK_BYTES } from '../constants.ts';
import { RemoteProtocolError } from '../errors.ts';
import {
  addPiece,
  emptyPieces,
  hasPiece,
  removeRange,
  type PieceSet,
} from '../pieces/piece-set.ts';
import { parseFrame, type Frame } from '../protocol/frames.ts';
import { checkFrame } from '../pieces/check-frame.ts';
import type { Plan } from '../pieces/plan.ts';
import type { Piece, PieceRange } from '../protocol/types.ts';

/** Options of an assembler. */
export interface AssemblerOptions {
  readonly plan: Plan;
  /** Bytes: the first credit, the window. */
  readonly credit: number;
  /** Pieces that are stored already: their chunks are dropped. */
  readonly held?: PieceSet;
  /** Supplies memory for a piece of that many bytes, whatever it contains. New memory if not given. */
  readonly allocate?: (length: number) => Uint8Array<ArrayBuffer>;
}

/** The result of one message. */
export type Assembled =
  /** The piece is not complete yet. */
  | { readonly kind: 'buffered' }
  /** The message brought nothing new. */
  | { readonly kind: 'dropped' }
  /** The message completed a piece. Its bytes now belong to the caller. */
  | { readonly kind: 'piece'; readonly ordinal: number; readonly bytes: Uint8Array<ArrayBuffer> }
  /** The message completed a piece of a failed file; its bytes were not kept. */
  | { readonly kind: 'discarded'; readonly ordinal: number };

/** Assembles pieces from chunks. */
export interface Assembler {
  /**
   * Takes one binary message of a bulk channel (SPEC.md, F). Its bytes are copied.
   *
   * @throws RemoteProtocolError `malformed` or `violation`, having changed nothing.
   */
  push(message: Uint8Array): Assembled;
  /** Raises the total credit to that many bytes; a lower figure changes nothing. */
  allow(upTo: number): void;
  /** Stops keeping a file's bytes. Its pieces are still counted to their ends. */
  discardFile(file: number): void;
  /** Takes pieces once more, since the sender's differ (SPEC.md, R4). */
  reopen(ranges: readonly PieceRange[]): void;
  /** Keeps a file's pieces again, and takes once more those that it lacks (SPEC.md, K6). */
  readmitFile(file: number, ranges: readonly PieceRange[]): void;
  /** Bytes reserved for pieces that are not complete. */
  readonly bufferedBytes: number;
  /** Bytes of these that have arrived. */
  readonly arrivedBytes: number;
  /** Drops everything, and all that comes afterwards. */
  release(): void;
}

// A piece in flight. `bytes` is undefined if its file has failed.
interface Partial {
  readonly piece: Piece;
  readonly have: Uint8Array;
  missing: number;
  /** Bytes that have arrived. */
  arrived: number;
  bytes: Uint8Array<ArrayBuffer> | undefined;
}

/**
 * Makes an assembler for one generation. It is called for every message, without the machine, and holds the sender to
 * its credit: a piece is charged in full when its first chunk comes (K1, K3), so the reserved bytes never exceed the
 * largest window that there was (I1).
 */
export function createAssembler({
  plan,
  credit,
  held = emptyPieces,
  allocate = (length) => new Uint8Array(length),
}: AssemblerOptions): Assembler {
  const partials = new Map<number, Partial>();
  const discardedFiles = new Set<number>();
  let done = held;
  let creditUpTo = credit;
  let openedBytes = 0;
  let bufferedBytes = 0;
  let taking: 'open' | 'released' = 'open';

  const open = (piece: Piece): Partial => {
    if (openedBytes + piece.length > creditUpTo) {
      throw new RemoteProtocolError('violation', `piece ${piece.ordinal} is beyond the credit`);
    }
    const chunks = Math.ceil(piece.length / CHUNK_BYTES);
    const isKept = !discardedFiles.has(piece.file);
    const bytes = isKept ? allocate(piece.length) : undefined;
    const partial = { piece, have: new Uint8Array(chunks), missing: chunks, arrived: 0, bytes };
    partials.set(piece.ordinal, partial);
    openedBytes += piece.length;
    bufferedBytes += bytes?.length ?? 0;
    return partial;
  };

  const close = ({ piece: { ordinal }, bytes }: Partial): Assembled => {
    partials.delete(ordinal);
    done = addPiece(done, ordinal);
    if (bytes === undefined) return { kind: 'discarded', ordinal };
    bufferedBytes -= bytes.length;
    return { kind: 'piece', ordinal, bytes };
  };

  // A sender that keeps to K6 has none of these in flight. If another one has, its chunks count for nothing.
  const reopen = (ranges: readonly PieceRange[]): void => {
    done = ranges.reduce(removeRange, done);
  };

  return {
    push: (message) => {
      const frame = parseFrame(message);
      const piece = checkFrame(plan, frame);
      if (taking === 'released' || hasPiece(done, piece.ordinal)) return { kind: 'dropped' };
      const partial = partials.get(piece.ordinal) ?? open(piece);
      const taken = takeChunks(partial, frame);
      if (partial.missing === 0) return close(partial);
      return { kind: taken > 0 ? 'buffered' : 'dropped' };
    },
    allow: (upTo) => {
      creditUpTo = Math.max(creditUpTo, upTo);
    },
    discardFile: (file) => {
      discardedFiles.add(file);
      for (const partial of partials.values()) {
        if (partial.piece.file !== file) continue;
        bufferedBytes -= partial.bytes?.length ?? 0;
        partial.bytes = undefined;
      }
    },
    reopen,
    readmitFile: (file, ranges) => {
      discardedFiles.delete(file);
      reopen(ranges);
    },
    get bufferedBytes() {
      return bufferedBytes;
    },
    get arrivedBytes() {
      let sum = 0;
      for (const { bytes, arrived } of partials.values()) if (bytes !== undefined) sum += arrived;
      return sum;
    },
    release: () => {
      taking = 'released';
      partials.clear();
      bufferedBytes = 0;
    },
  };
}

// Chunks that are here stay as they came, so that no repetition changes a byte (I3).
function takeChunks(partial: Partial, { offset, payload }: Frame): number {
  const from = offset - partial.piece.offset;
  let taken = 0;
  for (let start = 0; start < payload.length; start += CHUNK_BYTES) {
    const chunk = (from + start) / CHUNK_BYTES;
    if (partial.have[chunk] === 1) continue;
    partial.have[chunk] = 1;
    taken += 1;
    const bytes = payload.subarray(start, start + CHUNK_BYTES);
    partial.arrived += bytes.length;
    partial.bytes?.set(bytes, from + start);
  }
  partial.missing -= taken;
  return taken;
}
