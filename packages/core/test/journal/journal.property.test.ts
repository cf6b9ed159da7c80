import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { concatBytes, toBase64Url } from '../../src/bytes.ts';
import { PIECE_BYTES } from '../../src/constants.ts';
import { appendRecords, foldRecord, JOURNAL_START, readJournal } from '../../src/journal/index.ts';
import type { JournalRecord, JournalState } from '../../src/journal/index.ts';
import { leftOutBy } from '../../src/pieces/choice.ts';
import { hasPiece, rangesOf } from '../../src/pieces/piece-set.ts';
import { createManifest } from '../../src/protocol/manifest.ts';
import { createPlan } from '../../src/pieces/plan.ts';
import { FAILURE_CODES } from '../../src/protocol/types.ts';
import { base64UrlOf, bytesOf } from '../../src/testing/arbitraries.ts';
import { mutations } from '../../src/testing/mutated.ts';
import { mutateBytes } from '../../src/testing/mutations.ts';
import { digestOfAll } from '../support/digest-of-all.ts';

const PIECES = 20;
const FILES = 4;

const plan = createPlan(
  createManifest(
    'bundle',
    Array.from({ length: FILES }, (_, file) => ({
      kind: 'file',
      path: `file ${file}`,
      size: (PIECES / FILES) * PIECE_BYTES,
      modified: null,
      mediaType: '',
    })),
  ),
);

const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes);

const ordinals = fc.nat({ max: PIECES - 1 });
const range = fc
  .tuple(fc.nat({ max: PIECES }), fc.nat({ max: PIECES }))
  .map(([a, b]) => ({ first: Math.min(a, b), end: Math.max(a, b) }));
const failedFile = fc.record({
  file: fc.nat({ max: FILES - 1 }),
  code: fc.constantFrom(...FAILURE_CODES, 'left.out' as const),
});

const record: fc.Arbitrary<JournalRecord> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('stored' as const),
      pieces: fc.array(fc.record({ ordinal: ordinals, leaf: bytesOf(32).map(own) }), {
        maxLength: 4,
      }),
    }),
  },
  fc.record({
    type: fc.constant('forgotten' as const),
    ranges: fc.array(range, { maxLength: 3 }),
  }),
  fc.record({
    type: fc.constant('generation' as const),
    generation: fc.maxSafeNat().map((number) => Math.max(1, number)),
  }),
  fc.record({
    type: fc.constant('finished' as const),
    digest: fc.record({ all: bytesOf(32).map(own), present: bytesOf(32).map(own) }),
    absent: fc.array(failedFile, { maxLength: 3 }),
  }),
  fc.record({ type: fc.constant('handedOver' as const), time: fc.maxSafeNat() }),
  // At least one entry is taken.
  fc
    .subarray(
      Array.from({ length: FILES }, (_, index) => index),
      { minLength: 1 },
    )
    .map((chosen) => ({
      type: 'chosen' as const,
      entries: FILES,
      leftOut: leftOutBy(FILES, chosen),
    })),
  fc.record({
    type: fc.constant('renewed' as const),
    delivery: base64UrlOf(16),
    token: bytesOf(32).map(own),
  }),
);
const records = fc.array(record, { maxLength: 12 });

function written(list: readonly JournalRecord[]): Uint8Array<ArrayBuffer> {
  return appendRecords(JOURNAL_START, list).bytes;
}

/** A state in a form that can be compared. */
function told({ pieces, leaves, generation, finished, leftOut, renewed }: JournalState): unknown {
  return {
    pieces: rangesOf(pieces),
    leaves: [...leaves].map(([ordinal, leaf]) => [ordinal, toBase64Url(leaf)]).toSorted(byOrdinal),
    generation,
    finished,
    leftOut: rangesOf(leftOut),
    renewed,
  };
}

function byOrdinal([a = 0]: readonly unknown[], [b = 0]: readonly unknown[]): number {
  return Number(a) - Number(b);
}

function read(bytes: Uint8Array<ArrayBuffer>): unknown {
  return told(readJournal(bytes, plan).state);
}

/** The states of all of a journal's runs from the start: no other may ever be read. */
function prefixes(list: readonly JournalRecord[]): readonly unknown[] {
  return Array.from({ length: list.length + 1 }, (_, count) => read(written(list.slice(0, count))));
}

