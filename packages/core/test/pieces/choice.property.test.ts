import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { CHUNK_BYTES, RANGES_MAX } from '../../src/constants.ts';
import { createAssembler } from '../../src/inflow/assembler.ts';
import {
  absentEntries,
  areEntryRanges,
  bytesOfEntries,
  countFiles,
  leaveMessages,
  leftOutBy,
  piecesOfEntries,
  sortAbsent,
  takenOf,
} from '../../src/pieces/choice.ts';
import { hasPiece, piecesOf } from '../../src/pieces/piece-set.ts';
import { createPlan, piecesOfFile } from '../../src/pieces/plan.ts';
import { encodeFrame } from '../../src/protocol/frames.ts';
import { manifestOf } from '../support/manifest-of.ts';

const sizes = fc.array(fc.oneof(fc.nat(3_000_000), fc.constant('folder' as const)), {
  minLength: 1,
  maxLength: 12,
});

describe('a choice', () => {
  test('E1 leaves out what was not chosen, and its pieces, bytes and files with it', () => {
    fc.assert(
      fc.property(sizes, fc.array(fc.integer({ min: -1, max: 13 })), (entries, chosen) => {
        const manifest = manifestOf(entries);
        const plan = createPlan(manifest);
        const ranges = leftOutBy(entries.length, chosen);
        const left = piecesOf(ranges);
        const isLeft = (index: number): boolean => !chosen.includes(index);

        expect(areEntryRanges(ranges, entries.length)).toBe(true);
        for (const index of entries.keys()) expect(hasPiece(left, index)).toBe(isLeft(index));
        const bytes = entries.reduce<number>(
          (sum, size, index) => sum + (size === 'folder' || isLeft(index) ? 0 : size),
          0,
        );
        expect(takenOf(manifest, left)).toEqual({
          entries: entries.length - left.size,
          bytes,
        });
        expect(bytesOfEntries(plan, left)).toBe(plan.bytes - bytes);
        expect(countFiles(plan, left)).toBe(
          entries.filter((size, index) => size !== 'folder' && isLeft(index)).length,
        );
        const pieces = piecesOf(piecesOfEntries(plan, left));
        for (const index of entries.keys()) {
          const { first, count } = piecesOfFile(plan, index);
          for (let ordinal = first; ordinal < first + count; ordinal++)
            expect(hasPiece(pieces, ordinal)).toBe(isLeft(index));
        }
      }),
    );
  });

  test('D3 a list of what is absent says which failed, and which were left out', () => {
    const failedFiles = [{ file: 1, code: 'skipped' }] as const;
    const leftOut = piecesOf([
      { first: 0, end: 1 },
      { first: 3, end: 5 },
    ]);
    const absent = absentEntries(failedFiles, leftOut);
    expect(absent).toEqual([
      { file: 0, code: 'left.out' },
      ...failedFiles,
      { file: 3, code: 'left.out' },
      { file: 4, code: 'left.out' },
    ]);
    expect(sortAbsent(absent)).toEqual({ failedFiles, leftOut });
  });

  test('E1 takes as many messages as it needs, and none where all is taken', () => {
    expect(leaveMessages(piecesOf([]))).toEqual([]);
    const every = Array.from({ length: RANGES_MAX + 1 }, (_, index) => 2 * index);
    const left = piecesOf(every.map((first) => ({ first, end: first + 1 })));
    const messages = leaveMessages(left);
    expect(messages.map(({ more }) => more)).toEqual([true, false]);
    expect(piecesOf(messages.flatMap(({ ranges }) => ranges))).toEqual(left);
  });

  test.each([
    [[{ first: 1, end: 1 }]],
    [[{ first: 2, end: 1 }]],
    [[{ first: -1, end: 1 }]],
    [[{ first: 0, end: 0.5 }]],
    [[{ first: 0, end: 6 }]],
    [[{ first: 0, end: NaN }]],
    [
      [
        { first: 0, end: 2 },
        { first: 2, end: 3 },
      ],
    ],
    [
      [
        { first: 3, end: 4 },
        { first: 0, end: 1 },
      ],
    ],
  ])('E1 %j are no ranges of five entries', (ranges) => {
    expect(areEntryRanges(ranges, 5)).toBe(false);
  });
});

test('E3 a chunk of what was left out is refused, until it is taken in', () => {
  const plan = createPlan(manifestOf([5, CHUNK_BYTES]));
  const leftOut = piecesOf([{ first: 1, end: 2 }]);
  const assembler = createAssembler({ plan, credit: plan.bytes, leftOut });
  const frame = encodeFrame(1, 0, new Uint8Array(CHUNK_BYTES));
  expect(() => assembler.push(frame)).toThrow(expect.objectContaining({ code: 'violation' }));
  expect(assembler.bufferedBytes).toBe(0);
  assembler.admitEntries([{ first: 1, end: 2 }]);
  expect(assembler.push(frame)).toMatchObject({ kind: 'piece', ordinal: 1 });
});
