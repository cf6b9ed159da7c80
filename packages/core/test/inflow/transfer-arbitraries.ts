import fc from 'fast-check';
import { CHUNK_BYTES, PIECE_BYTES } from '../../src/constants.ts';
import type { DatagramFaults, LossyPath } from '../../src/testing/index.ts';
import type { Cut, ReadFailure, TransferOptions } from './transfer-options.ts';

const sizes = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min: 0, max: 4 * CHUNK_BYTES }) },
    { weight: 4, arbitrary: fc.constantFrom(0, 'folder' as const, CHUNK_BYTES, 2 * CHUNK_BYTES) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES + CHUNK_BYTES + 7),
    },
  ),
  { maxLength: 8 },
);

const faults: fc.Arbitrary<DatagramFaults> = fc.record({
  // Reordering needs a jitter above the time that a chunk takes to leave.
  delay: fc
    .record({ least: fc.integer({ min: 0, max: 200 }), jitter: fc.constantFrom(0, 5, 30, 150) })
    .map(({ least, jitter }) => ({ least, most: least + jitter })),
  loss: fc.integer({ min: 0, max: 30 }).map((percent) => percent / 100),
  duplication: fc.constantFrom(0, 0, 0.1, 0.5),
});

// Each lane and the control channel has its own, so that they overtake each other.
const path: fc.Arbitrary<LossyPath> = fc.record({
  there: faults,
  back: faults,
  rate: fc.constantFrom(50, 1_000, 20_000, 1_000_000),
  inFlightMax: fc.constantFrom(1, 4, 32),
  // The first is below most round trips, so messages that have arrived are sent again.
  retransmitAfter: fc.constantFrom(100, 800),
});

const moments = fc.oneof(fc.nat(300), fc.nat(3_000), fc.nat(20_000));
const sides = fc.constantFrom('sender' as const, 'receiver' as const);
const files = fc.nat({ max: 7 });

const cut: fc.Arbitrary<Cut> = fc.oneof(
  moments.map((after) => ({ after })),
  fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 80 })).map((frames) => ({
    frames,
  })),
);

const failure: fc.Arbitrary<ReadFailure> = fc.record({
  index: fc.constantFrom(0, 0, 1),
  code: fc.constantFrom('source.changed' as const, 'source.unreadable' as const),
  // Later reads are for comparisons and retries.
  after: fc.constantFrom(0, 0, 1, 2),
  times: fc.constantFrom(1, 1, 2, Infinity),
});

/** Half of all transfers lack each kind of trouble, so that a failing one shrinks well. */
function some<T>(one: fc.Arbitrary<T>, most: number): fc.Arbitrary<readonly T[]> {
  return fc.oneof(fc.constant([]), fc.array(one, { minLength: 1, maxLength: most }));
}

/** Transfers in which anything can happen. */
export const transfers: fc.Arbitrary<TransferOptions> = fc
  .record({
    seed: fc.integer(),
    sizes,
    failures: some(fc.tuple(files, failure), 2).map((entries) => new Map(entries)),
    retries: fc.record({ count: fc.nat({ max: 4 }), after: moments }),
    skips: some(fc.record({ at: moments, by: sides, file: files }), 2),
    leftOut: some(files, 4),
    takes: some(fc.record({ at: moments, entry: files }), 3),
    pauses: some(fc.record({ at: moments, lasts: moments, by: sides }), 2),
    fullDisk: fc.record({ at: moments, lasts: fc.oneof(fc.constant(0), moments) }),
    caps: some(
      fc.record({
        at: moments,
        bytesPerSecond: fc.constantFrom(undefined, 8_000, 64_000, 1_000_000),
      }),
      3,
    ),
    cuts: some(cut, 4),
    alterations: some(fc.array(fc.nat(), { maxLength: 3 }), 5),
    window: fc.constantFrom(0, 5, CHUNK_BYTES, PIECE_BYTES),
    batch: fc.constantFrom(1, CHUNK_BYTES, PIECE_BYTES),
    highWater: fc.constantFrom(0, 2 * CHUNK_BYTES, 8 * CHUNK_BYTES, 4 * PIECE_BYTES),
    lowWater: fc.constantFrom(0, CHUNK_BYTES, 4 * CHUNK_BYTES),
    readAhead: fc.integer({ min: 1, max: 4 }),
    packBytes: fc.constantFrom(undefined, 3 * CHUNK_BYTES, PIECE_BYTES),
    lanes: fc.array(path, { minLength: 1, maxLength: 3 }),
    control: path,
    laneEnds: some(
      fc.record({
        // While most of it is in flight.
        at: fc.oneof(fc.nat(300), fc.nat(1_500)),
        lane: fc.integer({ min: 1, max: 2 }),
        how: fc.constantFrom('retired' as const, 'lost' as const, 'broken' as const),
      }),
      4,
    ),
    diskDelay: fc.constantFrom(0, 5, 300),
  })
  // E2: something is taken.
  .map((options) => ({ ...options, leftOut: options.leftOut.filter((entry) => entry > 0) }))
  .map((options) => ({ ...options, window: longestPiece(options.sizes) + options.window }));

// A smaller window is refused; with one of this size, one piece is in flight at a time.
function longestPiece(all: readonly (number | 'folder')[]): number {
  return Math.min(PIECE_BYTES, Math.max(1, ...all.map((size) => (size === 'folder' ? 0 : size))));
}

const still = { delay: { least: 20, most: 20 } };
const calm = { there: still, back: still, rate: 20_000, inFlightMax: 64, retransmitAfter: 100 };

/** An empty transfer in which nothing goes wrong. */
export const calmTransfer: TransferOptions = {
  seed: 1,
  sizes: [],
  failures: new Map(),
  retries: { count: 0, after: 0 },
  skips: [],
  leftOut: [],
  takes: [],
  pauses: [],
  fullDisk: { at: 0, lasts: 0 },
  caps: [],
  cuts: [],
  alterations: [],
  window: PIECE_BYTES,
  batch: PIECE_BYTES,
  highWater: 4 * PIECE_BYTES,
  lowWater: PIECE_BYTES,
  readAhead: 4,
  packBytes: undefined,
  lanes: [calm],
  control: calm,
  laneEnds: [],
  diskDelay: 5,
};