describe('a journal', () => {
  it('I4, E4 gives the state that a map of leaves, a number, a choice and a verdict give', () => {
    fc.assert(
      fc.property(records, (list) => {
        const leaves = new Map<number, string>();
        let [generation, isFinished, delivery] = [0, false, ''];
        let handedOver: number | undefined;
        let leftOut: readonly unknown[] = [];
        for (const one of list) {
          if (one.type === 'stored')
            for (const { ordinal, leaf } of one.pieces) leaves.set(ordinal, toBase64Url(leaf));
          if (one.type === 'forgotten')
            for (const { first, end } of one.ranges)
              for (let ordinal = first; ordinal < end; ordinal++) leaves.delete(ordinal);
          if (one.type === 'generation') generation = Math.max(generation, one.generation);
          else if (one.type === 'handedOver') handedOver = isFinished ? one.time : undefined;
          else [isFinished, handedOver] = [one.type === 'finished', undefined];
          if (one.type === 'chosen') leftOut = one.leftOut;
          if (one.type === 'renewed') [generation, delivery] = [0, one.delivery];
        }

        const { state } = readJournal(written(list), plan);

        expect(
          new Map([...state.leaves].map(([ordinal, leaf]) => [ordinal, toBase64Url(leaf)])),
        ).toEqual(leaves);
        for (let ordinal = 0; ordinal < PIECES; ordinal++)
          expect(hasPiece(state.pieces, ordinal)).toBe(leaves.has(ordinal));
        expect(state.generation).toBe(generation);
        expect(state.finished !== undefined).toBe(isFinished);
        expect(state.finished?.handedOver).toBe(handedOver);
        expect(rangesOf(state.leftOut)).toEqual(leftOut);
        expect(state.renewed?.delivery ?? '').toBe(delivery);
      }),
    );
  });

  it('gives back what was written, in one go or in many', () => {
    fc.assert(
      fc.property(records, records, (first, second) => {
        const one = appendRecords(JOURNAL_START, first);
        const two = appendRecords(one.end, second);
        const bytes = concatBytes(one.bytes, two.bytes);

        expect(bytes).toEqual(written([...first, ...second]));
        const { state, end } = readJournal(bytes, plan);
        expect(end).toEqual(two.end);
        expect(end.length).toBe(bytes.length);
        const folded = [...first, ...second].reduce(
          foldRecord,
          readJournal(new Uint8Array(), plan).state,
        );
        expect(told(state)).toEqual(told(folded));
      }),
    );
  });

  it('is never changed by folding one more record', () => {
    fc.assert(
      fc.property(records, record, (list, next) => {
        const { state } = readJournal(written(list), plan);
        const before = structuredClone(told(state));
        foldRecord(state, next);
        expect(told(state)).toEqual(before);
      }),
    );
  });

  it('I4 torn anywhere, gives the state of its complete records, and where they end', () => {
    fc.assert(
      fc.property(records, fc.nat(), fc.array(fc.nat({ max: 255 })), (list, at, garbage) => {
        const bytes = written(list);
        const length = at % (bytes.length + 1);
        const kept = list.filter((_, index) => written(list.slice(0, index + 1)).length <= length);

        // Disks fill room that was never written with zeros.
        for (const tail of [[], garbage, Array<number>(64).fill(0)]) {
          const torn = concatBytes(bytes.subarray(0, length), Uint8Array.from(tail));
          const { state, end } = readJournal(torn, plan);
          // The garbage may equal the bytes that were torn off.
          if (end.length > length) expect(torn).toEqual(bytes.subarray(0, torn.length));
          else
            expect([told(state), end.length]).toEqual([read(written(kept)), written(kept).length]);
        }
      }),
    );
  });

  it('I4 with one bit flipped, gives nothing that is behind it', () => {
    fc.assert(
      fc.property(records, fc.nat(), fc.nat({ max: 7 }), (list, at, bit) => {
        const bytes = written(list);
        fc.pre(bytes.length > 0);
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ (1 << bit);
        const before = list.filter((_, index) => written(list.slice(0, index + 1)).length <= place);

        const { state, end } = readJournal(bytes, plan);

        expect(told(state)).toEqual(read(written(before)));
        expect(end.length).toBe(written(before).length);
      }),
    );
  });

  it('I4 cut, doubled and changed, gives the state of one of its beginnings', () => {
    fc.assert(
      fc.property(records, mutations, (list, changes) => {
        expect(prefixes(list)).toContainEqual(read(mutateBytes(written(list), changes)));
      }),
    );
  });

  it('I4 with a whole record taken out, ends there', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 2, maxLength: 8 }), fc.nat(), (list, at) => {
        const place = at % list.length;
        const start = written(list.slice(0, place)).length;
        const end = written(list.slice(0, place + 1)).length;
        const bytes = written(list);
        const cut = concatBytes(bytes.subarray(0, start), bytes.subarray(end));
        expect(readJournal(cut, plan).end.length).toBe(start);
      }),
    );
  });

  it('is total: any bytes are a journal without records', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(readJournal(own(bytes), plan).end).toEqual(JOURNAL_START);
      }),
    );
  });

  it('ends at a record that names what the bundle does not have', () => {
    const foreign: readonly JournalRecord[] = [
      { type: 'stored', pieces: [{ ordinal: PIECES, leaf: new Uint8Array(32) }] },
      { type: 'stored', pieces: [{ ordinal: 0.5, leaf: new Uint8Array(32) }] },
      { type: 'stored', pieces: [{ ordinal: NaN, leaf: new Uint8Array(32) }] },
      { type: 'forgotten', ranges: [{ first: 0, end: PIECES + 1 }] },
      { type: 'forgotten', ranges: [{ first: 2, end: 1 }] },
      { type: 'generation', generation: 0 },
      { type: 'generation', generation: 2 ** 53 },
      {
        type: 'finished',
        digest: digestOfAll(new Uint8Array(32)),
        absent: [{ file: FILES, code: 'skipped' }],
      },
      { type: 'finished', digest: digestOfAll(new Uint8Array(31)), absent: [] },
      { type: 'chosen', entries: FILES + 1, leftOut: [] },
      { type: 'chosen', entries: 2, leftOut: [{ first: 1, end: 3 }] },
      { type: 'chosen', entries: 2, leftOut: [{ first: 1, end: 1 }] },
      { type: 'chosen', entries: FILES, leftOut: [{ first: 0, end: FILES }] },
      { type: 'chosen', entries: 0, leftOut: [] },
      { type: 'renewed', delivery: 'AAAA', token: new Uint8Array(32) },
    ];
    for (const one of foreign)
      expect(readJournal(written([one]), plan).end, JSON.stringify(one)).toEqual(JOURNAL_START);
  });
});
