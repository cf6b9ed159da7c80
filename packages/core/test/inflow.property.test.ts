import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBase64Url } from '../src/bytes.ts';
import { PIECE_BYTES } from '../src/constants.ts';
import {
  inflowMachine,
  type InflowCommand,
  type InflowEvent,
  type InflowInput,
} from '../src/inflow/index.ts';
import { addPiece, emptyPieces, hasPiece, rangesOf } from '../src/piece-set.ts';
import { createPlan, pieceAt } from '../src/protocol/plan.ts';
import { start, step } from '../src/step.ts';
import { createCoverage } from './support/coverage.ts';
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

type Snapshot = ReturnType<typeof start<typeof inflowMachine>>[0];

/** Folds events, and holds every command against what the machine was told so far. */
class InflowWorld {
  snapshot: Snapshot;
  readonly commands: InflowCommand[] = [];
  readonly given = new Set<number>();
  private readonly settled = new Set<number>();
  private readonly failed = new Set<number>();
  private granted: number;
  private settledBytes = 0;
  private readonly machine: typeof inflowMachine;
  private readonly input: InflowInput;

  constructor(machine: typeof inflowMachine, input: InflowInput) {
    this.machine = machine;
    this.input = input;
    this.granted = input.window;
    [this.snapshot] = start(machine, input);
  }

  send(event: InflowEvent): void {
    const before = this.snapshot;
    const [next, effects] = step(this.machine, before, event);
    this.snapshot = next;
    if (before.status === 'done') deepEqual([next === before, effects], [true, []]);
    const commands = effects.flatMap((effect) =>
      effect.kind === 'command' ? [effect.command] : [],
    );
    equal(commands.length, effects.length);
    this.commands.push(...commands);
    if (before.value === 'receiving') this.settle(event);
    for (const command of commands) this.check(command, event);
    this.checkInvariants(before);
  }

  // What is credited: a given-out piece on its end, and a failed file's piece when it has come.
  private settle(event: InflowEvent): void {
    if (
      event.type !== 'piece.stored' &&
      event.type !== 'piece.discarded' &&
      event.type !== 'piece.assembled'
    )
      return;
    const { ordinal } = event;
    const { plan, held } = this.input;
    if (!Number.isInteger(ordinal) || ordinal < 0 || ordinal >= plan.pieces) return;
    if (this.settled.has(ordinal) || hasPiece(held ?? emptyPieces, ordinal)) return;
    const piece = pieceAt(plan, ordinal);
    const isGiven = this.given.has(ordinal);
    const isUnwanted = !isGiven && this.failed.has(piece.file);
    if (event.type === 'piece.stored' ? !isGiven : !isUnwanted) return;
    this.settled.add(ordinal);
    this.settledBytes += piece.length;
  }

  private check(command: InflowCommand, event: InflowEvent): void {
    switch (command.type) {
      case 'piece.store':
        ok(!this.given.has(command.ordinal));
        ok(!hasPiece(this.input.held ?? emptyPieces, command.ordinal));
        ok(!this.failed.has(pieceAt(this.input.plan, command.ordinal).file));
        this.given.add(command.ordinal);
        return;
      case 'file.discard':
        ok(!this.failed.has(command.file));
        this.failed.add(command.file);
        return;
      case 'credit.send':
        ok(command.upTo > this.granted);
        equal(command.upTo, this.input.window + this.settledBytes);
        this.granted = command.upTo;
        return;
      case 'inflow.verified':
        equal(event.type, 'digest.computed');
        return this.checkComplete();
      default:
        return;
    }
  }

  // I2: stored = manifest without the failed files, and equal digests.
  private checkComplete(): void {
    const { plan } = this.input;
    const { stored, sentDigest, digest } = this.snapshot.context;
    equal(sentDigest, toBase64Url(digest ?? new Uint8Array()));
    for (let ordinal = 0; ordinal < plan.pieces; ordinal++) {
      ok(hasPiece(stored, ordinal) || this.failed.has(pieceAt(plan, ordinal).file));
    }
  }

  private checkInvariants(before: Snapshot): void {
    const { context } = this.snapshot;
    ok(this.granted <= context.window + context.settledBytes);
    equal(context.settledBytes, this.settledBytes);
    // K4: nothing is held back at a pause, and never a batch.
    const heldBack = context.window + context.settledBytes - this.granted;
    ok(heldBack < context.batch && (context.storing.length > 0 || heldBack === 0));
    let bytes = 0;
    for (const { first, end } of rangesOf(context.stored)) {
      for (let ordinal = first; ordinal < end; ordinal++)
        bytes += pieceAt(context.plan, ordinal).length;
    }
    equal(context.storedBytes, bytes);
    for (const counter of ['storedBytes', 'settledBytes', 'grantedUpTo'] as const) {
      ok(context[counter] >= before.context[counter]);
    }
    ok(context.missing >= 0 && context.missing <= before.context.missing);
  }
}

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
