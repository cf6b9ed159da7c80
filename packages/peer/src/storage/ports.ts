import type {
  AbsentEntry,
  BundleDigest,
  Choice,
  FailureCode,
  Link,
  Manifest,
  Parcel,
  Piece,
  PieceRange,
  PieceSet,
  SaveMethod,
  SinkChoice,
  StoreFailureCode,
} from '@burritoshare/core';
import type { WebBlob } from '../web-types.ts';

/** A platform call that failed in a way that a delivery can name. */
export class PlatformError extends Error {
  override readonly name = 'PlatformError';
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Reads a sender's bytes, for one delivery. */
export interface Source {
  /**
   * Reads and hashes one piece, off the main thread where there is one, and keeps its leaf. The bytes may be a view of
   * memory that other pieces share: read them, but neither change nor transfer them.
   *
   * @throws PlatformError `source.changed` when the file is not as it was offered (size, time), or the piece differs
   *   from what was loaded before; `source.unreadable` when it can't be read.
   */
  load(piece: Piece): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Takes back the bytes that {@link Source.load} gave. The caller must not read them any more, since their memory
   * may be freed. The garbage collector frees bytes that are never given back.
   */
  release(bytes: Uint8Array<ArrayBuffer>): void;
  /**
   * Whether a piece has this leaf. The piece's own leaf is the one that was kept when it was loaded; otherwise the
   * piece is read and hashed now.
   *
   * @throws PlatformError as {@link Source.load} does.
   */
  matches(piece: Piece, leaf: Uint8Array): Promise<boolean>;
  /** The bundle's digests (SPEC.md, D3, D4), from the leaves of all pieces loaded or compared. */
  digest(absent: readonly AbsentEntry[]): Promise<BundleDigest>;
  /** Lets go of everything; calls under way reject. */
  close(): void;
}

/** The pieces that a sink has written and hashed, and their leaves. */
export interface Held {
  readonly pieces: PieceSet;
  /** 32 bytes. @throws LocalProtocolError `argument` for a piece that isn't in the set. */
  leafOf(ordinal: number): Uint8Array;
}

/** Stores a receiver's bytes, for one delivery, through all of its generations. */
export interface Sink {
  /**
   * Writes a piece, or the pieces of a pack, and hashes each, off the main thread where there is one, and keeps the
   * leaves. Takes the bytes over, which are those of the pieces in order (their buffer may be detached). Resolves when
   * they are written in full and hashed, with their memory if the sink doesn't need it any more: the caller may fill
   * it again.
   *
   * @throws PlatformError `disk.full`, `disk.failed` or `memory.limit`. After `disk.full` the sink has kept
   *   the bytes: {@link Sink.storeAgain} tries once more.
   */
  store(
    parcel: Parcel,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /**
   * Stores a parcel that didn't fit before.
   *
   * @throws PlatformError as {@link Sink.store} does.
   */
  storeAgain(parcel: Parcel): Promise<void>;
  /**
   * Lists what is held, once everything that was given before has been settled. The pieces may then be presented to
   * the sender. If the sink outlives its tab, they are there after a reload, too. Drops the bytes that were kept for
   * `storeAgain`.
   *
   * @throws PlatformError `disk.full` or `disk.failed`.
   */
  list(): Promise<Held>;
  /**
   * Forgets these pieces, as if they had never been stored. Resolves once that is recorded.
   *
   * @throws PlatformError `disk.full` or `disk.failed`.
   */
  forget(ranges: readonly PieceRange[]): Promise<void>;
  /**
   * Records that the delivery uses another generation (SPEC.md, G1). Resolves once a later visit will know. Before the first
   * one is recorded, the delivery may have used others: it can't be resumed under its id.
   *
   * @throws PlatformError `disk.full` or `disk.failed`.
   */
  recordGeneration(generation: number): Promise<void>;
  /**
   * Records what the person has accepted (SPEC.md, E4). Resolves once a later visit will know.
   *
   * @throws PlatformError `disk.full` or `disk.failed`.
   */
  recordChoice(choice: Choice): Promise<void>;
  /** The bundle's digests (SPEC.md, D3, D4), from the leaves of all pieces stored. */
  digest(absent: readonly AbsentEntry[]): Promise<BundleDigest>;
  /** Takes no more pieces, flushes, and makes the files ready to hand over. Resolves when they are. */
  seal(absent: readonly AbsentEntry[]): Promise<void>;
  /**
   * The bytes of a file, by its index in the manifest, once the sink is sealed. They are read when the blob is; it is
   * of no media type, since the sender's is not to be trusted.
   *
   * @throws LocalProtocolError `state` while it isn't sealed; `argument` for an entry that has no bytes (a folder), is
   *   absent, or doesn't exist.
   */
  read(file: number): Promise<WebBlob>;
  /**
   * Hands the files to the person. Must be called in the turn of the person's click where the platform
   * asks for one. Resolves `observed` when the end of the saving was seen, `started` when it can't be.
   *
   * @throws PlatformError, or an `AbortError` DOMException when the person closed the picker.
   */
  save(method: SaveMethod): Promise<'observed' | 'started'>;
  /** Removes what was stored and lets go of everything. Idempotent. */
  discard(): Promise<void>;
  /** Lets go of everything. Stored bytes stay for another visit, if the sink can keep them. Idempotent. */
  close(): Promise<void>;
}

/** The part of a sink that the bytes of one generation need. */
export type PieceSink = Pick<Sink, 'store' | 'storeAgain' | 'forget' | 'digest'>;

/** Describes the delivery that a sink is opened for; all of it is needed to resume in another visit. */
export interface SinkInput {
  /** 16 bytes in base64url. */
  readonly delivery: string;
  /** The generation that it is opened in, for the sink to record; 0 before the first. */
  readonly generation: number;
  /**
   * What the person has accepted, for the sink to record before the generation (SPEC.md, E4); undefined if that is
   * everything.
   */
  readonly choice: Choice | undefined;
  /** The seat's token, 32 bytes (SPEC.md, S3). */
  readonly token: Uint8Array<ArrayBuffer>;
  readonly link: Link;
  readonly manifest: Manifest;
  readonly sink: SinkChoice;
}

/** Makes sinks. */
export interface SinkFactory {
  /**
   * Finds out where the bundle's bytes could go. Never throws: `none` is an answer. It may go on after its answer, to
   * make ready what `open` will need for this delivery. That must not be found by a later visit, and the next `probe`
   * lets go of it.
   */
  probe(manifest: Manifest, delivery: string): Promise<SinkChoice>;
  /**
   * Resolves once a later visit will know the delivery, its choice and its generation (see {@link Sink.recordGeneration}),
   * if the sink outlives its tab.
   *
   * @throws PlatformError `disk.full`, `disk.failed` or `memory.limit`; nothing is left behind then.
   */
  open(input: SinkInput): Promise<Sink>;
  /** Lets go of what `probe` has made ready. Nobody asks after that. Resolves once nothing is left of it. */
  end?(): Promise<void>;
}

/** The code of an error that a port threw: its own if it has one, else `fallback`. */
export function codeOf(error: unknown, fallback: FailureCode): FailureCode {
  return error instanceof PlatformError ? error.code : fallback;
}

/** Why a piece could not be stored, as the inflow machine names it. */
export function storeCodeOf(error: unknown): StoreFailureCode {
  const code = codeOf(error, 'disk.failed');
  return code === 'disk.full' || code === 'memory.limit' ? code : 'disk.failed';
}
