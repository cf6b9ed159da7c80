import { rangesOfParcel } from '@burritoshare/core';
import type { Manifest, Parcel, SinkChoice } from '@burritoshare/core';
import {
  createFileSource,
  createMemorySink,
  type MemorySink,
  type Sink,
  type SinkFactory,
  type SinkInput,
  type Source,
} from '../../src/index.ts';

/** Counts work outside of virtual time: reading and hashing, which Node does on its other threads. */
export interface Outside {
  readonly pending: number;
  during<Result>(work: Promise<Result>): Promise<Result>;
}

export function createOutside(): Outside {
  let pending = 0;
  return {
    get pending() {
      return pending;
    },
    async during(work) {
      pending += 1;
      try {
        return await work;
      } finally {
        pending -= 1;
      }
    },
  };
}

export interface WatchedSource extends Source {
  readonly isClosed: boolean;
  readonly loads: number;
}

/** A file source that records whether it was closed. */
export function watchSource(
  outside: Outside,
  input: { readonly manifest: Manifest; readonly files: readonly (Blob | undefined)[] },
): WatchedSource {
  // Detaches memory that was given back, so that code that still reads it would send nothing.
  const free = (memory: ArrayBuffer): void => {
    structuredClone(memory, { transfer: [memory] });
  };
  const source = createFileSource({ ...input, free });
  let isClosed = false;
  let loads = 0;
  return {
    load(piece) {
      loads += 1;
      return outside.during(source.load(piece));
    },
    release: (bytes) => source.release(bytes),
    matches: (piece, leaf) => outside.during(source.matches(piece, leaf)),
    digest: (absent) => outside.during(source.digest(absent)),
    close() {
      isClosed = true;
      source.close();
    },
    get isClosed() {
      return isClosed;
    },
    get loads() {
      return loads;
    },
  };
}

/** Delays and failures of a sink's disk. */
export interface DiskFaults {
  /** Before a piece is stored: may take its time, or throw. */
  beforeStore?(ordinal: number): Promise<void> | void;
  beforeOpen?(): Promise<void> | void;
  /** Before a generation is recorded: may throw. */
  beforeRecord?(generation: number): Promise<void> | void;
  readonly choice?: SinkChoice;
}

export interface WatchedSink extends Sink {
  readonly memory: MemorySink;
  /** The input that it was opened with. */
  readonly input: SinkInput;
  readonly isDiscarded: boolean;
  /** Bytes of pieces that were handed over and are not stored yet: the most there ever was. */
  readonly peak: number;
  readonly stored: number;
  /** The last generation that was recorded. */
  readonly generation: number;
}

export interface WatchedSinks extends SinkFactory {
  readonly opened: readonly WatchedSink[];
  /** What is ready for `open`: nothing, or what the last probe has left. */
  readonly prepared: number;
  /** Opens a sink again that an earlier visit has closed. */
  reopen(sink: WatchedSink): WatchedSink;
}

/** Memory sinks that record what is done with them, and that outlive their visits. */
export function watchSinks(outside: Outside, faults: DiskFaults = {}): WatchedSinks {
  const opened: WatchedSink[] = [];
  let prepared = 0;
  const watch = (input: SinkInput, memory: MemorySink): WatchedSink => {
    const sink = watchSink(outside, input, memory, faults);
    opened.push(sink);
    return sink;
  };
  return {
    opened,
    get prepared() {
      return prepared;
    },
    probe: async () => {
      prepared = 1;
      return faults.choice ?? { kind: 'memory' };
    },
    async open(input) {
      prepared = 0;
      await faults.beforeOpen?.();
      const { manifest, generation } = input;
      await faults.beforeRecord?.(generation);
      return watch(input, createMemorySink({ manifest, save: async () => 'observed' }));
    },
    async end() {
      prepared = 0;
    },
    reopen: ({ input, memory }) => watch(input, memory),
  };
}

function watchSink(
  outside: Outside,
  input: SinkInput,
  memory: MemorySink,
  faults: DiskFaults,
): WatchedSink {
  let isDiscarded = false;
  let buffered = 0;
  let peak = 0;
  let stored = 0;
  let { generation } = input;
  // Pieces that didn't fit.
  const stuck = new Map<number, Uint8Array<ArrayBuffer>>();
  const store = async (parcel: Parcel, bytes: Uint8Array<ArrayBuffer>): Promise<undefined> => {
    const { length } = bytes;
    buffered += length;
    peak = Math.max(peak, buffered);
    try {
      stuck.set(parcel.ordinal, bytes);
      for (const { first, end } of rangesOfParcel(parcel))
        for (let ordinal = first; ordinal < end; ordinal++) await faults.beforeStore?.(ordinal);
      stuck.delete(parcel.ordinal);
      await outside.during(memory.store(parcel, bytes));
      stored += 1;
    } finally {
      buffered -= length;
    }
  };
  return {
    memory,
    input,
    store,
    async storeAgain(parcel) {
      await store(parcel, stuck.get(parcel.ordinal) ?? new Uint8Array());
    },
    list() {
      stuck.clear();
      return outside.during(memory.list());
    },
    forget: (ranges) => outside.during(memory.forget(ranges)),
    async recordGeneration(used) {
      await faults.beforeRecord?.(used);
      generation = used;
    },
    recordChoice: async () => undefined,
    digest: (absent) => outside.during(memory.digest(absent)),
    seal: (absent) => outside.during(memory.seal(absent)),
    read: (file) => outside.during(memory.read(file)),
    save: (method) => outside.during(memory.save(method)),
    async discard() {
      isDiscarded = true;
      await memory.discard();
    },
    async close() {
      isDiscarded = true;
    },
    get isDiscarded() {
      return isDiscarded;
    },
    get peak() {
      return peak;
    },
    get stored() {
      return stored;
    },
    get generation() {
      return generation;
    },
  };
}
