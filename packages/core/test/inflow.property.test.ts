import { equal } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBase64Url } from '../src/bytes.ts';
import { PIECE_BYTES } from '../src/constants.ts';
import { inflowMachine, type InflowEvent, type InflowInput } from '../src/inflow/index.ts';
import { addPiece, emptyPieces } from '../src/piece-set.ts';
import { createPlan } from '../src/protocol/plan.ts';
import { createCoverage } from './support/coverage.ts';
import { InflowWorld } from './support/inflow-world.ts';
import { manifestOf } from './support/manifest-of.ts';

const OURS = Uint8Array.of(1, 2, 3);
const THEIRS = Uint8Array.of(9);

const setups = fc
  .record({
    sizes: fc.array(
      fc.oneof(
        fc.constantFrom(0, 1, 5, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES),
        fc.constant('folder' as const),
      ),
      { maxLength: 5 },
    ),
    window: fc.integer({ min: PIECE_BYTES, max: 4 * PIECE_BYTES }),
    batch: fc.constantFrom(1, 1000, PIECE_BYTES, 2 * PIECE_BYTES, 2 ** 40),
    held: fc.array(fc.nat({ max: 6 }), { maxLength: 2 }),
  })
  .map(({ sizes, held, ...rest }): InflowInput => {
    const plan = createPlan(manifestOf(sizes));
    return {
      plan,
      files: sizes.filter((size) => size !== 'folder').length,
      ...rest,
      held: held.filter((ordinal) => ordinal < plan.pieces).reduce(addPiece, emptyPieces),
    };
  });

const ordinals = fc.nat({ max: 8 });
const common = fc.oneof(
  fc.record({ type: fc.constant('piece.assembled' as const), ordinal: ordinals }),
  fc.record({ type: fc.constant('piece.stored' as const), ordinal: ordinals }),
);
const uncommon = fc.oneof(
  fc.record({ type: fc.constant('piece.discarded' as const), ordinal: ordinals }),
  fc.record({
    type: fc.constant('file.failed.received' as const),
    file: fc.nat({ max: 4 }),
    code: fc.constantFrom('source.changed' as const, 'source.unreadable' as const),
  }),
  fc.record({
    type: fc.constant('digest.computed' as const),
    digest: fc.constantFrom(OURS, THEIRS),
  }),
);
const rare = fc.oneof(
  fc.record({
    type: fc.constant('sent.received' as const),
    digest: fc.constantFrom(toBase64Url(OURS), ''),
  }),
  fc.record({
    type: fc.constant('store.failed' as const),
    code: fc.constantFrom('disk.full' as const, 'disk.failed' as const),
  }),
  fc.record({ type: fc.constant('inflow.stopped' as const) }),
  fc.record({
    type: fc.constant('piece.assembled' as const),
    ordinal: fc.constantFrom(-1, 0.5, 99),
  }),
);
const events: fc.Arbitrary<readonly InflowEvent[]> = fc.array(
  fc.oneof(
    { weight: 20, arbitrary: common },
    { weight: 5, arbitrary: uncommon },
    { weight: 1, arbitrary: rare },
  ),
  { maxLength: 80 },
);

