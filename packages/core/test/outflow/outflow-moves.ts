import fc from 'fast-check';
import { CHUNK_BYTES, PIECE_BYTES } from '../../src/constants.ts';
import type { OutflowEvent, OutflowInput } from '../../src/outflow/index.ts';
import { addPiece, emptyPieces } from '../../src/pieces/piece-set.ts';
import { createPlan } from '../../src/pieces/plan.ts';
import { manifestOf } from '../support/manifest-of.ts';
import type { OutflowWorld } from './outflow-world.ts';

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
  { maxLength: 8 },
);

/** Any options of a sender, with a window that its receiver would give. */
export const setups = fc
  .record({
    sizes: anySizes,
    highWater: fc.integer({ min: 0, max: 40 * CHUNK_BYTES }),
    lowWater: fc.integer({ min: 0, max: 48 * CHUNK_BYTES }),
    inFlightStart: fc.constantFrom(0, 3 * CHUNK_BYTES, 1e9),
    readAhead: fc.integer({ min: 1, max: 5 }),
    packBytes: fc.constantFrom(undefined, 2 * CHUNK_BYTES, PIECE_BYTES),
    bytesPerSecond: fc.constantFrom(undefined, undefined, 64_000, 10_000_000),
    lanes: fc.uniqueArray(fc.nat({ max: 3 }), { minLength: 1, maxLength: 3 }),
    held: fc.array(fc.nat({ max: 6 }), { maxLength: 4 }),
    failed: fc.array(fc.nat({ max: 5 }), { maxLength: 1 }),
    window: fc.integer({ min: PIECE_BYTES, max: 3 * PIECE_BYTES }),
  })
  .map(({ sizes, held, failed, window, packBytes, ...rest }) => {
    const plan = createPlan(manifestOf(sizes));
    const input: OutflowInput = {
      plan,
      files: sizes.filter((size) => size !== 'folder').length,
      ...rest,
      ...(packBytes !== undefined && { packBytes }),
      held: held.filter((ordinal) => ordinal < plan.pieces).reduce(addPiece, emptyPieces),
      failedFiles: failed
        .filter((file) => typeof sizes[file] === 'number')
        .map((file) => ({ file, code: 'source.changed' })),
    };
    return { input, window };
  });

