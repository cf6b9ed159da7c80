import { ok } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHUNK_BYTES, PIECE_BYTES } from '../src/constants.ts';
import { outflowMachine, type OutflowEvent, type OutflowInput } from '../src/outflow/index.ts';
import { addPiece, emptyPieces } from '../src/piece-set.ts';
import { createPlan } from '../src/protocol/plan.ts';
import { createCoverage } from './support/coverage.ts';
import { manifestOf } from './support/manifest-of.ts';
import { OutflowWorld } from './support/outflow-world.ts';

const anySizes = fc.array(
  fc.oneof(
    fc.constantFrom(
      0,
      1,
      CHUNK_BYTES,
      CHUNK_BYTES + 1,
      3 * CHUNK_BYTES,
      PIECE_BYTES,
      PIECE_BYTES + 1,
    ),
    fc.integer({ min: 1, max: 2 * PIECE_BYTES }),
    fc.constant('folder' as const),
  ),
  { maxLength: 6 },
);

/** Whatever a sender can be set up with, and a window that its receiver would give. */
const setups = fc
  .record({
    sizes: anySizes,
    highWater: fc.integer({ min: 0, max: 40 * CHUNK_BYTES }),
    lowWater: fc.integer({ min: 0, max: 48 * CHUNK_BYTES }),
    readAhead: fc.integer({ min: 1, max: 5 }),
    lanes: fc.uniqueArray(fc.nat({ max: 3 }), { minLength: 1, maxLength: 3 }),
    held: fc.array(fc.nat({ max: 6 }), { maxLength: 2 }),
    window: fc.integer({ min: PIECE_BYTES, max: 3 * PIECE_BYTES }),
  })
  .map(({ sizes, held, window, ...rest }) => {
    const plan = createPlan(manifestOf(sizes));
    const input: OutflowInput = {
      plan,
      files: sizes.filter((size) => size !== 'folder').length,
      ...rest,
      held: held.filter((ordinal) => ordinal < plan.pieces).reduce(addPiece, emptyPieces),
    };
    return { input, window };
  });

/** What happens next, by weight; `pick` chooses among what is under way. */
const moves = fc.array(
  fc.record({
    kind: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom('read', 'sent', 'drained', 'credit') },
      { weight: 2, arbitrary: fc.constantFrom('stray', 'failure', 'lane.opened') },
      { weight: 1, arbitrary: fc.constantFrom('stop', 'lane.closed', 'unearned') },
    ),
    pick: fc.nat({ max: 1000 }),
  }),
  { maxLength: 80 },
);

type Move = typeof moves extends fc.Arbitrary<readonly (infer M)[]> ? M : never;

function pickFrom<T>(items: Iterable<T>, pick: number): T | undefined {
  const list = [...items];
  return list[pick % Math.max(1, list.length)];
}

/** The event that a move stands for; undefined where there is nothing of the kind under way. */
function eventOf(world: OutflowWorld, { kind, pick }: Move): OutflowEvent | undefined {
  const { context } = world.snapshot;
  const lane = pickFrom(context.lanes, pick)?.lane ?? 0;
  switch (kind) {
    case 'read': {
      const ordinal = pickFrom(world.loading, pick);
      return ordinal === undefined ? undefined : { type: 'piece.read', ordinal };
    }
    case 'sent': {
      const from = pickFrom(world.bursts.keys(), pick);
      const buffered = (pick % 60) * CHUNK_BYTES;
      return from === undefined ? undefined : { type: 'chunks.sent', lane: from, buffered };
    }
    case 'drained': {
      const from = pickFrom(world.waits, pick);
      return from === undefined ? undefined : { type: 'buffer.drained', lane: from, buffered: 0 };
    }
    case 'credit': {
      const upTo = context.window + Math.floor((context.openedBytes * (pick % 5)) / 4);
      return { type: 'credit.received', upTo };
    }
    case 'unearned':
      return { type: 'credit.received', upTo: context.window + context.openedBytes + 1 + pick };
    case 'failure':
      return {
        type: 'read.failed',
        file: pick % 8,
        code: pick % 2 === 0 ? 'source.changed' : 'source.unreadable',
      };
    case 'lane.opened':
      return { type: 'lane.opened', lane: pick % 4 };
    case 'lane.closed':
      return { type: 'lane.closed', lane: pick % 8 };
    case 'stop':
      return { type: 'outflow.stopped' };
    default:
      return pickFrom<OutflowEvent>(strays(lane, pick), pick);
  }
}

