import { equal } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBase64Url } from '../../src/bytes.ts';
import { PIECE_BYTES } from '../../src/constants.ts';
import { inflowMachine, type InflowEvent, type InflowInput } from '../../src/inflow/index.ts';
import { piecesOf } from '../../src/pieces/piece-set.ts';
import { createPlan } from '../../src/pieces/plan.ts';
import { createCoverage } from '../support/coverage.ts';
import { isHarmless, moves, OURS, sendAll, setups, THEIRS } from './inflow-moves.ts';
import { InflowWorld } from './inflow-world.ts';
import { manifestOf } from '../support/manifest-of.ts';

describe('inflow', () => {
  const coverage = createCoverage(inflowMachine);

  it('I1 I2 I3 I4 K2 K4 K5 K6 K7 R4: keeps its invariants over any course', () => {
    fc.assert(
      fc.property(setups, moves, (input, course) => {
        const world = new InflowWorld(coverage.machine, input);
        sendAll(world, course);
      }),
      { numRuns: 1000 },
    );
  });

  it('I2 X1 X2: verifies only when everything is stored and the digests are equal', () => {
    fc.assert(
      fc.property(setups, moves, fc.constantFrom(OURS, THEIRS), (input, course, digest) => {
        const world = new InflowWorld(coverage.machine, input);
        // Moves that would end it early are left out; pieces that are then missing come.
        sendAll(world, course.filter(isHarmless));
        while (world.forgetting.length > 0) sendAll(world, [{ type: 'forgotten' }]);
        world.send({ type: 'store.retried' });
        for (let ordinal = 0; ordinal < input.plan.pieces; ordinal++) {
          world.send({ type: 'piece.assembled', ordinal });
          // A host stores what came together as one.
          world.send({ type: 'piece.stored', ...(world.parcelOf(ordinal) ?? { ordinal }) });
        }
        if (world.snapshot.status === 'done') return;
        world.send({ type: 'sent.received', digest: toBase64Url(OURS.all) });
        world.send({ type: 'digest.computed', digest });
        equal(world.snapshot.value, digest === OURS ? 'verified' : 'failed');
        equal(world.snapshot.context.failure, digest === OURS ? undefined : 'integrity');
      }),
    );
  });

  it('X1: refuses sent before every piece is here', () => {
    const world = new InflowWorld(coverage.machine, inputOf([5, 5]));
    world.send({ type: 'piece.assembled', ordinal: 0 });
    world.send({ type: 'piece.stored', ordinal: 0 });
    world.send({ type: 'sent.received', digest: '' });
    expect(world.commands.at(-1)).toEqual({ type: 'inflow.failed', code: 'protocol' });
  });

  it('K5: refuses the failure of a file that was never offered', () => {
    for (const file of [2, -1, 0.5]) {
      const world = new InflowWorld(coverage.machine, inputOf([5, 5]));
      world.send({ type: 'file.failed.received', file, code: 'source.changed' });
      expect(world.commands).toEqual([{ type: 'inflow.failed', code: 'protocol' }]);
    }
  });

  it('K5: credits a piece whose file failed while it was being stored', () => {
    const world = new InflowWorld(coverage.machine, inputOf([5, 7]));
    world.send({ type: 'piece.assembled', ordinal: 0 });
    world.send({ type: 'file.failed.received', file: 0, code: 'source.changed' });
    world.send({ type: 'piece.stored', ordinal: 0 });
    expect(world.commands).toContainEqual({
      type: 'credit.send',
      upTo: PIECE_BYTES + 5,
      settled: 5,
    });
    expect(world.snapshot.context.storedBytes).toBe(0);
  });

  it('K5: credits a failed file’s pieces that still come, keeps none of them, and takes the rest', () => {
    const world = new InflowWorld(coverage.machine, inputOf([2 * PIECE_BYTES, 7]));
    world.send({ type: 'file.failed.received', file: 0, code: 'source.changed' });
    world.send({ type: 'piece.discarded', ordinal: 0 });
    world.send({ type: 'piece.assembled', ordinal: 1 });
    world.send({ type: 'piece.assembled', ordinal: 2 });
    world.send({ type: 'piece.stored', ordinal: 2 });
    world.send({ type: 'sent.received', digest: toBase64Url(OURS.all) });
    world.send({ type: 'digest.computed', digest: OURS });
    expect(world.commands).toEqual([
      { type: 'file.discard', file: 0, code: 'source.changed' },
      { type: 'credit.send', upTo: 2 * PIECE_BYTES, settled: PIECE_BYTES },
      { type: 'piece.discard', ordinal: 1 },
      { type: 'credit.send', upTo: 3 * PIECE_BYTES, settled: 2 * PIECE_BYTES },
      { type: 'piece.store', ordinal: 2 },
      { type: 'progress.made', bytes: 7 },
      { type: 'credit.send', upTo: 3 * PIECE_BYTES + 7, settled: 2 * PIECE_BYTES + 7 },
      { type: 'digest.compute', absent: [{ file: 0, code: 'source.changed' }] },
      { type: 'inflow.verified', digest: OURS },
    ]);
  });

  it('I11: stops on request, and X2: fails on another digest', () => {
    const stopped = new InflowWorld(coverage.machine, inputOf([5]));
    stopped.send({ type: 'inflow.stopped' });
    expect(stopped.snapshot.value).toBe('stopped');
    const failed = new InflowWorld(coverage.machine, inputOf([0]));
    failed.send({ type: 'sent.received', digest: toBase64Url(OURS.all) });
    failed.send({ type: 'digest.computed', digest: THEIRS });
    expect(failed.commands.at(-1)).toEqual({ type: 'inflow.failed', code: 'integrity' });
  });

  it('C1: a sender that has sent `sent` may send no more about files', () => {
    const last: readonly InflowEvent[] = [
      { type: 'sent.received', digest: '' },
      { type: 'file.failed.received', file: 0, code: 'source.changed' },
      { type: 'file.retried.received', file: 0 },
      { type: 'again.received', ranges: [{ first: 0, end: 1 }] },
    ];
    for (const event of last) {
      const world = new InflowWorld(coverage.machine, inputOf([0]));
      world.send({ type: 'sent.received', digest: '' });
      world.send(event);
      expect(world.commands.at(-1)).toEqual({ type: 'inflow.failed', code: 'protocol' });
    }
  });

  it('X4: fails with the first code once every file has failed', () => {
    const world = new InflowWorld(coverage.machine, inputOf([5, 'folder', 7]));
    world.send({ type: 'file.failed.received', file: 2, code: 'source.changed' });
    world.send({ type: 'file.failed.received', file: 0, code: 'source.unreadable' });
    expect(world.commands.at(-1)).toEqual({ type: 'inflow.failed', code: 'source.changed' });
  });

  it('reports why it could not store', () => {
    const world = new InflowWorld(coverage.machine, inputOf([5]));
    world.send({ type: 'piece.assembled', ordinal: 0 });
    world.send({ type: 'store.failed', ordinal: 0, code: 'disk.failed' });
    expect(world.commands.at(-1)).toEqual({ type: 'inflow.failed', code: 'disk.failed' });
  });

  it('K7: keeps a piece that does not fit, credits it when it is stored, and tries again when there is room', () => {
    const world = new InflowWorld(coverage.machine, inputOf([5, 7]));
    world.send({ type: 'piece.assembled', ordinal: 0 });
    world.send({ type: 'store.failed', ordinal: 0, code: 'disk.full' });
    world.send({ type: 'store.retried' });
    world.send({ type: 'store.failed', ordinal: 0, code: 'disk.full' });
    world.send({ type: 'store.retried' });
    world.send({ type: 'store.retried' });
    world.send({ type: 'piece.stored', ordinal: 0 });
    expect(world.commands).toEqual([
      { type: 'piece.store', ordinal: 0 },
      { type: 'inflow.stalled' },
      { type: 'piece.store.again', ordinal: 0 },
      { type: 'inflow.stalled' },
      { type: 'piece.store.again', ordinal: 0 },
      { type: 'progress.made', bytes: 5 },
      { type: 'credit.send', upTo: PIECE_BYTES + 5, settled: 5 },
    ]);
  });

  it('R4: forgets pieces that differ before it reports that it lacks them, and takes them once more', () => {
    const held = piecesOf([{ first: 0, end: 2 }]);
    const world = new InflowWorld(coverage.machine, { ...inputOf([5, 7]), held });
    world.send({ type: 'again.received', ranges: [{ first: 1, end: 2 }] });
    world.send({ type: 'piece.assembled', ordinal: 1 });
    world.send({ type: 'pieces.forgotten', ranges: [{ first: 1, end: 2 }] });
    world.send({ type: 'piece.assembled', ordinal: 1 });
    world.send({ type: 'piece.stored', ordinal: 1 });
    expect(world.commands).toEqual([
      { type: 'pieces.forget', ranges: [{ first: 1, end: 2 }] },
      { type: 'missing.send', ranges: [{ first: 1, end: 2 }], more: false },
      { type: 'progress.made', bytes: 5 },
      { type: 'piece.store', ordinal: 1 },
      { type: 'progress.made', bytes: 12 },
      { type: 'credit.send', upTo: PIECE_BYTES + 7, settled: 7 },
    ]);
  });

  it('R4 K6: refuses `again` for a piece that it does not hold, and the retry of a file that did not fail', () => {
    for (const event of [
      { type: 'again.received', ranges: [{ first: 0, end: 1 }] },
      { type: 'file.retried.received', file: 0 },
    ] as const) {
      const world = new InflowWorld(coverage.machine, inputOf([5, 7]));
      world.send(event);
      expect(world.commands).toEqual([{ type: 'inflow.failed', code: 'protocol' }]);
    }
  });

  it('K6: reports which pieces it lacks of a file that is tried again, and takes them', () => {
    const world = new InflowWorld(coverage.machine, inputOf([2 * PIECE_BYTES, 7]));
    world.send({ type: 'piece.assembled', ordinal: 0 });
    world.send({ type: 'piece.stored', ordinal: 0 });
    world.send({ type: 'file.failed.received', file: 0, code: 'source.changed' });
    world.send({ type: 'piece.discarded', ordinal: 1 });
    world.send({ type: 'file.retried.received', file: 0 });
    world.send({ type: 'piece.assembled', ordinal: 1 });
    world.send({ type: 'piece.stored', ordinal: 1 });
    expect(world.commands.slice(3)).toEqual([
      { type: 'file.discard', file: 0, code: 'source.changed' },
      { type: 'credit.send', upTo: 3 * PIECE_BYTES, settled: 2 * PIECE_BYTES },
      { type: 'file.readmit', file: 0, ranges: [{ first: 1, end: 2 }] },
      { type: 'missing.send', ranges: [{ first: 1, end: 2 }], more: false },
      { type: 'progress.made', bytes: PIECE_BYTES },
      { type: 'piece.store', ordinal: 1 },
      { type: 'progress.made', bytes: 2 * PIECE_BYTES },
      { type: 'credit.send', upTo: 4 * PIECE_BYTES, settled: 3 * PIECE_BYTES },
    ]);
  });

  it('K9: a larger window is sent at once, a smaller one once the given credit is used up', () => {
    const window = 16 * PIECE_BYTES;
    const world = new InflowWorld(coverage.machine, {
      ...inputOf([40 * PIECE_BYTES]),
      window,
    });
    const arrive = (bytesPerSecond: number, lanes: number): void =>
      world.send({ type: 'inflow.measured', bytesPerSecond, lanes });
    const settleOne = (ordinal: number): void => {
      world.send({ type: 'piece.assembled', ordinal });
      world.send({ type: 'piece.stored', ordinal });
    };
    // The round trip is not known yet.
    arrive(8e6, 8);
    expect(world.commands).toEqual([]);
    world.send({ type: 'roundtrip.measured', milliseconds: 500 });
    arrive(8e6, 8);
    const wide = 14 * PIECE_BYTES + 1.5 * 8e6;
    expect(world.commands).toEqual([{ type: 'credit.send', upTo: wide, settled: 0 }]);
    arrive(1000, 1);
    for (let ordinal = 0; ordinal < 18; ordinal++) settleOne(ordinal);
    const credits = world.commands.filter(({ type }) => type === 'credit.send');
    const narrow = 8 * PIECE_BYTES;
    expect(credits.slice(-2)).toEqual([
      { type: 'credit.send', upTo: wide, settled: 17 * PIECE_BYTES },
      { type: 'credit.send', upTo: narrow + 18 * PIECE_BYTES, settled: 18 * PIECE_BYTES },
    ]);
  });

  it('E3 E5: takes in what was left out, which is nobody’s miss before', () => {
    const input = inputOf([5, 'folder', 2 * PIECE_BYTES]);
    const begin = () =>
      new InflowWorld(coverage.machine, { ...input, leftOut: piecesOf([{ first: 1, end: 3 }]) });
    const world = begin();
    expect(world.snapshot.context).toMatchObject({ missing: 1, files: 1 });
    world.send({ type: 'piece.assembled', ordinal: 2 });
    expect(world.commands).toEqual([]);
    world.send({ type: 'taken.received', ranges: [{ first: 2, end: 3 }] });
    expect(world.commands).toEqual([
      { type: 'entries.admit', ranges: [{ first: 2, end: 3 }] },
      { type: 'missing.send', ranges: [{ first: 1, end: 3 }], more: false },
    ]);
    expect(world.snapshot.context).toMatchObject({ missing: 3, files: 2 });

    // What was not left out can't be taken in, nor anything once all has been sent.
    const refused = begin();
    refused.send({ type: 'taken.received', ranges: [{ first: 0, end: 2 }] });
    expect(refused.snapshot.context.failure).toBe('protocol');
    const late = begin();
    late.send({ type: 'piece.assembled', ordinal: 0 });
    late.send({ type: 'piece.stored', ordinal: 0 });
    late.send({ type: 'sent.received', digest: toBase64Url(OURS.all) });
    expect(late.commands.at(-1)).toEqual({
      type: 'digest.compute',
      absent: [
        { file: 1, code: 'left.out' },
        { file: 2, code: 'left.out' },
      ],
    });
    late.send({ type: 'taken.received', ranges: [{ first: 1, end: 2 }] });
    expect(late.snapshot.context.failure).toBe('protocol');
  });

  it('every state and transition was reached', () => {
    expect(coverage.missed()).toEqual({ states: [], transitions: [] });
  });
});

function inputOf(sizes: readonly (number | 'folder')[]): InflowInput {
  return {
    plan: createPlan(manifestOf(sizes)),
    files: sizes.filter((size) => size !== 'folder').length,
    window: PIECE_BYTES,
    batch: PIECE_BYTES,
  };
}