/** The next move, by weight; `pick` chooses among what is in flight. */
export const moves = fc.array(
  fc.record({
    kind: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom('read', 'sent', 'drained', 'credit') },
      { weight: 6, arbitrary: fc.constantFrom('checked', 'missing', 'retry') },
      { weight: 2, arbitrary: fc.constantFrom('stray', 'failure', 'skip', 'lane.opened') },
      { weight: 2, arbitrary: fc.constantFrom('pause', 'resume', 'rate', 'limit') },
      { weight: 2, arbitrary: fc.constant('time' as const) },
      { weight: 2, arbitrary: fc.constant('goodput' as const) },
      { weight: 3, arbitrary: fc.constantFrom('lane.retired', 'lane.lost', 'lane.closed') },
      { weight: 1, arbitrary: fc.constantFrom('stop', 'miscount', 'unearned', 'unasked') },
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

const GOODPUTS = [0, NaN, -1, 1_000, 200_000, 1e9, Infinity] as const;
const ROUND_TRIPS = [undefined, 0, 4, 5, 60, 300];

const LIMITS = [undefined, 0, 131_200, 400_000, 1e9] as const;

const CAPS = [undefined, 1, 64_000, 125_000, 2_500_000, 1e9] as const;

/** The event of a move; undefined if it has none now. */
export function eventOf(world: OutflowWorld, { kind, pick }: Move): OutflowEvent | undefined {
  const { context } = world.snapshot;
  const lane = pickFrom(context.lanes, pick)?.lane ?? 0;
  switch (kind) {
    case 'read': {
      const ordinal = pickFrom(world.loading, pick);
      return ordinal === undefined ? undefined : world.readOf(ordinal);
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
      const settled = Math.floor((context.openedBytes * (pick % 5)) / 4);
      const window = world.window + ((pick % 3) - 1) * CHUNK_BYTES;
      return { type: 'credit.received', upTo: window + settled, settled };
    }
    case 'unearned':
      return {
        type: 'credit.received',
        upTo: context.creditUpTo,
        settled: context.openedBytes + 1 + pick,
      };
    case 'failure':
      return {
        type: 'read.failed',
        file: pick % 8,
        code: pick % 2 === 0 ? 'source.changed' : 'source.unreadable',
      };
    case 'checked':
      return checkedBy(world, pick);
    case 'missing':
      return missingBy(world, pick);
    case 'unasked':
      return { type: 'missing.received', ranges: [{ first: 90, end: 91 }], more: false };
    case 'skip':
      return { type: 'file.skipped', file: pick % 8 };
    case 'retry':
      return { type: 'file.retried', file: pickFrom(world.failed, pick) ?? 0 };
    case 'rate':
      return { type: 'rate.changed', bytesPerSecond: pickFrom(CAPS, pick) };
    case 'limit':
      return { type: 'inFlight.limited', bytes: pickFrom(LIMITS, pick) };
    case 'goodput':
      return {
        type: 'goodput.measured',
        lane,
        bytesPerSecond: pickFrom(GOODPUTS, pick) ?? 0,
        queue: pick % 2 === 0 ? 'filled' : 'dry',
        roundTrip: pickFrom(ROUND_TRIPS, pick),
      };
    case 'time':
      return { type: 'allowance.grown', milliseconds: (world.awaited ?? 0) * ((pick % 30) / 10) };
    case 'pause':
      return { type: 'outflow.paused' };
    case 'resume':
      return { type: 'outflow.resumed' };
    case 'lane.opened':
      return { type: 'lane.opened', lane: pick % 4 };
    case 'lane.retired':
      return { type: 'lane.retired', lane: pick % 8 };
    case 'lane.lost':
      return { type: 'lane.lost', lane: pick % 8 };
    case 'lane.closed':
      return closedBy(world, pick);
    case 'miscount': {
      const given = context.lanes.find((one) => one.lane === lane)?.given ?? 0;
      return { type: 'lane.closed', lane, chunks: given + 1 + pick };
    }
    case 'stop':
      return { type: 'outflow.stopped' };
    default:
      return pickFrom<OutflowEvent>(strays(lane, pick), pick);
  }
}

/** An honest receiver's count for a lane: it has had all chunks, or lacks some that may be in flight. */
function closedBy(world: OutflowWorld, pick: number): OutflowEvent | undefined {
  const lanes = world.snapshot.context.lanes.filter(({ lane }) => lane !== 0);
  const one = pickFrom(lanes, pick);
  if (one === undefined) return undefined;
  const open = one.open === undefined ? 0 : one.open.given - one.open.from;
  const last = one.finished.reduce((sum, { from, to }) => sum + to - from, open);
  return { type: 'lane.closed', lane: one.lane, chunks: one.given - (pick % (last + 1)) };
}

/** The compared pieces are equal, or one or all of them differ. */
function checkedBy(world: OutflowWorld, pick: number): OutflowEvent | undefined {
  const range = world.questions.checking;
  if (range === undefined) return undefined;
  const first = range.first + (pick % (range.end - range.first));
  const different = [[], [range], [{ first, end: first + 1 }]][pick % 3] ?? [];
  return { type: 'pieces.checked', different };
}

/** An honest receiver's answer, as far as the sender can tell: of the pieces asked about, it lacks one or none. */
function missingBy(world: OutflowWorld, pick: number): OutflowEvent | undefined {
  const { questions } = world;
  if (questions.open === 0) return undefined;
  const first = pickFrom(questions.asked, pick);
  const ranges = first === undefined || pick % 3 === 0 ? [] : [{ first, end: first + 1 }];
  return { type: 'missing.received', ranges, more: pick % 4 === 0 };
}

/** Unexpected facts: late, repeated, or of a part that is gone. */
function strays(lane: number, pick: number): readonly OutflowEvent[] {
  return [
    { type: 'outflow.started', credit: 0 },
    { type: 'piece.read', ordinal: pick + 100 },
    { type: 'chunks.sent', lane: lane + 7, buffered: 0 },
    { type: 'buffer.drained', lane: lane + 7, buffered: pick },
    { type: 'read.failed', file: -1, code: 'source.changed' },
    { type: 'read.failed', file: 0.5, code: 'source.changed' },
    { type: 'file.skipped', file: -1 },
    { type: 'file.retried', file: 99 },
  ];
}

/** Answers every command with success, until none is open. Stops after so many turns. */
export function settle(world: OutflowWorld): void {
  for (let turn = 0; turn < 10_000; turn++) {
    const { context } = world.snapshot;
    const [ordinal] = world.loading;
    const [lane] = world.bursts.keys();
    const [waiting] = world.waits;
    if (world.isOver) return;
    const closing = context.lanes.find(({ use }) => use === 'closing');
    if (closing !== undefined)
      world.send({ type: 'lane.closed', lane: closing.lane, chunks: closing.given });
    else if (context.lanes.length === 0) world.send({ type: 'lane.opened', lane: 0 });
    else if (context.flow === 'paused') world.send({ type: 'outflow.resumed' });
    else if (world.questions.checking !== undefined)
      world.send({ type: 'pieces.checked', different: [] });
    else if (world.questions.open > 0)
      world.send({ type: 'missing.received', ranges: [], more: false });
    else if (ordinal !== undefined) world.send(world.readOf(ordinal));
    else if (lane !== undefined) world.send({ type: 'chunks.sent', lane, buffered: 0 });
    else if (waiting !== undefined)
      world.send({ type: 'buffer.drained', lane: waiting, buffered: 0 });
    else if (context.creditedBytes < context.openedBytes) {
      const settled = context.openedBytes;
      world.send({ type: 'credit.received', upTo: world.window + settled, settled });
    } else if (world.awaited !== undefined)
      world.send({ type: 'allowance.grown', milliseconds: world.awaited });
    else return;
  }
}

/** A sender's input for files of these sizes. */
export function tiny(sizes: readonly (number | 'folder')[]): OutflowInput {
  return {
    plan: createPlan(manifestOf(sizes)),
    files: sizes.filter((size) => size !== 'folder').length,
    highWater: 64 * CHUNK_BYTES,
    lowWater: 16 * CHUNK_BYTES,
    readAhead: 4,
  };
}
