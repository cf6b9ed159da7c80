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

/** What an assembler starts from. */
export interface AssemblerOptions {
  readonly plan: Plan;
  /** Bytes: the first credit, the window. */
  readonly credit: number;
  /** Pieces that are stored beforehand: their chunks are dropped. */
  readonly held?: PieceSet;
  /** Memory for a piece of so many bytes, whatever is in it: new memory if not given. */
  readonly allocate?: (length: number) => Uint8Array<ArrayBuffer>;
}

/** What became of a message. */
export type Assembled =
  /** Its piece is not whole yet. */
  | { readonly kind: 'buffered' }
  /** It brought nothing new. */
  | { readonly kind: 'dropped' }
  /** It made a piece whole, which is the caller's from now on. */
  | { readonly kind: 'piece'; readonly ordinal: number; readonly bytes: Uint8Array<ArrayBuffer> }
  /** It made a failed file's piece whole, of which nothing has been kept. */
  | { readonly kind: 'discarded'; readonly ordinal: number };

/** Puts chunks together to pieces. */
export interface Assembler {
  /**
   * Takes one binary message of a bulk channel (SPEC.md, F). Its bytes are copied.
   *
   * @throws RemoteProtocolError `malformed` or `violation`; nothing has changed then.
   */
  push(message: Uint8Array): Assembled;
  /** Raises the credit to so many bytes in all; a lower figure changes nothing. */
  allow(upTo: number): void;
  /** Keeps nothing of a file any more; its pieces are still counted to their ends. */
  discardFile(file: number): void;
  /** Takes pieces anew that it has had: the sender's are different (SPEC.md, R4). */
  reopen(ranges: readonly PieceRange[]): void;
  /** Keeps a file's pieces again, and takes those anew that it lacks (SPEC.md, K6). */
  readmitFile(file: number, ranges: readonly PieceRange[]): void;
  /** Bytes that are set aside for pieces which are not whole. */
  readonly bufferedBytes: number;
  /** Bytes of these that have come. */
  readonly arrivedBytes: number;
  /** Drops everything. What comes afterwards is dropped, too. */
  release(): void;
}

// A piece on its way. `bytes` is undefined where its file has failed.
interface Partial {
  readonly piece: Piece;
  readonly have: Uint8Array;
  missing: number;
  /** Bytes that have come. */
  arrived: number;
  bytes: Uint8Array<ArrayBuffer> | undefined;
}

/**
 * Makes an assembler for one generation. It is called for every message, past the machine, and holds the
 * sender to its credit: a piece is charged in full when its first chunk comes (K1, K3), so that what is
 * set aside never exceeds the largest window that there was (I1).
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

  // A sender that keeps to K6 has nothing of these on its way; what one that doesn't has is counted for nothing.
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

// Chunks that are here already stay as they came, so that no repetition changes a byte (I3).
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
