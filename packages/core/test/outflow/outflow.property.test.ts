import { ok } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ARRIVED_STEP,
  BUFFER_HIGH_BYTES,
  BUFFER_LOW_BYTES,
  CHUNK_BYTES,
  LANE_SHARE_MIN,
  LANES_MAX,
  PIECE_BYTES,
  FRAME_CHUNKS_MAX,
  IN_FLIGHT_MIN,
  IN_FLIGHT_START,
  OPEN_PIECES_MAX,
  READ_AHEAD_PIECES,
} from '../../src/constants.ts';
import { outflowMachine, type Goodput } from '../../src/outflow/index.ts';
import { marksOf, MESSAGE_BYTES } from '../../src/outflow/watermarks.ts';
import { piecesOf } from '../../src/pieces/piece-set.ts';
import type { PieceRange } from '../../src/protocol/types.ts';
import { start } from '../../src/step.ts';
import { createCoverage } from '../support/coverage.ts';
import { eventOf, moves, settle, setups, tiny } from './outflow-moves.ts';
import { OutflowWorld } from './outflow-world.ts';

describe('outflow', () => {
  const coverage = createCoverage(outflowMachine);

  it('I1 I3 I11 K1 K2 K5 K6 P1 R3 R4 X1: keeps its invariants in any course, and comes to an end', () => {
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
        // The final state absorbs late events.
        for (const move of course) {
          const event = eventOf(world, move);
          if (event !== undefined) world.send(event);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('starts, stops and fails from the idle state', () => {
    const input = { ...tiny([PIECE_BYTES, 5]), lanes: [] };
    const opened = new OutflowWorld(coverage.machine, input);
    opened.send({ type: 'lane.opened', lane: 2 });
    opened.send({ type: 'lane.opened', lane: 2 });
    opened.send({ type: 'rate.changed', bytesPerSecond: 64_000 });
    opened.send({ type: 'outflow.started', credit: PIECE_BYTES });
    settle(opened);
    expect(opened.snapshot.value).toBe('finished');
    expect(opened.commands).toContainEqual({ type: 'allowance.await', milliseconds: 257 });
    const stopped = new OutflowWorld(coverage.machine, input);
    stopped.send({ type: 'outflow.stopped' });
    expect(stopped.snapshot.value).toBe('stopped');
  });

  it('K5: skips what it can of a failed file, and finishes with the rest', () => {
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
      { type: 'chunks.send', lane: 0, frame: 3, ordinal: 0, from: 0, to: 63 },
      { type: 'file.fail', file: 0, code: 'source.changed' },
      { type: 'piece.release', ordinal: 1 },
      { type: 'piece.load', ordinal: 3 },
      { type: 'buffer.await', lane: 0, low: 16 * CHUNK_BYTES },
      { type: 'chunks.send', lane: 0, frame: 3, ordinal: 0, from: 63, to: 64 },
      { type: 'piece.release', ordinal: 0 },
      { type: 'progress.made', bytes: PIECE_BYTES },
      { type: 'chunks.send', lane: 0, frame: 3, ordinal: 3, from: 0, to: 1 },
      { type: 'piece.release', ordinal: 3 },
      { type: 'progress.made', bytes: PIECE_BYTES + 5 },
      { type: 'outflow.finished', failedFiles: [{ file: 0, code: 'source.changed' }] },
    ]);
  });

  it('K2: refuses credit for pieces that have not been opened', () => {
    const world = new OutflowWorld(coverage.machine, tiny([5]));
    world.send({ type: 'outflow.started', credit: PIECE_BYTES });
    world.send({ type: 'credit.received', upTo: PIECE_BYTES + 1, settled: 1 });
    expect(world.commands.slice(1)).toEqual([
      { type: 'piece.release', ordinal: 0 },
      { type: 'outflow.failed', code: 'protocol' },
    ]);
  });

  it('X4: fails while flowing, and is stopped with lane 0', () => {
    const failed = new OutflowWorld(coverage.machine, tiny([5]));
    failed.send({ type: 'outflow.started', credit: PIECE_BYTES });
    failed.send({ type: 'read.failed', file: 0, code: 'source.changed' });
    expect(failed.snapshot.value).toBe('failed');
    const lost = new OutflowWorld(coverage.machine, tiny([5]));
    lost.send({ type: 'outflow.started', credit: PIECE_BYTES });
    // Lane 0 belongs to the generation: it can neither be retired nor lost by itself.
    lost.send({ type: 'lane.retired', lane: 0 });
    lost.send({ type: 'lane.lost', lane: 0 });
    lost.send({ type: 'outflow.stopped' });
    expect(lost.commands.at(-1)).toEqual({ type: 'piece.release', ordinal: 0 });
    expect(lost.snapshot.value).toBe('stopped');
  });

  it('K2: refuses a window in which a piece would wait for ever', () => {
    const world = new OutflowWorld(coverage.machine, tiny([PIECE_BYTES, 5]));
    world.send({ type: 'outflow.started', credit: PIECE_BYTES - 1 });
    expect(world.commands).toEqual([{ type: 'outflow.failed', code: 'protocol' }]);
  });

  it('X4: fails with the first code once every file has failed, even while credit is out', () => {
    const world = new OutflowWorld(coverage.machine, tiny([5, 'folder', CHUNK_BYTES]));
    world.send({ type: 'outflow.started', credit: PIECE_BYTES });
    world.send({ type: 'read.failed', file: 2, code: 'source.changed' });
    world.send({ type: 'piece.read', ordinal: 0 });
    world.send({ type: 'chunks.sent', lane: 0, buffered: 0 });
    expect(world.snapshot.matches({ sending: 'draining' })).toBe(true);
    world.send({ type: 'read.failed', file: 0, code: 'source.unreadable' });
    expect(world.commands.at(-1)).toEqual({ type: 'outflow.failed', code: 'source.changed' });
  });

  it('X1: waits for nothing if no file has bytes', () => {
    const world = new OutflowWorld(coverage.machine, tiny([0, 'folder']));
    world.send({ type: 'outflow.started', credit: 0 });
    expect(world.commands).toEqual([{ type: 'outflow.finished', failedFiles: [] }]);
  });

  it('asks to be told of a drained queue at a mark that one more message can cross', () => {
    const world = new OutflowWorld(coverage.machine, {
      ...tiny([PIECE_BYTES]),
      highWater: 20_000,
      lowWater: 20_000,
    });
    world.send({ type: 'outflow.started', credit: PIECE_BYTES });
    world.send({ type: 'piece.read', ordinal: 0 });
    world.send({ type: 'chunks.sent', lane: 0, buffered: 16_400 });
    expect(world.commands.slice(1)).toEqual([
      { type: 'chunks.send', lane: 0, frame: 1, ordinal: 0, from: 0, to: 1 },
      { type: 'buffer.await', lane: 0, low: 3_600 },
    ]);
  });

  it('has in flight on a lane what its path carries, within its limits', () => {
    const world = new OutflowWorld(coverage.machine, {
      ...tiny([3 * PIECE_BYTES]),
      highWater: 400_000,
      lowWater: 100_000,
      inFlightStart: 3 * 16_400,
    });
    world.send({ type: 'outflow.started', credit: 3 * PIECE_BYTES });
    for (let ordinal = 0; ordinal < 3; ordinal++) world.send({ type: 'piece.read', ordinal });
    const hear = (goodput: Partial<Goodput>, buffered: number) => {
      const measured = { bytesPerSecond: 0, queue: 'filled', roundTrip: undefined } as const;
      world.send({ type: 'goodput.measured', lane: 0, ...measured, ...goodput });
      const isWaiting = world.waits.has(0);
      world.send({ type: isWaiting ? 'buffer.drained' : 'chunks.sent', lane: 0, buffered });
      return world.commands.at(-1);
    };
    const burst = { type: 'chunks.send', lane: 0, frame: 1, ordinal: 0 };
    expect(world.commands.at(-1)).toEqual({ ...burst, from: 0, to: 3 });
    // The round trip is unknown.
    expect(hear({ bytesPerSecond: 1e9 }, 3 * 16_400)).toMatchObject({ low: 24_600 });
    // Twice 1 MB/s for 70 ms; its step is half of the minimum.
    const long = { bytesPerSecond: 1e6, roundTrip: 60 };
    expect(hear(long, 24_600)).toEqual({ ...burst, from: 3, to: 10 });
    expect(hear(long, 140_000)).toMatchObject({ type: 'buffer.await', low: 74_400 });
    // The minimum, for a lane that carries almost nothing.
    expect(hear({ bytesPerSecond: 1, roundTrip: 60 }, 65_600)).toEqual({
      ...burst,
      from: 10,
      to: 14,
    });
    expect(hear({ bytesPerSecond: 1, roundTrip: 60 }, 131_200)).toMatchObject({ low: 65_600 });
    // A lane that ran dry shows the least that its path takes.
    const dry = { bytesPerSecond: 5e5, roundTrip: 60, queue: 'dry' } as const;
    expect(hear(dry, 0)).toEqual({ ...burst, from: 14, to: 22 });
    expect(hear({ ...dry, bytesPerSecond: 1 }, 140_000)).toMatchObject({ low: 74_400 });
    // The maximum, unless the path is so short that lost bytes are soon sent again: then what arrives in 120 ms.
    expect(hear({ bytesPerSecond: 1e9, roundTrip: 5 }, 0)).toEqual({ ...burst, from: 22, to: 33 });
    expect(hear({ roundTrip: 4 }, 180_400)).toMatchObject({ type: 'buffer.await' });
    const short = { bytesPerSecond: 2_500_000, roundTrip: 4 };
    expect(hear(short, 0)).toEqual({ ...burst, frame: 3, from: 33, to: 51 });
    expect(hear(short, 295_200)).toMatchObject({ type: 'buffer.await', low: 100_000 });
  });

  it('F1: a message holds no more than an eighth of what its lane may have in flight', () => {
    const frameAt = (highWater: number) => {
      const world = new OutflowWorld(coverage.machine, { ...tiny([PIECE_BYTES]), highWater });
      world.send({ type: 'outflow.started', credit: PIECE_BYTES });
      world.send({ type: 'piece.read', ordinal: 0 });
      return world.commands.find((command) => command.type === 'chunks.send')?.frame;
    };
    expect([1, 15, 16, 24, 1_000].map((chunks) => frameAt(chunks * CHUNK_BYTES))).toEqual([
      1,
      1,
      2,
      3,
      FRAME_CHUNKS_MAX,
    ]);
  });

  it('F2: over a short path a message may hold a quarter of it', () => {
    const frameAfter = (roundTrip: number) => {
      const world = new OutflowWorld(coverage.machine, {
        ...tiny([PIECE_BYTES]),
        highWater: 8 * CHUNK_BYTES,
      });
      world.send({ type: 'outflow.started', credit: PIECE_BYTES });
      const goodput = { bytesPerSecond: 1e9, queue: 'filled', roundTrip } as const;
      world.send({ type: 'goodput.measured', lane: 0, ...goodput });
      world.send({ type: 'piece.read', ordinal: 0 });
      return world.commands.find((command) => command.type === 'chunks.send')?.frame;
    };
    expect([4, 6].map(frameAfter)).toEqual([2, 1]);
  });

  it('keeps what is in flight below a limit that is known before it begins', () => {
    const world = new OutflowWorld(coverage.machine, {
      ...tiny([PIECE_BYTES]),
      highWater: BUFFER_HIGH_BYTES,
      lowWater: BUFFER_LOW_BYTES,
    });
    world.send({ type: 'inFlight.limited', bytes: 10 * MESSAGE_BYTES });
    world.send({ type: 'outflow.started', credit: PIECE_BYTES });
    world.send({ type: 'piece.read', ordinal: 0 });
    expect(world.commands.at(-1)).toMatchObject({ type: 'chunks.send', from: 0 });
    const sent = world.commands.at(-1) as { readonly to: number };
    expect(sent.to).toBeLessThanOrEqual(10);
  });

  it('F6: gives a lane more before everything is reported as arrived', () => {
    const [{ context }] = start(outflowMachine, {
      ...tiny([PIECE_BYTES]),
      highWater: BUFFER_HIGH_BYTES,
      lowWater: BUFFER_LOW_BYTES,
      inFlightStart: IN_FLIGHT_START,
    });
    for (let count = 1; count <= LANES_MAX; count++) {
      const lanes = Array.from({ length: count }, (_, lane) => ({ ...context.lanes[0]!, lane }));
      for (const goodput of [undefined, 0, 1e6, 1e9])
        for (const roundTrip of [undefined, 0, 5, 1_000]) {
          const lane = { ...lanes[0]!, goodput, roundTrip };
          for (const inFlightLimit of [undefined, 0, IN_FLIGHT_MIN, 1e6]) {
            const { high, low } = marksOf({ ...context, lanes, inFlightLimit }, lane);
            expect(low, 'F6: a lane that waits would hear of nothing').toBeGreaterThanOrEqual(
              ARRIVED_STEP - 1,
            );
            expect(high - low).toBeGreaterThanOrEqual(MESSAGE_BYTES);
            const most = Math.max(count * LANE_SHARE_MIN, inFlightLimit ?? Infinity);
            expect(count * high, 'leaves what is over the limit to others').toBeLessThanOrEqual(
              most,
            );
          }
        }
    }
  });

  it('I1, W1: all lanes have chunks at once, of few pieces', () => {
    const world = new OutflowWorld(coverage.machine, {
      ...tiny(Array.from({ length: LANES_MAX }, () => PIECE_BYTES)),
      highWater: BUFFER_HIGH_BYTES,
      lowWater: BUFFER_LOW_BYTES,
      inFlightStart: IN_FLIGHT_START,
      readAhead: READ_AHEAD_PIECES,
      lanes: Array.from({ length: LANES_MAX }, (_, lane) => lane),
    });
    world.send({ type: 'outflow.started', credit: LANES_MAX * PIECE_BYTES });
    const fill = (): void => {
      const before = world.commands.length;
      for (const ordinal of world.loading) world.send({ type: 'piece.read', ordinal });
      for (const lane of Array.from(world.bursts.keys()))
        world.send({ type: 'chunks.sent', lane, buffered: IN_FLIGHT_START });
      if (world.commands.length > before) fill();
    };
    fill();
    const { lanes } = world.snapshot.context;
    expect(lanes.map(({ state }) => state)).toEqual(lanes.map(() => 'draining'));
    const open = new Set(lanes.flatMap((lane) => lane.open?.ordinal ?? []));
    expect(open.size).toBe(OPEN_PIECES_MAX);
    expect(world.loaded.size).toBe(OPEN_PIECES_MAX + READ_AHEAD_PIECES - 1);
  });

  it('F7, F8, K5: packs small files, and leaves out what fails before the pack is open', () => {
    const world = new OutflowWorld(coverage.machine, {
      ...tiny([5, 6, 'folder', 7, PIECE_BYTES, 8, 9]),
      packBytes: PIECE_BYTES,
    });
    world.send({ type: 'outflow.started', credit: 2 * PIECE_BYTES });
    const packOf = (...ranges: PieceRange[]) => piecesOf(ranges);
    world.send({ type: 'read.failed', file: 0, code: 'source.changed' });
    world.send({ type: 'piece.read', ordinal: 1, pack: packOf({ first: 1, end: 3 }) });
    world.send({ type: 'chunks.sent', lane: 0, buffered: 0 });
    world.send({ type: 'file.skipped', file: 6 });
    settle(world);
    expect(world.snapshot.value).toBe('finished');
    const moved = world.commands.filter(({ type }) =>
      ['piece.load', 'piece.release', 'chunks.send'].includes(type),
    );
    expect(moved).toEqual([
      { type: 'piece.load', ordinal: 0, pack: packOf({ first: 0, end: 3 }) },
      { type: 'piece.load', ordinal: 3 },
      { type: 'piece.load', ordinal: 4, pack: packOf({ first: 4, end: 6 }) },
      { type: 'piece.release', ordinal: 0 },
      {
        type: 'chunks.send',
        lane: 0,
        frame: 3,
        ordinal: 1,
        pack: packOf({ first: 1, end: 3 }),
        from: 0,
        to: 1,
      },
      { type: 'piece.release', ordinal: 1, pack: packOf({ first: 1, end: 3 }) },
      { type: 'piece.release', ordinal: 5 },
      { type: 'chunks.send', lane: 0, frame: 3, ordinal: 3, from: 0, to: 63 },
      { type: 'chunks.send', lane: 0, frame: 3, ordinal: 3, from: 63, to: 64 },
      { type: 'piece.release', ordinal: 3 },
      { type: 'chunks.send', lane: 0, frame: 3, ordinal: 4, from: 0, to: 1 },
      { type: 'piece.release', ordinal: 4 },
    ]);
    expect(world.snapshot.context.openedBytes).toBe(6 + 7 + PIECE_BYTES + 8);
  });

  it('K2, F7: no pack is longer than the first credit, or it would wait for ever', () => {
    const world = new OutflowWorld(coverage.machine, {
      ...tiny([60, 40, 30, 50]),
      packBytes: PIECE_BYTES,
    });
    world.send({ type: 'outflow.started', credit: 100 });
    settle(world);
    expect(world.snapshot.value).toBe('finished');
    const loads = world.commands.filter(({ type }) => type === 'piece.load');
    expect(loads).toMatchObject([{ pack: { size: 2 } }, { pack: { size: 2 } }]);
  });

  it('K6, F8: a retried file goes alone, beside one that is left out in the same pack', () => {
    const world = new OutflowWorld(coverage.machine, {
      ...tiny([5, 6, 7, 8]),
      packBytes: PIECE_BYTES,
      failedFiles: [
        { file: 1, code: 'source.unreadable' },
        { file: 2, code: 'skipped' },
      ],
    });
    world.send({ type: 'outflow.started', credit: PIECE_BYTES });
    world.send({ type: 'file.retried', file: 1 });
    const pack = piecesOf([
      { first: 0, end: 1 },
      { first: 3, end: 4 },
    ]);
    world.send({ type: 'piece.read', ordinal: 0, pack });
    // Nothing is asked before what is out is credited, and nothing new is opened.
    world.send({ type: 'credit.received', upTo: PIECE_BYTES + 13, settled: 13 });
    world.send({ type: 'missing.received', ranges: [{ first: 1, end: 2 }], more: false });
    settle(world);
    expect(world.snapshot.value).toBe('finished');
    const sent = world.commands.filter(({ type }) => type === 'chunks.send');
    expect(sent).toMatchObject([{ ordinal: 0, pack }, { ordinal: 1 }]);
    expect(sent[1]).not.toHaveProperty('pack');
  });

  it('R4, R8: sends pieces that differ when the receiver answers, and not in their turn', () => {
    const world = new OutflowWorld(coverage.machine, {
      ...tiny([5, 6, 7]),
      readAhead: 1,
      held: piecesOf([{ first: 1, end: 3 }]),
    });
    world.send({ type: 'outflow.started', credit: PIECE_BYTES });
    world.send({ type: 'pieces.checked', different: [{ first: 1, end: 2 }] });
    world.send({ type: 'pieces.checked', different: [] });
    world.send({ type: 'piece.read', ordinal: 0 });
    world.send({ type: 'chunks.sent', lane: 0, buffered: 0 });
    world.send({ type: 'missing.received', ranges: [{ first: 1, end: 2 }], more: false });
    settle(world);
    expect(world.commands).toEqual([
      { type: 'pieces.check', first: 1, end: 2 },
      { type: 'piece.load', ordinal: 0 },
      { type: 'compared.send', pieces: 1 },
      { type: 'again.send', ranges: [{ first: 1, end: 2 }] },
      { type: 'pieces.check', first: 2, end: 3 },
      { type: 'compared.send', pieces: 1 },
      { type: 'chunks.send', lane: 0, frame: 3, ordinal: 0, from: 0, to: 1 },
      { type: 'piece.release', ordinal: 0 },
      { type: 'piece.load', ordinal: 1 },
      { type: 'chunks.send', lane: 0, frame: 3, ordinal: 1, from: 0, to: 1 },
      { type: 'piece.release', ordinal: 1 },
      // A piece that differs no longer counts as held from the start.
      { type: 'progress.made', bytes: 18 },
      { type: 'outflow.finished', failedFiles: [] },
    ]);
  });

  it('R3: compares again what could not be compared to the end of a file', () => {
    const held = piecesOf([{ first: 0, end: 3 }]);
    const world = new OutflowWorld(coverage.machine, { ...tiny([2 * PIECE_BYTES, 5]), held });
    world.send({ type: 'outflow.started', credit: PIECE_BYTES });
    world.send({ type: 'read.failed', file: 0, code: 'source.unreadable' });
    world.send({ type: 'pieces.checked', different: [{ first: 0, end: 1 }] });
    world.send({ type: 'file.retried', file: 0 });
    world.send({ type: 'missing.received', ranges: [{ first: 0, end: 1 }], more: false });
    expect(world.commands).toContainEqual({ type: 'file.retry', file: 0 });
    world.send({ type: 'missing.received', ranges: [{ first: 0, end: 1 }], more: false });
    settle(world);
    const checks = world.commands.filter(({ type }) => type === 'pieces.check');
    expect(checks).toEqual([
      { type: 'pieces.check', first: 0, end: 2 },
      { type: 'pieces.check', first: 2, end: 3 },
      { type: 'pieces.check', first: 1, end: 2 },
    ]);
    expect(world.snapshot.value).toBe('finished');
  });

  it('K6: a lane that waits while credit is out sends again', () => {
    const world = new OutflowWorld(coverage.machine, tiny([5, 6]));
    world.send({ type: 'outflow.started', credit: PIECE_BYTES });
    world.send({ type: 'piece.read', ordinal: 0 });
    world.send({ type: 'chunks.sent', lane: 0, buffered: 64 * CHUNK_BYTES });
    world.send({ type: 'piece.read', ordinal: 1 });
    world.send({ type: 'file.skipped', file: 1 });
    expect(world.snapshot.matches({ sending: 'draining' })).toBe(true);
    world.send({ type: 'buffer.drained', lane: 0, buffered: 0 });
    world.send({ type: 'file.retried', file: 1 });
    world.send({ type: 'credit.received', upTo: PIECE_BYTES + 5, settled: 5 });
    world.send({ type: 'missing.received', ranges: [{ first: 1, end: 2 }], more: false });
    settle(world);
    expect(world.snapshot.value).toBe('finished');
    expect(world.commands.slice(-5)).toEqual([
      { type: 'piece.load', ordinal: 1 },
      { type: 'chunks.send', lane: 0, frame: 3, ordinal: 1, from: 0, to: 1 },
      { type: 'piece.release', ordinal: 1 },
      { type: 'progress.made', bytes: 11 },
      { type: 'outflow.finished', failedFiles: [] },
    ]);
  });

  it('P1 R5: pauses from the start, repeats failures, and starts when it may', () => {
    const failedFiles = [{ file: 1, code: 'skipped' as const }];
    const world = new OutflowWorld(coverage.machine, { ...tiny([5, 6]), failedFiles });
    world.send({ type: 'outflow.paused' });
    world.send({ type: 'outflow.resumed' });
    world.send({ type: 'outflow.paused' });
    world.send({ type: 'outflow.started', credit: PIECE_BYTES });
    world.send({ type: 'piece.read', ordinal: 0 });
    expect(world.commands).toEqual([
      { type: 'file.fail', file: 1, code: 'skipped' },
      { type: 'piece.load', ordinal: 0 },
    ]);
    settle(world);
    expect(world.commands.at(-1)).toEqual({ type: 'outflow.finished', failedFiles });
  });

  it('R4: refuses an answer without a question', () => {
    const world = new OutflowWorld(coverage.machine, tiny([5]));
    world.send({ type: 'outflow.started', credit: PIECE_BYTES });
    world.send({ type: 'missing.received', ranges: [], more: false });
    expect(world.commands.at(-1)).toEqual({ type: 'outflow.failed', code: 'protocol' });
  });

  it('W5: lost bytes that can’t be read again spoil the generation', () => {
    const world = new OutflowWorld(coverage.machine, { ...tiny([2 * PIECE_BYTES]), lanes: [0, 1] });
    world.send({ type: 'outflow.started', credit: 2 * PIECE_BYTES });
    for (const ordinal of [0, 1]) world.send({ type: 'piece.read', ordinal });
    world.send({ type: 'lane.lost', lane: 1 });
    world.send({ type: 'lane.closed', lane: 1, chunks: 0 });
    world.send({ type: 'read.failed', file: 0, code: 'source.changed' });
    expect(world.commands).toContainEqual({ type: 'generation.spoil' });
    expect(world.snapshot.value).toBe('stopped');
  });

  it('E3 E5 K6: opens nothing of what was left out, until the receiver has said what it lacks', () => {
    const input = { ...tiny([5, 4, 3]), leftOut: piecesOf([{ first: 1, end: 3 }]) };
    const world = new OutflowWorld(coverage.machine, input);
    world.send({ type: 'outflow.started', credit: 12 });
    world.send({ type: 'piece.read', ordinal: 0 });
    // Piece 0 is out: no barrier, since nothing of entry 1 is.
    world.send({
      type: 'entries.taken',
      ranges: [
        { first: 0, end: 2 },
        { first: 7, end: 9 },
      ],
    });
    expect(world.commands).toContainEqual({
      type: 'entries.take',
      ranges: [{ first: 1, end: 2 }],
    });
    const loads = (): readonly number[] =>
      world.commands.flatMap((one) => (one.type === 'piece.load' ? [one.ordinal] : []));
    expect(loads()).toEqual([0]);
    world.send({ type: 'missing.received', ranges: [{ first: 1, end: 2 }], more: false });
    expect(loads()).toEqual([0, 1]);
  });

  it('every state and transition was reached', () => {
    expect(coverage.missed()).toEqual({ states: [], transitions: [] });
  });
});
