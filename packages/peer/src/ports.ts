import type {
  FailureCode,
  FailedFile,
  Manifest,
  Piece,
  SaveMethod,
  SinkChoice,
  StoreFailureCode,
} from '@burritoshare/core';

/** A platform call that failed in a way that a delivery can name. */
export class PlatformError extends Error {
  override readonly name = 'PlatformError';
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Where a sender's bytes come from, for one delivery. */
export interface Source {
  /**
   * Reads and hashes one piece, off the main thread where there is one, and keeps its leaf.
   * The bytes are the caller's.
   *
   * @throws PlatformError `source.changed` when the file is not as it was offered (size or contents),
   *   `source.unreadable` when it can't be read.
   */
  load(piece: Piece): Promise<Uint8Array<ArrayBuffer>>;
  /** The bundle's digest (SPEC.md, D3) from the leaves of all pieces loaded. */
  digest(failedFiles: readonly FailedFile[]): Promise<Uint8Array>;
  /** Lets go of everything; calls under way reject. */
  close(): void;
}

/** Where a receiver's bytes go, for one delivery. */
export interface Sink {
  /**
   * Writes and hashes one piece, off the main thread where there is one, and keeps its leaf. Takes the
   * bytes over (their buffer may be detached). Resolves when they are written in full and hashed.
   *
   * @throws PlatformError `disk.full`, `disk.failed` or `memory.limit`.
   */
  store(piece: Piece, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** The bundle's digest (SPEC.md, D3) from the leaves of all pieces stored. */
  digest(failedFiles: readonly FailedFile[]): Promise<Uint8Array>;
  /** No more pieces come: flushes and makes the files ready to hand over. Resolves when they are. */
  seal(failedFiles: readonly FailedFile[]): Promise<void>;
  /**
   * Hands the files to the person. Must be called in the turn of the person's click where the platform
   * asks for one. Resolves `observed` when the end of the saving was seen, `started` when it can't be.
   *
   * @throws PlatformError, or an `AbortError` DOMException when the person closed the picker.
   */
  save(method: SaveMethod): Promise<'observed' | 'started'>;
  /** Removes what was stored and lets go of everything. Idempotent. */
  discard(): Promise<void>;
}

/** Makes sinks. */
export interface SinkFactory {
  /** Finds out, without a lasting trace, where `bytes` bytes could go. Never throws: `none` is an answer. */
  probe(manifest: Manifest): Promise<SinkChoice>;
  /** @throws PlatformError `disk.full`, `disk.failed` or `memory.limit`. */
  open(input: {
    readonly delivery: string;
    readonly manifest: Manifest;
    readonly sink: SinkChoice;
  }): Promise<Sink>;
}

/** The code of what a port threw: its own where it has one, else `fallback`. */
export function codeOf(error: unknown, fallback: FailureCode): FailureCode {
  return error instanceof PlatformError ? error.code : fallback;
}

/** Why a piece could not be stored, as the inflow machine names it. */
export function storeCodeOf(error: unknown): StoreFailureCode {
  const code = codeOf(error, 'disk.failed');
  return code === 'disk.full' || code === 'memory.limit' ? code : 'disk.failed';
}