describe('inflow', () => {
  const coverage = createCoverage(inflowMachine);

  it('I1 I2 I3 K2 K4 K5: keeps its invariants over any course', () => {
    fc.assert(
      fc.property(setups, events, (input, course) => {
        const world = new InflowWorld(coverage.machine, input);
        for (const event of course) world.send(event);
      }),
      { numRuns: 1000 },
    );
  }, 30_000);

  it('I2 X1 X2: verifies when all is stored and the digests are equal, and only then', () => {
    fc.assert(
      fc.property(setups, events, fc.constantFrom(OURS, THEIRS), (input, course, digest) => {
        const world = new InflowWorld(coverage.machine, input);
        // What would end it early is left out; what is missing then comes.
        for (const event of course) if (isHarmless(event)) world.send(event);
        for (let ordinal = 0; ordinal < input.plan.pieces; ordinal++) {
          world.send({ type: 'piece.assembled', ordinal });
          world.send({ type: 'piece.stored', ordinal });
        }
        if (world.snapshot.status === 'done') return;
        world.send({ type: 'sent.received', digest: toBase64Url(OURS) });
        world.send({ type: 'digest.computed', digest });
        equal(world.snapshot.value, digest === OURS ? 'verified' : 'failed');
        equal(world.snapshot.context.failure, digest === OURS ? undefined : 'integrity');
      }),
    );
  }, 30_000);

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
    expect(world.commands).toContainEqual({ type: 'credit.send', upTo: PIECE_BYTES + 5 });
    expect(world.snapshot.context.storedBytes).toBe(0);
  });

  it('K5: credits what still comes of a failed file, kept nowhere, and takes the rest', () => {
    const world = new InflowWorld(coverage.machine, inputOf([2 * PIECE_BYTES, 7]));
    world.send({ type: 'file.failed.received', file: 0, code: 'source.changed' });
    world.send({ type: 'piece.discarded', ordinal: 0 });
    world.send({ type: 'piece.assembled', ordinal: 1 });
    world.send({ type: 'piece.assembled', ordinal: 2 });
    world.send({ type: 'piece.stored', ordinal: 2 });
    world.send({ type: 'sent.received', digest: toBase64Url(OURS) });
    world.send({ type: 'digest.computed', digest: OURS });
    expect(world.commands).toEqual([
      { type: 'file.discard', file: 0, code: 'source.changed' },
      { type: 'credit.send', upTo: 2 * PIECE_BYTES },
      { type: 'piece.discard', ordinal: 1 },
      { type: 'credit.send', upTo: 3 * PIECE_BYTES },
      { type: 'piece.store', ordinal: 2 },
      { type: 'progress.made', bytes: 7 },
      { type: 'credit.send', upTo: 3 * PIECE_BYTES + 7 },
      { type: 'digest.compute', failedFiles: [{ file: 0, code: 'source.changed' }] },
      { type: 'inflow.verified', digest: OURS },
    ]);
  });

  it('I11: stops when it is told, and X2: fails on another digest', () => {
    const stopped = new InflowWorld(coverage.machine, inputOf([5]));
    stopped.send({ type: 'inflow.stopped' });
    expect(stopped.snapshot.value).toBe('stopped');
    const failed = new InflowWorld(coverage.machine, inputOf([0]));
    failed.send({ type: 'sent.received', digest: toBase64Url(OURS) });
    failed.send({ type: 'digest.computed', digest: THEIRS });
    expect(failed.commands.at(-1)).toEqual({ type: 'inflow.failed', code: 'integrity' });
  });

  it('C1: a sender that has said sent has nothing more to say about files', () => {
    const last: readonly InflowEvent[] = [
      { type: 'sent.received', digest: '' },
      { type: 'file.failed.received', file: 0, code: 'source.changed' },
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

  it('says why it could not store', () => {
    const world = new InflowWorld(coverage.machine, inputOf([5]));
    world.send({ type: 'store.failed', code: 'disk.full' });
    expect(world.commands).toEqual([{ type: 'inflow.failed', code: 'disk.full' }]);
  });

  it('every state and transition was reached', () => {
    expect(coverage.missed()).toEqual({ states: [], transitions: [] });
  });
});

function isHarmless(event: InflowEvent): boolean {
  return (
    event.type !== 'inflow.stopped' &&
    event.type !== 'store.failed' &&
    event.type !== 'sent.received'
  );
}

function inputOf(sizes: readonly (number | 'folder')[]): InflowInput {
  return {
    plan: createPlan(manifestOf(sizes)),
    files: sizes.filter((size) => size !== 'folder').length,
    window: PIECE_BYTES,
    batch: PIECE_BYTES,
  };
}
