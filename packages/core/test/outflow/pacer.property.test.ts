import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHUNK_BYTES, PACER_ELAPSED_MAX, PIECE_BYTES } from '../../src/constants.ts';
import { outflowMachine, type OutflowEvent } from '../../src/outflow/index.ts';
import { createPlan } from '../../src/pieces/plan.ts';
import { start, step } from '../../src/step.ts';
import { manifestOf } from '../support/manifest-of.ts';
import { eventOf, moves, setups } from './outflow-moves.ts';
import { OutflowWorld } from './outflow-world.ts';
import { PacedSender, type PacedOptions } from './paced-sender.ts';

const caps = fc.oneof(fc.integer({ min: 8_000, max: 7_000_000 }), fc.constant(64_000));

const changes = fc.array(
  fc.record({
    at: fc.nat(20_000),
    event: fc.oneof(
      {
        weight: 3,
        arbitrary: caps.map((bytesPerSecond) => ({ type: 'rate.changed', bytesPerSecond })),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom({ type: 'outflow.paused' }, { type: 'outflow.resumed' }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          type: fc.constantFrom('lane.opened', 'lane.retired', 'lane.lost'),
          lane: fc.integer({ min: 1, max: 3 }),
        }),
      },
    ) as fc.Arbitrary<OutflowEvent>,
  }),
  { maxLength: 8 },
);

const paced: fc.Arbitrary<PacedOptions> = fc.record({
  sizes: fc.array(fc.oneof(fc.nat(40_000), fc.nat(3 * PIECE_BYTES)), {
    minLength: 1,
    maxLength: 6,
  }),
  bytesPerSecond: caps,
  // From slower than any cap to faster than all of them.
  linkRate: fc.constantFrom(5, 100, 1_000, 50_000),
  lateness: fc.constantFrom(0, 0, 20, 900),
  changes,
});

