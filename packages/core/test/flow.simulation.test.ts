import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHUNK_BYTES, PIECE_BYTES } from '../src/constants.ts';
import type { DatagramFaults, LossyPath } from '../src/testing/index.ts';
import { runTransfer, type TransferOptions, type TransferResult } from './support/transfer.ts';

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
  // A jitter above the time that a chunk takes to leave is what reorders.
  delay: fc
    .record({ least: fc.integer({ min: 0, max: 200 }), jitter: fc.constantFrom(0, 5, 30, 150) })
    .map(({ least, jitter }) => ({ least, most: least + jitter })),
  loss: fc.integer({ min: 0, max: 30 }).map((percent) => percent / 100),
  duplication: fc.constantFrom(0, 0, 0.1, 0.5),
});

const path: fc.Arbitrary<LossyPath> = fc.record({
  there: faults,
  back: faults,
  rate: fc.constantFrom(50, 1_000, 20_000, 1_000_000),
  inFlightMax: fc.constantFrom(1, 4, 32),
  // The first is below most round trips: it sends again what has arrived.
  retransmitAfter: fc.constantFrom(100, 800),
});

const transfers: fc.Arbitrary<TransferOptions> = fc
  .record({
    seed: fc.integer(),
    sizes,
    failures: fc
      .array(
        fc.tuple(
          fc.nat({ max: 9 }),
          fc.record({
            index: fc.constantFrom(0, 0, 1),
            code: fc.constantFrom('source.changed' as const, 'source.unreadable' as const),
          }),
        ),
        { maxLength: 2 },
      )
      .map((entries) => new Map(entries)),
    window: fc.constantFrom(0, 5, CHUNK_BYTES, PIECE_BYTES),
    batch: fc.constantFrom(1, CHUNK_BYTES, PIECE_BYTES),
    highWater: fc.constantFrom(0, 2 * CHUNK_BYTES, 8 * CHUNK_BYTES, 4 * PIECE_BYTES),
    lowWater: fc.constantFrom(0, CHUNK_BYTES, 4 * CHUNK_BYTES),
    readAhead: fc.integer({ min: 1, max: 4 }),
    lanes: fc.array(path, { minLength: 1, maxLength: 3 }),
    control: path,
    diskDelay: fc.constantFrom(0, 5, 300),
  })
  .map((options) => ({ ...options, window: longestPiece(options.sizes) + options.window }));

// A window below it is refused; at it, one piece is on its way at a time.
function longestPiece(all: readonly (number | 'folder')[]): number {
  return Math.min(PIECE_BYTES, Math.max(1, ...all.map((size) => (size === 'folder' ? 0 : size))));
}

/** Which files fail: those whose failing piece exists. */
function failing({ sizes: all, failures }: TransferOptions): ReadonlySet<number> {
  const isReached = (file: number, index: number): boolean => {
    const size = all[file];
    return typeof size === 'number' && size > index * PIECE_BYTES;
  };
  return new Set(
    [...failures].filter(([file, { index }]) => isReached(file, index)).map(([file]) => file),
  );
}

function checkResult(options: TransferOptions, result: TransferResult): void {
  const failed = failing(options);
  const files = options.sizes.filter((size) => size !== 'folder').length;
  if (files > 0 && failed.size === files) {
    // X4, on both ends alike.
    equal(result.outflow.value, 'failed');
    equal(result.inflow.value, 'failed');
    equal(result.inflow.failure, result.outflow.failure);
    return;
  }
  equal(result.outflow.value, 'finished');
  equal(result.inflow.value, 'verified');
  deepEqual(new Set(result.failed), failed);
  for (const [file, bytes] of result.files.entries()) {
    const isKept = options.sizes[file] !== 'folder' && !failed.has(file);
    equal(bytes !== undefined, isKept);
    if (bytes !== undefined) ok(Buffer.from(bytes).equals(result.source[file] ?? new Uint8Array()));
  }
}

describe('a transfer between both machines', () => {
  it('I1 I2 I3 I8 I11: ends, whatever paths lose, double and reorder, whatever disks, windows and failures, with every byte in its place', () => {
    fc.assert(
      fc.property(transfers, (options) => checkResult(options, runTransfer(options))),
      { numRuns: 1000 },
    );
  }, 300_000);

  it('comes out the same under one seed', () => {
    fc.assert(
      fc.property(transfers, (options) => {
        deepEqual(runTransfer(options), runTransfer(options));
      }),
      { numRuns: 20 },
    );
  }, 30_000);

  it('takes six machine events for a piece, on both ends together', () => {
    const still = { delay: { least: 20, most: 20 } };
    const calm = { there: still, back: still, rate: 20_000, inFlightMax: 64, retransmitAfter: 100 };
    const result = runTransfer({
      seed: 1,
      sizes: [32 * PIECE_BYTES],
      failures: new Map(),
      window: 16 * PIECE_BYTES,
      batch: PIECE_BYTES,
      highWater: 4 * PIECE_BYTES,
      lowWater: PIECE_BYTES,
      readAhead: 4,
      lanes: [calm],
      control: calm,
      diskDelay: 5,
    });
    expect(result.inflow.value).toBe('verified');
    expect(result.events / result.pieces).toBeLessThanOrEqual(6);
  });
});