/** Facts that nobody asked about: late, repeated, or from a part that has gone. */
function strays(lane: number, pick: number): readonly OutflowEvent[] {
  return [
    { type: 'outflow.started', credit: 0 },
    { type: 'piece.read', ordinal: pick + 100 },
    { type: 'chunks.sent', lane: lane + 7, buffered: 0 },
    { type: 'buffer.drained', lane: lane + 7, buffered: pick },
    { type: 'read.failed', file: -1, code: 'source.changed' },
    { type: 'read.failed', file: 0.5, code: 'source.changed' },
  ];
}

/** Answers everything, favourably, until nothing is under way, or it goes in circles. */
function settle(world: OutflowWorld): void {
  for (let turn = 0; turn < 10_000; turn++) {
    const { context } = world.snapshot;
    const [ordinal] = world.loading;
    const [lane] = world.bursts.keys();
    const [waiting] = world.waits;
    if (world.isOver) return;
    if (ordinal !== undefined) world.send({ type: 'piece.read', ordinal });
    else if (lane !== undefined) world.send({ type: 'chunks.sent', lane, buffered: 0 });
    else if (waiting !== undefined)
      world.send({ type: 'buffer.drained', lane: waiting, buffered: 0 });
    else if (context.creditedBytes < context.openedBytes) {
      world.send({ type: 'credit.received', upTo: context.window + context.openedBytes });
    } else return;
  }
}

