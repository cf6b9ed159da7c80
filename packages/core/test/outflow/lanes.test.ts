import { describe, expect, it } from 'vitest';
import { CHUNK_BYTES, FRAME_HEADER_BYTES, PIECE_BYTES } from '../../src/constants.ts';
import { outflowMachine } from '../../src/outflow/index.ts';
import { piecesOf } from '../../src/pieces/piece-set.ts';
import { settle, tiny } from './outflow-moves.ts';
import { OutflowWorld } from './outflow-world.ts';

describe('the lanes of an outflow', () => {
  it('W3 W4: chunks lost with a lane are sent on another, from the first missing one, without charge', () => {
    const world = new OutflowWorld(outflowMachine, { ...tiny([3 * PIECE_BYTES]), lanes: [0, 1] });
    world.send({ type: 'outflow.started', credit: 2 * PIECE_BYTES });
    for (const ordinal of [0, 1, 2]) world.send({ type: 'piece.read', ordinal });
    const first = world.bursts.get(1)?.ordinal ?? -1;
    world.send({ type: 'lane.lost', lane: 1 });
    // Only lanes without an answer are asked again.
    world.send({ type: 'chunks.sent', lane: 1, buffered: 0 });
    world.send({ type: 'lane.closed', lane: 1, chunks: 5 });
    expect(world.commands.filter(({ type }) => type === 'lane.close')).toEqual([
      { type: 'lane.close', lane: 1, chunks: 0 },
    ]);
    settle(world);
    expect(world.snapshot.value).toBe('finished');
    const resumed = world.commands.filter(
      (command) => command.type === 'chunks.send' && command.ordinal === first,
    );
    expect(resumed[1]).toMatchObject({ lane: 0, from: 5 });
    expect(world.snapshot.context.openedBytes).toBe(3 * PIECE_BYTES);
  });

  describe('a pack that was lost with its lane', () => {
    const pack = piecesOf([{ first: 0, end: 3 }]);

    /** A pack of five chunks, of which two have come, and a file of it has been skipped since. */
    function lose(): OutflowWorld {
      const world = new OutflowWorld(outflowMachine, {
        ...tiny([CHUNK_BYTES, 1, 3 * CHUNK_BYTES]),
        packBytes: PIECE_BYTES,
        lanes: [1],
      });
      world.send({ type: 'outflow.started', credit: PIECE_BYTES });
      world.send({ type: 'piece.read', ordinal: 0, pack });
      world.send({ type: 'chunks.sent', lane: 1, buffered: 0 });
      world.send({ type: 'file.skipped', file: 1 });
      world.send({ type: 'lane.lost', lane: 1 });
      world.send({ type: 'lane.closed', lane: 1, chunks: 2 });
      world.send({ type: 'lane.opened', lane: 0 });
      expect(world.commands.slice(1)).toEqual([
        {
          type: 'chunks.send',
          lane: 1,
          frame: expect.any(Number),
          ordinal: 0,
          pack,
          from: 0,
          to: 5,
        },
        { type: 'piece.release', ordinal: 0, pack },
        { type: 'file.fail', file: 1, code: 'skipped' },
        { type: 'lane.close', lane: 1, chunks: 0 },
        { type: 'piece.load', ordinal: 0, pack },
      ]);
      return world;
    }

    it('F7 W4: goes on with the same files, without charge', () => {
      const world = lose();
      settle(world);
      expect(world.snapshot.value).toBe('finished');
      expect(world.commands.slice(6, 8)).toEqual([
        { type: 'chunks.send', lane: 0, frame: 3, ordinal: 0, pack, from: 2, to: 5 },
        { type: 'piece.release', ordinal: 0, pack },
      ]);
      expect(world.snapshot.context.openedBytes).toBe(4 * CHUNK_BYTES + 1);
    });

    it('F7 W5: spoils the generation if a file of it can’t be read as it was', () => {
      const world = lose();
      world.send({ type: 'read.failed', file: 2, code: 'source.changed' });
      expect(world.commands.slice(6)).toEqual([
        { type: 'generation.spoil' },
        { type: 'piece.release', ordinal: 0, pack },
      ]);
    });
  });

  describe('a lane that has no piece to open', () => {
    const message = CHUNK_BYTES + FRAME_HEADER_BYTES;
    const send = (lane: number, from: number, to: number) =>
      ({ type: 'chunks.send', lane, frame: expect.any(Number), ordinal: 0, from, to }) as const;

    /** One piece: lane 0 has 16 of its chunks in its queue, and lane 1 has the second half of the rest. */
    function begin(): OutflowWorld {
      const world = new OutflowWorld(outflowMachine, {
        ...tiny([PIECE_BYTES]),
        lanes: [0, 1],
        highWater: 32 * message,
        lowWater: 16 * message,
      });
      world.send({ type: 'outflow.started', credit: PIECE_BYTES });
      world.send({ type: 'piece.read', ordinal: 0 });
      world.send({ type: 'chunks.sent', lane: 0, buffered: 16 * message });
      expect(world.commands).toEqual([
        { type: 'piece.load', ordinal: 0 },
        send(0, 0, 16),
        { type: 'buffer.await', lane: 0, low: 8 * message },
        send(1, 40, 56),
      ]);
      return world;
    }

    it('takes a part of another’s piece, which is kept until no lane needs it', () => {
      const world = begin();
      // The lane is lost with all but four chunks of its part, while lane 0 has the piece in memory.
      world.send({ type: 'lane.lost', lane: 1 });
      world.send({ type: 'lane.closed', lane: 1, chunks: 4 });
      settle(world);
      expect(world.commands.slice(4)).toEqual([
        { type: 'lane.close', lane: 1, chunks: 0 },
        send(0, 16, 40),
        send(0, 44, 64),
        { type: 'piece.release', ordinal: 0 },
        { type: 'progress.made', bytes: PIECE_BYTES },
        { type: 'outflow.finished', failedFiles: [] },
      ]);
    });

    it('takes a part as soon as another lane waits, and its own queue has room', () => {
      const world = new OutflowWorld(outflowMachine, {
        ...tiny([16 * CHUNK_BYTES, PIECE_BYTES]),
        readAhead: 2,
        lanes: [0, 1],
        highWater: 32 * message,
        lowWater: 16 * message,
      });
      const sendOther = (lane: number, from: number, to: number) => ({
        ...send(lane, from, to),
        ordinal: 1,
      });
      world.send({ type: 'outflow.started', credit: 2 * PIECE_BYTES });
      world.send({ type: 'piece.read', ordinal: 0 });
      world.send({ type: 'piece.read', ordinal: 1 });
      expect(world.commands.slice(2)).toEqual([send(0, 0, 16), sendOther(1, 0, 16)]);
      // Lane 0 has no more to do, and its queue is full.
      world.send({ type: 'chunks.sent', lane: 0, buffered: 16 * message });
      world.send({ type: 'chunks.sent', lane: 1, buffered: 16 * message });
      const low = 8 * message;
      expect(world.commands.slice(4)).toEqual([
        { type: 'piece.release', ordinal: 0 },
        { type: 'buffer.await', lane: 1, low },
        { type: 'buffer.await', lane: 0, low },
      ]);
      world.send({ type: 'buffer.drained', lane: 0, buffered: 0 });
      expect(world.commands.slice(7)).toEqual([sendOther(0, 40, 56)]);
      settle(world);
      expect(world.snapshot.value).toBe('finished');
    });

    it('W4: may lose several parts of one piece', () => {
      const world = begin();
      for (const _ of [1, 2, 3]) world.send({ type: 'chunks.sent', lane: 1, buffered: 0 });
      expect(world.commands.slice(4)).toEqual([send(1, 56, 64), send(1, 28, 40), send(1, 22, 28)]);
      world.send({ type: 'lane.lost', lane: 1 });
      world.send({ type: 'lane.closed', lane: 1, chunks: 0 });
      settle(world);
      expect(world.commands.slice(7)).toEqual([
        { type: 'lane.close', lane: 1, chunks: 0 },
        send(0, 16, 22),
        send(0, 40, 64),
        send(0, 28, 40),
        send(0, 22, 28),
        { type: 'piece.release', ordinal: 0 },
        { type: 'progress.made', bytes: PIECE_BYTES },
        { type: 'outflow.finished', failedFiles: [] },
      ]);
    });
  });

  it('W3: a retiring lane finishes its piece, and is closed after it', () => {
    const world = new OutflowWorld(outflowMachine, { ...tiny([3 * PIECE_BYTES]), lanes: [0, 1] });
    world.send({ type: 'outflow.started', credit: 3 * PIECE_BYTES });
    for (const ordinal of [0, 1, 2]) world.send({ type: 'piece.read', ordinal });
    world.send({ type: 'lane.retired', lane: 1 });
    settle(world);
    expect(world.commands).toContainEqual({ type: 'lane.close', lane: 1, chunks: 64 });
    expect(world.snapshot.value).toBe('finished');
  });

  it('W4: refuses an impossible count of chunks', () => {
    const world = new OutflowWorld(outflowMachine, { ...tiny([5]), lanes: [0, 1] });
    world.send({ type: 'outflow.started', credit: PIECE_BYTES });
    world.send({ type: 'lane.closed', lane: 1, chunks: 1 });
    expect(world.commands.at(-1)).toEqual({ type: 'outflow.failed', code: 'protocol' });
  });
});
