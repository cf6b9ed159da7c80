import {
  appendRecords,
  concatBytes,
  createPlan,
  LocalProtocolError,
  pieceAt,
  piecesInParcel,
  piecesOfFile,
  readJournal,
  type AbsentEntry,
  type BundleDigest,
  type Choice,
  type JournalEnd,
  type JournalRecord,
  type JournalState,
  type Parcel,
  type Piece,
  type Plan,
} from '@burritoshare/core';
import type { Random } from '@burritoshare/core/testing';
import {
  createPieceHashes,
  fileIn,
  PlatformError,
  type BlobRange,
  type PieceHashes,
  type Sink,
} from '@burritoshare/peer/storage';
import { isSafe, leafOfBytes, type Disk, type Folder } from './disk.ts';
import type { SleepyClock } from './sleepy-clock.ts';

/** Milliseconds between a write and its flush. */
const FLUSH_INTERVAL = 1_000;

/** Bugs that tests plant in the sink. */
export type SinkBug =
  | 'choice not recorded'
  | 'journal before flush'
  | 'later generations not recorded'
  | 'stored before written';

export interface SinkOptions {
  readonly disk: Disk;
  readonly folder: Folder;
  readonly clock: SleepyClock;
  readonly random: Random;
  readonly bug: SinkBug | undefined;
  /** Reports that an invariant doesn't hold. */
  readonly violated: (what: string) => void;
}

export interface SimulatedSink extends Sink {
  readonly folder: Folder;
  /** Bytes that were handed over and are not stored yet: in flight, or waiting for room. */
  readonly bufferedBytes: number;
  /** Bytes of pieces that were written and hashed since it was opened. */
  readonly storedBytes: number;
  readonly state: 'open' | 'closed';
}

/** A sink over a simulated disk: writes, flushes after a while, journals after the flush. */
export class DiskSink implements SimulatedSink {
  readonly folder: Folder;
  bufferedBytes = 0;
  storedBytes = 0;
  state: 'open' | 'closed' = 'open';
  readonly #options: SinkOptions;
  readonly #hashes: PieceHashes;
  readonly #stuck = new Map<number, Uint8Array>();
  readonly #dirty = new Map<number, { readonly piece: Piece; readonly leaf: Uint8Array }>();
  readonly #writing = new Set<Promise<void>>();
  #flushing: Promise<void> = Promise.resolve();
  #timer: number | undefined;
  readonly #plan: Plan;
  #end: JournalEnd;
  /** What was absent when it was sealed; undefined before. */
  #absent: readonly AbsentEntry[] | undefined;
  /** The journal's state when the sink was opened. */
  readonly found: JournalState;

