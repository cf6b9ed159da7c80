import { CHUNK_BYTES } from '../constants.ts';
import { RemoteProtocolError } from '../errors.ts';
import {
  addRange,
  countPieces,
  emptyPieces,
  hasPiece,
  piecesOf,
  removeRange,
  type PieceSet,
} from '../pieces/piece-set.ts';
import { piecesOfEntries, type EntrySet } from '../pieces/choice.ts';
import { equalBytes } from '../bytes.ts';
import { parseFrame, type Frame } from '../protocol/frames.ts';
import { checkFrame, requireEnd, type PlacedFrame } from '../pieces/check-frame.ts';
import { hasFileOf, rangesOfParcel, type Parcel } from '../pieces/parcels.ts';
import { fileOfPiece, ordinalAt, type Plan } from '../pieces/plan.ts';
import type { EntryRange, PieceRange } from '../protocol/types.ts';

/** Options of an assembler. */
export interface AssemblerOptions {
  readonly plan: Plan;
  /** Bytes: the first credit, the window. */
  readonly credit: number;
  /** Pieces that are stored already: their chunks are dropped. */
  readonly held?: PieceSet;
  /** Entries that were left out: their chunks break the rules (SPEC.md, E3). */
  readonly leftOut?: EntrySet;
  /** Supplies memory for a piece of that many bytes, whatever it contains. New memory if not given. */
  readonly allocate?: (length: number) => Uint8Array<ArrayBuffer>;
}

/** The result of one message. */
export type Assembled =
  /** The piece or pack is not complete yet. */
  | { readonly kind: 'buffered' }
  /** The message brought nothing new. */
  | { readonly kind: 'dropped' }
  /** The message completed a piece or a pack. Its bytes now belong to the caller: those of its pieces, in order. */
  | ({ readonly kind: 'piece'; readonly bytes: Uint8Array<ArrayBuffer> } & Parcel)
  /** The message completed a piece of a failed file; its bytes were not kept. */
  | { readonly kind: 'discarded'; readonly ordinal: number };

/** Assembles pieces and packs from chunks. */
export interface Assembler {
  /**
   * Takes one binary message of a bulk channel (SPEC.md, F). Its bytes are copied.
   *
   * @throws RemoteProtocolError `malformed` or `violation`, having changed nothing.
   */
  push(message: Uint8Array): Assembled;
  /** Raises the total credit to that many bytes; a lower figure changes nothing. */
  allow(upTo: number): void;
  /** Stops keeping a file's bytes, but in a pack. Its pieces are still counted to their ends. */
  discardFile(file: number): void;
  /** Takes pieces once more, since the sender's differ (SPEC.md, R4). */
  reopen(ranges: readonly PieceRange[]): void;
  /** Keeps a file's pieces again, and takes once more those that it lacks (SPEC.md, K6). */
  readmitFile(file: number, ranges: readonly PieceRange[]): void;
  /** Takes pieces of entries that were left out (SPEC.md, E5). */
  admitEntries(ranges: readonly EntryRange[]): void;
  /** Bytes reserved for pieces that are not complete. */
  readonly bufferedBytes: number;
  /** Bytes of these that have arrived. */
  readonly arrivedBytes: number;
  /** Drops everything, and all that comes afterwards. */
  release(): void;
}

// A piece or pack in flight. `bytes` is undefined if its file has failed.
interface Partial {
  readonly parcel: Parcel;
  /** Bytes. */
  readonly length: number;
  /** A copy, to compare each frame's with; empty if it is no pack. */
  readonly bitmap: Uint8Array;
  readonly have: Uint8Array;
  missing: number;
  /** Bytes that have arrived. */
  arrived: number;
  bytes: Uint8Array<ArrayBuffer> | undefined;
}

/**
 * Makes an assembler for one generation. It is called for every message, without the machine, and holds the sender to
 * its credit: a piece or pack is charged in full when its first chunk comes (K1, K3), so the reserved bytes never
 * exceed the largest window that there was (I1).
 */
