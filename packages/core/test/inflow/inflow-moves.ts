import fc from 'fast-check';
import { toBase64Url } from '../../src/bytes.ts';
import { PIECE_BYTES } from '../../src/constants.ts';
import type { InflowEvent, InflowInput } from '../../src/inflow/index.ts';
import { addPiece, emptyPieces, rangesOf } from '../../src/pieces/piece-set.ts';
import { parcelOf } from '../../src/pieces/parcels.ts';
import { createPlan, fileOfPiece, piecesOfFile } from '../../src/pieces/plan.ts';
import type { InflowWorld } from './inflow-world.ts';
import { manifestOf } from '../support/manifest-of.ts';
import { digestOfAll } from '../support/digest-of-all.ts';

export const OURS = digestOfAll(Uint8Array.of(1, 2, 3));
export const THEIRS = digestOfAll(Uint8Array.of(9));

export const setups = fc
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
  fc.record({ type: fc.constant('packed' as const), ordinals: fc.array(ordinals) }),
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
  fc.record({
    type: fc.constant('roundtrip.measured' as const),
    milliseconds: fc.double({ min: 0, max: 60_000, noNaN: true }),
  }),
  fc.record({
    type: fc.constant('inflow.measured' as const),
    bytesPerSecond: fc.double({ min: 0, max: 1e9, noNaN: true }),
    lanes: fc.integer({ min: 0, max: 8 }),
  }),
);
const resumption = fc.oneof(
  fc.record({ type: fc.constant('again' as const), pick: fc.nat(99) }),
  fc.record({ type: fc.constant('forgotten' as const) }),
  fc.record({ type: fc.constant('retried' as const), pick: fc.nat(99) }),
  fc.record({ type: fc.constant('stuck' as const), pick: fc.nat(99) }),
  fc.record({ type: fc.constant('store.retried' as const) }),
);
const rare = fc.oneof(
  fc.record({
    type: fc.constant('sent.received' as const),
    digest: fc.constantFrom(toBase64Url(OURS.all), ''),
  }),
  fc.record({
    type: fc.constant('store.failed' as const),
    ordinal: ordinals,
    code: fc.constant('disk.failed' as const),
  }),
  fc.record({ type: fc.constant('inflow.stopped' as const) }),
  fc.record({ type: fc.constant('file.retried.received' as const), file: fc.nat({ max: 9 }) }),
  fc.record({
    type: fc.constant('again.received' as const),
    ranges: fc.constant([{ first: 1, end: 3 }]),
  }),
  fc.record({
    type: fc.constant('piece.assembled' as const),
    ordinal: fc.constantFrom(-1, 0.5, 99),
  }),
);
type Made<A> = A extends fc.Arbitrary<infer M> ? M : never;
type Move = InflowEvent | Made<typeof common> | Made<typeof resumption>;
export const moves: fc.Arbitrary<readonly Move[]> = fc.array(
  fc.oneof(
    { weight: 20, arbitrary: common },
    { weight: 5, arbitrary: uncommon },
    { weight: 6, arbitrary: resumption },
    { weight: 1, arbitrary: rare },
  ),
  { maxLength: 80 },
);

function pickFrom<T>(items: Iterable<T>, pick: number): T | undefined {
  const list = [...items];
  return list[pick % Math.max(1, list.length)];
}

/** The event that an honest sender or disk makes of a move; undefined if there is none. */
function eventOf(world: InflowWorld, move: Move): InflowEvent | undefined {
  const { stored } = world.snapshot.context;
  switch (move.type) {
    case 'again': {
      const range = pickFrom(rangesOf(stored), move.pick);
      if (range === undefined || world.forgetting.length > 0) return undefined;
      const first = range.first + (move.pick % (range.end - range.first));
      return { type: 'again.received', ranges: [{ first, end: first + 1 }] };
    }
    case 'forgotten': {
      const ranges = world.forgetting.shift();
      return ranges && { type: 'pieces.forgotten', ranges };
    }
    case 'retried': {
      // K6: everything that is out has been settled.
      const file = pickFrom(world.failed, move.pick);
      const isOut = world.snapshot.context.storing > 0 || world.forgetting.length > 0;
      return file === undefined || isOut ? undefined : { type: 'file.retried.received', file };
    }
    case 'packed': {
      const { plan } = world.snapshot.context;
      const isWhole = (one: number): boolean =>
        one < plan.pieces && piecesOfFile(plan, fileOfPiece(plan, one)).count === 1;
      const parcel = parcelOf(move.ordinals.filter(isWhole).reduce(addPiece, emptyPieces));
      return parcel && { type: 'piece.assembled', ...parcel };
    }
    case 'stuck': {
      const storing = [...world.storing].filter(({ ordinal }) => !world.stuck.has(ordinal));
      const parcel = pickFrom(storing, move.pick);
      return parcel && { type: 'store.failed', ...parcel, code: 'disk.full' };
    }
    case 'piece.stored': {
      const parcel = world.parcelOf(move.ordinal) ?? move;
      // A stuck piece has not been given to the disk again.
      return world.stuck.has(parcel.ordinal) ? undefined : { ...move, ...parcel };
    }
    default:
      return move;
  }
}

export function sendAll(world: InflowWorld, course: readonly Move[]): void {
  for (const move of course) {
    const event = eventOf(world, move);
    if (event !== undefined) world.send(event);
  }
}

/** Whether the transfer can go on after it. */
export function isHarmless({ type }: Move): boolean {
  return ![
    'inflow.stopped',
    'store.failed',
    'sent.received',
    'again.received',
    'file.retried.received',
  ].includes(type);
}
