import {
  LocalProtocolError,
  MEMORY_SINK_BYTES_MAX,
  createPlan,
  piecesInParcel,
  piecesOfFile,
} from '@burritoshare/core';
import type { AbsentEntry, Manifest, Parcel, Plan } from '@burritoshare/core';

import { createPieceHashes } from './piece-hashes.ts';
import { PlatformError } from './ports.ts';
import type { Sink } from './ports.ts';
import { fileIn } from './saver.ts';
import type { ReceivedFiles, Saver } from './saver.ts';

export interface MemorySinkInput {
  readonly manifest: Manifest;
  /** Bytes. A bundle above it is refused. */
  readonly limit?: number;
  /** Without it, `save` rejects: the owner reads the files with `fileBytes`. */
  readonly save?: Saver;
}

/** A {@link Sink} whose files can be read in the same process. */
export interface MemorySink extends Sink {
  /**
   * The bytes of a file, by its index in the manifest, after `seal`.
   *
   * @throws LocalProtocolError `state` before `seal` and after `discard`.
   */
  fileBytes(file: number): Promise<Uint8Array<ArrayBuffer>>;
}

type Contents =
  | { readonly state: 'storing'; readonly pieces: Map<number, Uint8Array<ArrayBuffer>> }
  | {
      readonly state: 'sealed';
      readonly blobs: readonly Blob[];
      readonly absent: readonly AbsentEntry[];
    }
  | { readonly state: 'discarded' };

/**
 * A {@link Sink} in this process's memory: the last resort of a browser, and the plainest one for tests
 * and for programs without a disk.
 *
 * @throws PlatformError `memory.limit` when the bundle is larger than the limit.
 */
export function createMemorySink({
  manifest,
  limit = MEMORY_SINK_BYTES_MAX,
  save,
}: MemorySinkInput): MemorySink {
  if (manifest.bytes > limit) {
    throw new PlatformError('memory.limit', `${manifest.bytes} bytes don't fit into ${limit}`);
  }
  const plan = createPlan(manifest);
  const leaves = createPieceHashes(manifest);
  let contents: Contents = { state: 'storing', pieces: new Map() };
  let storing: Promise<unknown> = Promise.resolve();

  const sealed = (): Extract<Contents, { state: 'sealed' }> => {
    if (contents.state !== 'sealed')
      throw new LocalProtocolError('state', `the sink is ${contents.state}`);
    return contents;
  };
  const blobOf = (file: number): Blob => {
    const blob = sealed().blobs[file];
    if (blob === undefined)
      throw new LocalProtocolError('argument', `no file ${file} in the manifest`);
    return blob;
  };
  const filesNow = (): ReceivedFiles => ({
    manifest,
    absent: sealed().absent,
    rangeOf(file) {
      const blob = blobOf(file);
      return { blob, start: 0, end: blob.size };
    },
  });

  const store = async (parcel: Parcel, given: Uint8Array<ArrayBuffer>): Promise<undefined> => {
    if (contents.state !== 'storing')
      throw new LocalProtocolError('state', `the sink is ${contents.state}`);
    const { pieces } = contents;
    let at = 0;
    const own = ownBytes(given);
    for (const { ordinal, length } of piecesInParcel(plan, parcel))
      pieces.set(ordinal, own.subarray(at, (at += length)));
    for (const { piece, leaf } of await leaves.hashParcel(parcel, own))
      leaves.keep(piece.ordinal, leaf);
  };

  return {
    store(parcel, bytes) {
      const stored = store(parcel, bytes);
      storing = Promise.allSettled([storing, stored]);
      return stored;
    },
    async storeAgain() {
      throw new LocalProtocolError('state', 'memory is never full for a while');
    },
    async list() {
      await storing;
      return leaves.held();
    },
    async forget(ranges) {
      leaves.forget(ranges);
    },
    // Nothing outlives this process, so there is no later visit that could use the number again.
    async recordGeneration() {},
    async recordChoice() {},
    digest: async (absent) => leaves.digest(absent),
    async seal(absent) {
      if (contents.state !== 'storing') return;
      // Blobs take the pieces' place: a browser may move them out of the tab's memory.
      contents = { state: 'sealed', blobs: blobsOf(manifest, plan, contents.pieces), absent };
    },
    read: async (file) => fileIn(filesNow(), file),
    async save(method) {
      const files = filesNow();
      if (save === undefined)
        throw new LocalProtocolError('state', 'this sink has nobody to save for it');
      return save(files, method);
    },
    async discard() {
      contents = { state: 'discarded' };
    },
    async close() {
      contents = { state: 'discarded' };
    },
    fileBytes: async (file) => new Uint8Array(await blobOf(file).arrayBuffer()),
  };
}

// A view of a larger buffer would keep all of that buffer in memory.
function ownBytes(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}

// Pieces of a file that failed may be missing; its blob is never handed over.
function blobsOf(
  manifest: Manifest,
  plan: Plan,
  pieces: ReadonlyMap<number, Uint8Array<ArrayBuffer>>,
): readonly Blob[] {
  return manifest.entries.map((_, file) => {
    const { first, count } = piecesOfFile(plan, file);
    const parts = Array.from(
      { length: count },
      (_piece, index) => pieces.get(first + index) ?? new Uint8Array(),
    );
    return new Blob(parts);
  });
}