describe('a capped outflow', () => {
  it('exceeds the cap by no more than a few portions in any span of time, and comes to its end', () => {
    fc.assert(
      fc.property(paced, (options) => {
        const sender = new PacedSender(outflowMachine, options);
        sender.run();
        equal(sender.state, 'finished');
        equal(sender.clock.pending, 0);
        // The most that any span so far has had above its allowance.
        let [over, last] = [0, 0];
        for (const { at, bytes } of sender.given) {
          over = Math.max(0, over - sender.allowedBetween(last, at)) + bytes;
          last = at;
          ok(over <= sender.slack, `${over} bytes over the cap at ${at}, not ${sender.slack}`);
        }
      }),
      { numRuns: 200 },
    );
  });

  it.each([64_000, 125_000, 1_000_000, 6_250_000])(
    'comes close to %i bytes a second, even if timers come once a second',
    (bytesPerSecond) => {
      const bytes = 20 * bytesPerSecond;
      for (const lateness of [0, 1_000]) {
        const sender = new PacedSender(outflowMachine, {
          sizes: [bytes],
          bytesPerSecond,
          linkRate: 50_000,
          lateness,
          changes: [],
        });
        sender.run();
        const { at } = sender.given.at(-1) ?? { at: 0 };
        expect(at).toBeGreaterThanOrEqual(19_000);
        expect(at).toBeLessThan(22_500);
      }
    },
  );

  it('earns nothing while it is paused', () => {
    const sender = new PacedSender(outflowMachine, {
      sizes: [4 * PIECE_BYTES],
      bytesPerSecond: 1_000_000,
      linkRate: 50_000,
      lateness: 0,
      changes: [
        { at: 1_000, event: { type: 'outflow.paused' } },
        { at: 60_000, event: { type: 'outflow.resumed' } },
      ],
    });
    sender.run();
    const after = sender.given.filter(({ at }) => at >= 60_000 && at < 60_100);
    const bytes = after.reduce((sum, one) => sum + one.bytes, 0);
    // At most two portions, if none had been taken.
    expect(bytes).toBeLessThanOrEqual(200_000);
    expect(bytes).toBeGreaterThan(0);
  });

  it('is not held up by the old cap’s wait when a new cap comes, or none', () => {
    for (const bytesPerSecond of [1_000_000, undefined]) {
      const sender = new PacedSender(outflowMachine, {
        sizes: [PIECE_BYTES],
        // A chunk takes hours.
        bytesPerSecond: 1,
        linkRate: 50_000,
        lateness: 0,
        changes: [{ at: 5_000, event: { type: 'rate.changed', bytesPerSecond } }],
      });
      sender.run(10_000);
      expect(sender.state).toBe('finished');
    }
  });

  it('sleeps through a night without a burst', () => {
    const [started] = start(outflowMachine, input(4 * PIECE_BYTES, 1_000_000));
    let [snapshot] = step(outflowMachine, started, {
      type: 'outflow.started',
      credit: PIECE_BYTES,
    });
    [snapshot] = step(outflowMachine, snapshot, { type: 'piece.read', ordinal: 0 });
    [snapshot] = step(outflowMachine, snapshot, {
      type: 'allowance.grown',
      milliseconds: 8 * 60 * 60_000,
    });
    const { pacer, lanes } = snapshot.context;
    const given = (lanes[0]?.open?.given ?? 0) * (CHUNK_BYTES + 16);
    ok(pacer.state !== 'free' && pacer.allowance + given <= 1_000 * PACER_ELAPSED_MAX + 100_000);
  });

  it('finishes the oldest piece first, so that each lane can be retired', () => {
    const world = new OutflowWorld(outflowMachine, {
      ...input(4 * PIECE_BYTES),
      highWater: 32 * (CHUNK_BYTES + 16),
      lowWater: 4 * CHUNK_BYTES,
      lanes: [0, 1],
    });
    world.send({ type: 'outflow.started', credit: 4 * PIECE_BYTES });
    for (const ordinal of [0, 1, 2]) world.send({ type: 'piece.read', ordinal });
    expect([...world.bursts.values()].map(({ to }) => to)).toEqual([16, 16]);
    world.send({ type: 'rate.changed', bytesPerSecond: 164_000 });
    world.send({ type: 'lane.retired', lane: 1 });
    const isClosed = () => world.commands.some(({ type }) => type === 'lane.close');
    for (let tick = 0; tick < 100 && !isClosed(); tick++) {
      for (const lane of world.bursts.keys())
        world.send({ type: 'chunks.sent', lane, buffered: 0 });
      if (!isClosed()) world.send({ type: 'allowance.grown', milliseconds: world.awaited ?? 0 });
    }
    ok(isClosed());
    // Lane 0 took no third piece for itself while the second was unfinished.
    const opened = world.commands.filter(
      (command) => command.type === 'chunks.send' && command.from === 0,
    );
    equal(opened.length, 2);
  });

  it('treats an invalid rate as the lowest one', () => {
    for (const bytesPerSecond of [0, -5, NaN, 0.5]) {
      const [snapshot] = start(outflowMachine, input(5, bytesPerSecond));
      expect(snapshot.context.pacer).toMatchObject({ state: 'resting', bytesPerSecond: 1 });
    }
    const [free] = start(outflowMachine, input(5, Infinity));
    expect(free.context.pacer).toEqual({ state: 'free' });
  });
});

it('without a cap, gives the same commands, whatever invalid caps are set', () => {
  fc.assert(
    fc.property(setups, moves, ({ input: withCap, window }, course) => {
      const { bytesPerSecond: _, ...without } = withCap;
      const [plain, told] = [0, 1].map(() => new OutflowWorld(outflowMachine, without));
      ok(plain !== undefined && told !== undefined);
      for (const world of [plain, told]) world.send({ type: 'outflow.started', credit: window });
      for (const move of course) {
        if (move.kind === 'rate' || move.kind === 'time') {
          told.send({ type: 'rate.changed', bytesPerSecond: undefined });
          told.send({ type: 'allowance.grown', milliseconds: move.pick });
          continue;
        }
        const event = eventOf(plain, move);
        if (event === undefined) continue;
        plain.send(event);
        told.send(event);
      }
      deepEqual(told.commands, plain.commands);
      deepEqual(told.snapshot.context, plain.snapshot.context);
      ok(plain.commands.every(({ type }) => type !== 'allowance.await'));
    }),
    { numRuns: 200 },
  );
});

function input(size: number, bytesPerSecond?: number) {
  return {
    plan: createPlan(manifestOf([size])),
    files: 1,
    highWater: 4 * PIECE_BYTES,
    lowWater: PIECE_BYTES,
    readAhead: 4,
    bytesPerSecond,
  };
}
