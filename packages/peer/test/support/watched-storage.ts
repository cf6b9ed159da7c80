import type { Manifest, SinkChoice } from '@burritoshare/core';
import {
  createFileSource,
  createMemorySink,
  type MemorySink,
  type Sink,
  type SinkFactory,
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

/** A file source that tells whether it was let go of. */
export function watchSource(
  outside: Outside,
  input: { readonly manifest: Manifest; readonly files: readonly (Blob | undefined)[] },
): WatchedSource {
  const source = createFileSource(input);
  let isClosed = false;
  let loads = 0;
  return {
    load(piece) {
      loads += 1;
      return outside.during(source.load(piece));
    },
    matches: (piece, leaf) => outside.during(source.matches(piece, leaf)),
    digest: (failedFiles) => outside.during(source.digest(failedFiles)),
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

/** What a disk does to a sink. */
export interface DiskFaults {
  /** Before a piece is stored: may take its time, or throw. */
  beforeStore?(ordinal: number): Promise<void> | void;
  beforeOpen?(): Promise<void> | void;
  readonly choice?: SinkChoice;
}

export interface WatchedSink extends Sink {
  readonly memory: MemorySink;
  readonly isDiscarded: boolean;
  /** Bytes of pieces that were handed over and are not stored yet: the most there ever was. */
  readonly peak: number;
  readonly stored: number;
}

export interface WatchedSinks extends SinkFactory {
  readonly opened: readonly WatchedSink[];
}

/** Memory sinks that tell what was asked of them. */
export function watchSinks(outside: Outside, faults: DiskFaults = {}): WatchedSinks {
  const opened: WatchedSink[] = [];
  return {
    opened,
    probe: async () => faults.choice ?? { kind: 'memory' },
    async open({ manifest }) {
      await faults.beforeOpen?.();
      const sink = watchSink(outside, manifest, faults);
      opened.push(sink);
      return sink;
    },
  };
}

function watchSink(outside: Outside, manifest: Manifest, faults: DiskFaults): WatchedSink {
  const memory = createMemorySink({ manifest, save: async () => 'observed' });
  let isDiscarded = false;
  let buffered = 0;
  let peak = 0;
  let stored = 0;
  return {
    memory,
    async store(piece, bytes) {
      buffered += piece.length;
      peak = Math.max(peak, buffered);
      try {
        await faults.beforeStore?.(piece.ordinal);
        await outside.during(memory.store(piece, bytes));
        stored += 1;
      } finally {
        buffered -= piece.length;
      }
    },
    storeAgain: (piece) => outside.during(memory.storeAgain(piece)),
    list: () => outside.during(memory.list()),
    forget: (ranges) => outside.during(memory.forget(ranges)),
    recordGeneration: (generation) => outside.during(memory.recordGeneration(generation)),
    digest: (failedFiles) => outside.during(memory.digest(failedFiles)),
    seal: (failedFiles) => outside.during(memory.seal(failedFiles)),
    save: (method) => outside.during(memory.save(method)),
    async discard() {
      isDiscarded = true;
      await memory.discard();
    },
    async close() {
      isDiscarded = true;
      await memory.close();
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
  };
}