  constructor(options: SinkOptions) {
    this.#options = options;
    this.folder = options.folder;
    const { manifest } = options.folder.input;
    this.#hashes = createPieceHashes(manifest);
    this.#plan = createPlan(manifest);
    const { state, end } = readJournal(this.folder.journal, this.#plan);
    for (const [ordinal, leaf] of state.leaves) this.#hashes.keep(ordinal, leaf);
    // The next writer cuts off what a crash has torn.
    this.folder.journal = this.folder.journal.slice(0, end.length);
    this.folder.flushed = Math.min(this.folder.flushed, end.length);
    this.found = state;
    this.#absent = state.finished?.absent;
    this.#end = end;
  }

  async store(parcel: Parcel, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    this.#requireOpen();
    this.bufferedBytes += bytes.length;
    // The memory is given back, and filled with other bytes: the disk keeps a copy.
    await this.#track(this.#write(parcel, bytes.slice()));
    return bytes;
  }

  async storeAgain(parcel: Parcel): Promise<void> {
    this.#requireOpen();
    const bytes = this.#stuck.get(parcel.ordinal);
    if (bytes === undefined) throw new LocalProtocolError('state', 'nothing is kept');
    return this.#track(this.#write(parcel, bytes));
  }

  async list() {
    await Promise.allSettled(this.#writing);
    for (const bytes of this.#stuck.values()) this.bufferedBytes -= bytes.length;
    this.#stuck.clear();
    await this.#flush();
    return this.#hashes.held();
  }

  async forget(ranges: Parameters<Sink['forget']>[0]): Promise<void> {
    await this.#flush();
    for (const { first, end } of ranges)
      for (let ordinal = first; ordinal < end; ordinal++) this.folder.safe.pieces.delete(ordinal);
    await this.#append({ type: 'forgotten', ranges });
    this.#hashes.forget(ranges);
  }

  async recordGeneration(generation: number): Promise<void> {
    if (this.#options.bug === 'later generations not recorded' && generation > 1) return;
    await this.#append({ type: 'generation', generation });
  }

  async recordChoice(choice: Choice): Promise<void> {
    if (this.#options.bug === 'choice not recorded') return;
    return this.#track(this.#append({ type: 'chosen', ...choice }));
  }

  async digest(absent: readonly AbsentEntry[]): Promise<BundleDigest> {
    await this.#work();
    return this.#hashes.digest(absent);
  }

  async seal(absent: readonly AbsentEntry[]): Promise<void> {
    await this.#flush();
    const digest = this.#hashes.digest(absent);
    await this.#append({ type: 'finished', digest, absent });
    this.#absent = absent;
  }

  async read(file: number): Promise<Blob> {
    this.#requireOpen();
    const absent = this.#absent;
    if (absent === undefined) throw new LocalProtocolError('state', 'the sink is not sealed');
    await this.#work();
    const { data, input } = this.folder;
    const rangeOf = (): BlobRange => {
      const { first, count } = piecesOfFile(this.#plan, file);
      const bytesAt = (ordinal: number) => data.get(ordinal)?.bytes.slice() ?? new Uint8Array();
      const blob = new Blob(Array.from({ length: count }, (_, at) => bytesAt(first + at)));
      return { blob, start: 0, end: blob.size };
    };
    return fileIn({ manifest: input.manifest, absent, rangeOf }, file);
  }

  async save(): Promise<'observed' | 'started'> {
    this.#requireOpen();
    await this.#work();
    if (this.#options.random.chance(0.2)) throw new DOMException('not now', 'AbortError');
    if (this.#options.random.chance(0.5)) return 'observed';
    const time = Math.round(this.#options.clock.now());
    await this.#append({ type: 'handedOver', time });
    return 'started';
  }

  async discard(): Promise<void> {
    this.#release();
    this.#options.disk.folders.delete(this.folder.input.delivery);
  }

  async close(): Promise<void> {
    if (this.state === 'closed') return;
    await this.#flush().catch(() => undefined);
    this.#release();
  }

  #requireOpen(): void {
    if (this.state === 'closed') throw new LocalProtocolError('state', 'the sink is closed');
  }

  #release(): void {
    this.state = 'closed';
    this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #write(parcel: Parcel, bytes: Uint8Array): Promise<void> {
    const { disk, bug } = this.#options;
    if (bug !== 'stored before written') await this.#work();
    if (disk.isFull) {
      this.#stuck.set(parcel.ordinal, bytes);
      throw new PlatformError('disk.full', 'the disk is full');
    }
    this.#stuck.delete(parcel.ordinal);
    this.bufferedBytes -= bytes.length;
    this.storedBytes += bytes.length;
    let at = 0;
    for (const piece of piecesInParcel(this.#plan, parcel)) {
      const part = bytes.slice(at, (at += piece.length));
      const leaf = leafOfBytes(piece, part);
      this.#hashes.keep(piece.ordinal, leaf);
      if (bug === 'stored before written')
        void this.#work().then(() => this.#put(piece, part, leaf));
      else this.#put(piece, part, leaf);
    }
  }

  #put(piece: Piece, bytes: Uint8Array, leaf: Uint8Array): void {
    this.folder.data.set(piece.ordinal, { bytes, state: 'written' });
    this.#dirty.set(piece.ordinal, { piece, leaf });
    this.#timer ??= this.#options.clock.setTimeout(() => {
      this.#timer = undefined;
      // The next operation reports a failure of the disk, too.
      this.#flush().catch(() => undefined);
    }, FLUSH_INTERVAL);
  }

  #track(writing: Promise<void>): Promise<void> {
    this.#writing.add(writing);
    const forget = (): void => void this.#writing.delete(writing);
    writing.then(forget, forget);
    return writing;
  }

  #flush(): Promise<void> {
    const flushed = this.#flushing.then(() => this.#flushNow());
    this.#flushing = flushed.catch(() => undefined);
    return flushed;
  }

  async #flushNow(): Promise<void> {
    const batch = [...this.#dirty.values()];
    this.#dirty.clear();
    if (batch.length === 0) return;
    const pieces = batch.map(({ piece, leaf }) => ({ ordinal: piece.ordinal, leaf }));
    if (this.#options.bug === 'journal before flush')
      await this.#append({ type: 'stored', pieces });
    await this.#work();
    for (const { piece } of batch) {
      const stored = this.folder.data.get(piece.ordinal);
      if (stored !== undefined)
        this.folder.data.set(piece.ordinal, { ...stored, state: 'flushed' });
    }
    if (this.#options.bug !== 'journal before flush')
      await this.#append({ type: 'stored', pieces });
  }

  async #append(record: JournalRecord): Promise<void> {
    await this.#work();
    const { bytes, end } = appendRecords(this.#end, [record]);
    this.folder.journal = concatBytes(this.folder.journal, bytes);
    this.#end = end;
    if (record.type === 'stored') this.#checkStored(record.pieces);
    await this.#work();
    this.folder.flushed = Math.max(this.folder.flushed, end.length);
    this.#noteSafe(record);
  }

  #checkStored(pieces: Extract<JournalRecord, { type: 'stored' }>['pieces']): void {
    for (const { ordinal, leaf } of pieces)
      if (!isSafe(this.folder, pieceAt(this.#plan, ordinal), leaf))
        this.#options.violated(`I4: piece ${ordinal} is journaled before it is flushed`);
  }

  #noteSafe(record: JournalRecord): void {
    const { safe } = this.folder;
    if (record.type === 'stored') for (const { ordinal } of record.pieces) safe.pieces.add(ordinal);
    if (record.type === 'generation') safe.generation = record.generation;
  }

  async #work(): Promise<void> {
    const { disk, clock, random } = this.#options;
    await new Promise<void>((resolve) => {
      clock.setTimeout(resolve, random.between(0, disk.latency));
    });
    if (disk.isBroken) throw new PlatformError('disk.failed', 'the disk is broken');
  }
}
