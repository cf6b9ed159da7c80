import { describe, expect, it } from 'vitest';
import { CHUNK_BYTES, FRAME_HEADER_BYTES, PIECE_BYTES } from '../../src/constants.ts';
import { outflowMachine } from '../../src/outflow/index.ts';
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
    world.send({ type: 'lane.closed', lane: 1, frames: 5 });
    expect(world.commands.filter(({ type }) => type === 'lane.close')).toEqual([
      { type: 'lane.close', lane: 1, frames: 0 },
    ]);
    settle(world);
    expect(world.snapshot.value).toBe('finished');
    const resumed = world.commands.filter(
      (command) => command.type === 'chunks.send' && command.ordinal === first,
    );
    expect(resumed[1]).toMatchObject({ lane: 0, from: 5 });
    expect(world.snapshot.context.openedBytes).toBe(3 * PIECE_BYTES);
  });

  describe('a lane that has no piece to open', () => {
    const message = CHUNK_BYTES + FRAME_HEADER_BYTES;
    const send = (lane: number, from: number, to: number) =>
      ({ type: 'chunks.send', lane, ordinal: 0, from, to }) as const;

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
      world.send({ type: 'lane.closed', lane: 1, frames: 4 });
      settle(world);
      expect(world.commands.slice(4)).toEqual([
        { type: 'lane.close', lane: 1, frames: 0 },
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
      world.send({ type: 'lane.closed', lane: 1, frames: 0 });
      settle(world);
      expect(world.commands.slice(7)).toEqual([
        { type: 'lane.close', lane: 1, frames: 0 },
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
    expect(world.commands).toContainEqual({ type: 'lane.close', lane: 1, frames: 64 });
    expect(world.snapshot.value).toBe('finished');
  });

  it('W4: refuses an impossible count of frames', () => {
    const world = new OutflowWorld(outflowMachine, { ...tiny([5]), lanes: [0, 1] });
    world.send({ type: 'outflow.started', credit: PIECE_BYTES });
    world.send({ type: 'lane.closed', lane: 1, frames: 1 });
    expect(world.commands.at(-1)).toEqual({ type: 'outflow.failed', code: 'protocol' });
  });
});