export function createAssembler({
  plan,
  credit,
  held = emptyPieces,
  leftOut = emptyPieces,
  allocate = (length) => new Uint8Array(length),
}: AssemblerOptions): Assembler {
  const partials = new Map<number, Partial>();
  const discardedFiles = new Set<number>();
  let done = held;
  let unwanted = piecesOf(piecesOfEntries(plan, leftOut));
  // The pieces of all partials.
  let awaited = emptyPieces;
  let creditUpTo = credit;
  let openedBytes = 0;
  let bufferedBytes = 0;
  let taking: 'open' | 'released' = 'open';

  // F7: a sender names a piece once. If it came in two packs at a time, each would count it.
  const requireNew = (ranges: readonly PieceRange[]): void => {
    for (const { first, end } of ranges)
      if (countPieces(done, first, end) + countPieces(awaited, first, end) > 0)
        throw new RemoteProtocolError(
          'violation',
          'a pack with a piece that has come or is coming',
        );
  };

  // E3: nothing that was left out takes a place on the wire.
  const requireWanted = (ranges: readonly PieceRange[]): void => {
    for (const { first, end } of ranges)
      if (countPieces(unwanted, first, end) > 0)
        throw new RemoteProtocolError('violation', 'a piece of an entry that was left out');
  };

  const open = ({ parcel, length }: PlacedFrame, bitmap: Uint8Array): Partial => {
    const { ordinal, pack } = parcel;
    const ranges = rangesOfParcel(parcel);
    requireWanted(ranges);
    if (openedBytes + length > creditUpTo) {
      throw new RemoteProtocolError('violation', `piece ${ordinal} is beyond the credit`);
    }
    requireNew(ranges);
    const chunks = Math.ceil(length / CHUNK_BYTES);
    const isKept = pack !== undefined || !discardedFiles.has(fileOfPiece(plan, ordinal));
    const bytes = isKept ? allocate(length) : undefined;
    const partial: Partial = {
      parcel,
      length,
      bitmap: bitmap.slice(),
      have: new Uint8Array(chunks),
      missing: chunks,
      arrived: 0,
      bytes,
    };
    partials.set(ordinal, partial);
    awaited = ranges.reduce(addRange, awaited);
    openedBytes += length;
    bufferedBytes += bytes?.length ?? 0;
    return partial;
  };

  const close = ({ parcel, bytes }: Partial): Assembled => {
    const ranges = rangesOfParcel(parcel);
    partials.delete(parcel.ordinal);
    awaited = ranges.reduce(removeRange, awaited);
    done = ranges.reduce(addRange, done);
    if (bytes === undefined) return { kind: 'discarded', ordinal: parcel.ordinal };
    bufferedBytes -= bytes.length;
    return { kind: 'piece', ...parcel, bytes };
  };

  // A pack's further frames repeat its bitmap: only the first one's is read.
  const place = (frame: Frame): PlacedFrame => {
    const { file, offset, bitmap } = frame;
    const known = bitmap.length > 0 ? partials.get(ordinalAt(plan, file, 0)) : undefined;
    if (known === undefined || !equalBytes(known.bitmap, bitmap)) return checkFrame(plan, frame);
    const placed = { parcel: known.parcel, length: known.length, from: offset };
    requireEnd(frame, placed);
    return placed;
  };

  // A sender that keeps to K6 has none of these in flight. If another one has, its chunks count for nothing.
  const reopen = (ranges: readonly PieceRange[]): void => {
    done = ranges.reduce(removeRange, done);
  };

  return {
    push: (message) => {
      const frame = parseFrame(message);
      const placed = place(frame);
      const { ordinal } = placed.parcel;
      if (taking === 'released' || hasPiece(done, ordinal)) return { kind: 'dropped' };
      const known = partials.get(ordinal);
      if (known !== undefined && !equalBytes(known.bitmap, frame.bitmap))
        throw new RemoteProtocolError('violation', `piece ${ordinal} in two packs at a time`);
      const partial = known ?? open(placed, frame.bitmap);
      const taken = takeChunks(partial, placed.from, frame.payload);
      if (partial.missing === 0) return close(partial);
      return { kind: taken > 0 ? 'buffered' : 'dropped' };
    },
    allow: (upTo) => {
      creditUpTo = Math.max(creditUpTo, upTo);
    },
    discardFile: (file) => {
      discardedFiles.add(file);
      for (const partial of partials.values()) {
        if (partial.parcel.pack !== undefined || !hasFileOf(plan, partial.parcel, file)) continue;
        bufferedBytes -= partial.bytes?.length ?? 0;
        partial.bytes = undefined;
      }
    },
    reopen,
    readmitFile: (file, ranges) => {
      discardedFiles.delete(file);
      reopen(ranges);
    },
    admitEntries: (ranges) => {
      unwanted = piecesOfEntries(plan, piecesOf(ranges)).reduce(removeRange, unwanted);
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
      awaited = emptyPieces;
      bufferedBytes = 0;
    },
  };
}

// Chunks that are here stay as they came, so that no repetition changes a byte (I3).
function takeChunks(partial: Partial, from: number, payload: Uint8Array): number {
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
