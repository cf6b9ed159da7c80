import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasPiece } from '../../src/pieces/piece-set.ts';
import { PIECE_BYTES } from '../../src/constants.ts';
import { calmTransfer, transfers } from './transfer-arbitraries.ts';
import { runTransfer, type Seen, type TransferOptions, type TransferResult } from './transfer.ts';

/** Files that fail for good: those whose failing piece exists. */
function lastingFailures({ sizes, failures }: TransferOptions): readonly number[] {
  return [...failures].flatMap(([file, { index, after, times }]) => {
    const size = sizes[file];
    const isReached = typeof size === 'number' && size > index * PIECE_BYTES;
    return isReached && after === 0 && times === Infinity ? [file] : [];
  });
}

function checkResult(options: TransferOptions, result: TransferResult): void {
  const { outflow, inflow } = result;
  // R5: both ends know the same failures, whatever was repeated.
  deepEqual(inflow.failedFiles, outflow.failedFiles);
  // E: and what was left out.
  deepEqual(inflow.leftOut, outflow.leftOut);
  const isLeftOut = (file: number): boolean => hasPiece(outflow.leftOut, file);
  const failed = new Set(outflow.failedFiles.map(({ file }) => file));
  const files = options.sizes.filter((size, file) => size !== 'folder' && !isLeftOut(file)).length;
  if (files > 0 && failed.size === files) {
    // X4: on both ends.
    equal(outflow.value, 'failed');
    equal(inflow.value, 'failed');
    equal(inflow.failure, outflow.failure);
    return;
  }
  equal(outflow.value, 'finished');
  equal(inflow.value, 'verified');
  for (const file of lastingFailures(options)) ok(failed.has(file) || isLeftOut(file));
  const skipped = new Set(options.skips.map(({ file }) => file));
  for (const file of failed) ok(options.failures.has(file) || skipped.has(file));
  for (const [file, bytes] of result.files.entries()) {
    const isKept = options.sizes[file] !== 'folder' && !failed.has(file) && !isLeftOut(file);
    equal(bytes !== undefined, isKept);
    if (bytes !== undefined) ok(Buffer.from(bytes).equals(result.source[file] ?? new Uint8Array()));
  }
}

describe('a transfer between both machines', () => {
  it('E3 E5 I1 I2 I3 I8 I11 F7 K6 K7 K8 P1 R3 R4 R5 W3 W4: ends with every byte in its place', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(transfers, (options) => {
        const result = runTransfer(options);
        checkResult(options, result);
        for (const [what, count] of Object.entries(result.seen))
          seen.set(what, (seen.get(what) ?? 0) + count);
      }),
      { numRuns: 1000 },
    );
    // The run has seen each of these, and more than once.
    const all: readonly Seen[] = [
      'generations',
      'again',
      'retried',
      'skipped',
      'taken',
      'stalled',
      'paused',
      'capped',
      'lost',
      'lanes',
      'moved',
      'packed',
    ];
    for (const what of all) expect(seen.get(what), what).toBeGreaterThan(5);
  }, 300_000);

  it('gives the same result with the same seed', () => {
    fc.assert(
      fc.property(transfers, (options) => {
        deepEqual(runTransfer(options), runTransfer(options));
      }),
      { numRuns: 20 },
    );
  });

  it('F7: takes no more machine events for a hundred small files than for a piece', () => {
    const result = runTransfer({
      ...calmTransfer,
      sizes: Array.from({ length: 100 }, (_, file) => (file % 7 === 0 ? 'folder' : 100 + file)),
      packBytes: PIECE_BYTES,
    });
    expect(result.inflow.value).toBe('verified');
    expect(result.events).toBeLessThanOrEqual(8);
  });

  it('takes six machine events for a piece, counting both ends', () => {
    const result = runTransfer({
      ...calmTransfer,
      sizes: [32 * PIECE_BYTES],
      window: 16 * PIECE_BYTES,
    });
    expect(result.inflow.value).toBe('verified');
    expect(result.events / result.pieces).toBeLessThanOrEqual(6);
  });
});