describe('outflow', () => {
  const coverage = createCoverage(outflowMachine);

  it('I1 I3 I11 K1 K2 K5 X1: keeps its invariants over any course, and comes to an end', () => {
    fc.assert(
      fc.property(setups, moves, ({ input, window }, course) => {
        const world = new OutflowWorld(coverage.machine, input);
        world.send({ type: 'outflow.started', credit: window });
        for (const move of course) {
          const event = eventOf(world, move);
          if (event !== undefined) world.send(event);
        }
        settle(world);
        ok(world.isOver);
        // The end absorbs whatever comes late.
        for (const move of course) {
          const event = eventOf(world, move);
          if (event !== undefined) world.send(event);
        }
      }),
      { numRuns: 500 },
    );
  }, 30_000);

  it('starts, stops and fails from the idle state', () => {
    const input = { ...tiny([PIECE_BYTES, 5]), lanes: [] };
    const opened = new OutflowWorld(coverage.machine, input);
    opened.send({ type: 'lane.opened', lane: 2 });
    opened.send({ type: 'lane.opened', lane: 2 });
    opened.send({ type: 'lane.closed', lane: 1 });
    opened.send({ type: 'outflow.started', credit: PIECE_BYTES });
    settle(opened);
    expect(opened.snapshot.value).toBe('finished');
    const stopped = new OutflowWorld(coverage.machine, input);
    stopped.send({ type: 'outflow.stopped' });
    expect(stopped.snapshot.value).toBe('stopped');
  });

  it('K5: leaves out what it can of a file that fails, and finishes with the rest', () => {
    const world = new OutflowWorld(coverage.machine, {
      ...tiny([3 * PIECE_BYTES, 5]),
      readAhead: 2,
    });
    world.send({ type: 'outflow.started', credit: PIECE_BYTES });
    world.send({ type: 'piece.read', ordinal: 0 });
    world.send({ type: 'read.failed', file: 0, code: 'source.changed' });
    world.send({ type: 'chunks.sent', lane: 0, buffered: 60 * CHUNK_BYTES });
    world.send({ type: 'buffer.drained', lane: 0, buffered: 0 });
    world.send({ type: 'lane.opened', lane: 1 });
    settle(world);
    expect(world.commands).toEqual([
      { type: 'piece.load', ordinal: 0 },
      { type: 'piece.load', ordinal: 1 },
      { type: 'chunks.send', lane: 0, ordinal: 0, from: 0, to: 63 },
      { type: 'file.fail', file: 0, code: 'source.changed' },
      { type: 'piece.release', ordinal: 1 },
      { type: 'piece.load', ordinal: 3 },
      { type: 'buffer.await', lane: 0, low: 16 * CHUNK_BYTES },
      { type: 'chunks.send', lane: 0, ordinal: 0, from: 63, to: 64 },
      { type: 'piece.release', ordinal: 0 },
      { type: 'progress.made', bytes: PIECE_BYTES },
      { type: 'chunks.send', lane: 0, ordinal: 3, from: 0, to: 1 },
      { type: 'piece.release', ordinal: 3 },
      { type: 'progress.made', bytes: PIECE_BYTES + 5 },
      { type: 'outflow.finished', failedFiles: [{ file: 0, code: 'source.changed' }] },
    ]);
  });

  it('K2: refuses credit for what has not been opened', () => {
    const world = new OutflowWorld(coverage.machine, tiny([5]));
    world.send({ type: 'outflow.started', credit: PIECE_BYTES });
    world.send({ type: 'credit.received', upTo: PIECE_BYTES + 1 });
    expect(world.commands.slice(1)).toEqual([
      { type: 'piece.release', ordinal: 0 },
      { type: 'outflow.failed', code: 'protocol' },
    ]);
  });

  it('X4: fails while flowing, and a lost lane stops it', () => {
    const failed = new OutflowWorld(coverage.machine, tiny([5]));
    failed.send({ type: 'outflow.started', credit: PIECE_BYTES });
    failed.send({ type: 'read.failed', file: 0, code: 'source.changed' });
    expect(failed.snapshot.value).toBe('failed');
    const lost = new OutflowWorld(coverage.machine, tiny([5]));
    lost.send({ type: 'outflow.started', credit: PIECE_BYTES });
    lost.send({ type: 'lane.closed', lane: 0 });
    expect(lost.commands.at(-1)).toEqual({ type: 'piece.release', ordinal: 0 });
    expect(lost.snapshot.value).toBe('stopped');
  });

  it('K2: refuses a window in which a piece would wait for ever', () => {
    const world = new OutflowWorld(coverage.machine, tiny([PIECE_BYTES, 5]));
    world.send({ type: 'outflow.started', credit: PIECE_BYTES - 1 });
    expect(world.commands).toEqual([{ type: 'outflow.failed', code: 'protocol' }]);
  });

  it('X4: fails with the first code once every file has failed, also while credit is out', () => {
    const world = new OutflowWorld(coverage.machine, tiny([5, 'folder', CHUNK_BYTES]));
    world.send({ type: 'outflow.started', credit: PIECE_BYTES });
    world.send({ type: 'read.failed', file: 2, code: 'source.changed' });
    world.send({ type: 'piece.read', ordinal: 0 });
    world.send({ type: 'chunks.sent', lane: 0, buffered: 0 });
    expect(world.snapshot.matches({ sending: 'draining' })).toBe(true);
    world.send({ type: 'read.failed', file: 0, code: 'source.unreadable' });
    expect(world.commands.at(-1)).toEqual({ type: 'outflow.failed', code: 'source.changed' });
  });

  it('X1: has nothing to wait for where nothing has bytes', () => {
    const world = new OutflowWorld(coverage.machine, tiny([0, 'folder']));
    world.send({ type: 'outflow.started', credit: 0 });
    expect(world.commands).toEqual([{ type: 'outflow.finished', failedFiles: [] }]);
  });

  it('asks to be told of a drained queue at a mark that a message more can cross', () => {
    const world = new OutflowWorld(coverage.machine, {
      ...tiny([PIECE_BYTES]),
      highWater: 20_000,
      lowWater: 20_000,
    });
    world.send({ type: 'outflow.started', credit: PIECE_BYTES });
    world.send({ type: 'piece.read', ordinal: 0 });
    world.send({ type: 'chunks.sent', lane: 0, buffered: 16_400 });
    expect(world.commands.slice(1)).toEqual([
      { type: 'chunks.send', lane: 0, ordinal: 0, from: 0, to: 1 },
      { type: 'buffer.await', lane: 0, low: 3_600 },
    ]);
  });

  it('every state and transition was reached', () => {
    expect(coverage.missed()).toEqual({ states: [], transitions: [] });
  });
});

function tiny(sizes: readonly (number | 'folder')[]): OutflowInput {
  return {
    plan: createPlan(manifestOf(sizes)),
    files: sizes.filter((size) => size !== 'folder').length,
    highWater: 64 * CHUNK_BYTES,
    lowWater: 16 * CHUNK_BYTES,
    readAhead: 4,
  };
}
