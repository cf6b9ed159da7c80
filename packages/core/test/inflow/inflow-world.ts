import { deepEqual, equal, ok } from 'node:assert/strict';
import { toBase64Url } from '../../src/bytes.ts';
import {
  inflowMachine,
  type InflowCommand,
  type InflowEvent,
  type InflowInput,
} from '../../src/inflow/index.ts';
import { PIECE_BYTES } from '../../src/constants.ts';
import {
  bareParcel,
  isInParcel,
  piecesInParcel,
  rangesOfParcel,
  type Parcel,
} from '../../src/pieces/parcels.ts';
import { emptyPieces, hasPiece, rangesOf } from '../../src/pieces/piece-set.ts';
import type { PieceRange } from '../../src/protocol/types.ts';
import { pieceAt } from '../../src/pieces/plan.ts';
import { start, step } from '../../src/step.ts';

type Snapshot = ReturnType<typeof start<typeof inflowMachine>>[0];

/** Sends events, checks every command against the events so far, and checks the invariants after every event. */
export class InflowWorld {
  snapshot: Snapshot;
  readonly commands: InflowCommand[] = [];
  /** Pieces that have been given out and not forgotten; those of them that are stuck; and those that are settled. */
  readonly given = new Set<number>();
  readonly stuck = new Set<number>();
  /** The parcels that have been given out and not been stored. */
  readonly storing = new Set<Parcel>();
  readonly failed = new Set<number>();
  /** Pieces to forget that have not been answered. */
  readonly forgetting: (readonly PieceRange[])[] = [];
  private readonly held = new Set<number>();
  private readonly settled = new Set<number>();
  private granted: number;
  private told = 0;
  private isForgetful: 'no' | 'yes' = 'no';
  private settledBytes = 0;
  private readonly machine: typeof inflowMachine;
  private readonly input: InflowInput;

  constructor(machine: typeof inflowMachine, input: InflowInput) {
    this.machine = machine;
    this.input = input;
    this.granted = input.window;
    for (const ordinal of ordinalsOf(rangesOf(input.held ?? emptyPieces))) this.held.add(ordinal);
    [this.snapshot] = start(machine, input);
  }

  send(event: InflowEvent): void {
    const before = this.snapshot;
    if (event.type === 'pieces.forgotten' && before.value === 'receiving')
      this.forget(event.ranges);
    const [next, effects] = step(this.machine, before, event);
    this.snapshot = next;
    if (before.status === 'done')
      deepEqual([next === before, effects], [true, []], 'I11: the end absorbs everything');
    const commands = effects.flatMap((effect) =>
      effect.kind === 'command' ? [effect.command] : [],
    );
    equal(commands.length, effects.length, 'commands are all that it asks for');
    this.commands.push(...commands);
    if (before.value === 'receiving') this.settle(event);
    if (before.status !== 'done' && event.type === 'store.failed' && event.code === 'disk.full')
      this.stuck.add(event.ordinal);
    for (const command of commands) this.check(command, event);
    this.checkInvariants(before);
  }

  // Credits a given-out piece when its storing ends, and a failed file's piece when it has come.
  private settle(event: InflowEvent): void {
    if (
      event.type !== 'piece.stored' &&
      event.type !== 'piece.discarded' &&
      event.type !== 'piece.assembled'
    )
      return;
    const { plan } = this.input;
    const { ordinal } = event;
    if (!Number.isInteger(ordinal) || ordinal < 0 || ordinal >= plan.pieces) return;
    for (const one of ordinalsOf(rangesOfParcel(event)))
      this.settleOne(one, event.type === 'piece.stored');
    const stored = event.type === 'piece.stored' ? this.parcelOf(ordinal) : undefined;
    if (stored !== undefined) this.storing.delete(stored);
  }

  /** The parcel that is being stored, or didn't fit, with this piece. */
  parcelOf(ordinal: number): Parcel | undefined {
    return [...this.storing].find((parcel) => isInParcel(parcel, ordinal));
  }

  private settleOne(ordinal: number, isStored: boolean): void {
    if (this.settled.has(ordinal) || this.held.has(ordinal)) return;
    const piece = pieceAt(this.input.plan, ordinal);
    const isGiven = this.given.has(ordinal);
    const isUnwanted = !isGiven && this.failed.has(piece.file);
    if (isStored ? !isGiven : !isUnwanted) return;
    this.settled.add(ordinal);
    this.stuck.delete(ordinal);
    this.settledBytes += piece.length;
  }

  private check(command: InflowCommand, event: InflowEvent): void {
    switch (command.type) {
      case 'piece.store':
        for (const { ordinal, file } of piecesInParcel(this.input.plan, command)) {
          ok(!this.given.has(ordinal), 'I3: a piece is stored once');
          ok(!this.held.has(ordinal), 'I3: what is held is not stored again');
          ok(!this.failed.has(file), 'K5: nothing of a failed file is kept');
          this.given.add(ordinal);
        }
        this.storing.add(bareParcel(command));
        return;
      case 'piece.store.again':
        // K7: once for each time that it didn't fit.
        ok(this.stuck.delete(command.ordinal), 'K7: once for each time that it did not fit');
        return;
      case 'pieces.forget':
        for (const ordinal of ordinalsOf(command.ranges))
          ok(hasPiece(this.snapshot.context.stored, ordinal), 'R4: only what is stored');
        this.forgetting.push(command.ranges);
        return;
      case 'file.readmit':
        ok(this.failed.delete(command.file), 'K6: a file that failed');
        for (const ordinal of ordinalsOf(command.ranges)) {
          equal(
            hasPiece(this.snapshot.context.stored, ordinal),
            false,
            'K6: readmitted and stored',
          );
          this.forgetOne(ordinal);
        }
        return;
      case 'missing.send':
        for (const ordinal of ordinalsOf(command.ranges))
          equal(hasPiece(this.snapshot.context.stored, ordinal), false, 'R4: lacks what it holds');
        return;
      case 'file.discard':
        ok(!this.failed.has(command.file), 'K5: a file fails once');
        this.failed.add(command.file);
        return;
      case 'credit.send':
        ok(
          command.upTo > this.granted || command.settled > this.told,
          'K4: a credit that says nothing',
        );
        equal(command.settled, this.settledBytes, 'K2: settled');
        equal(
          command.upTo,
          Math.max(this.granted, this.snapshot.context.window + command.settled),
          'K2: upTo',
        );
        this.granted = command.upTo;
        this.told = command.settled;
        return;
      case 'inflow.verified':
        equal(event.type, 'digest.computed', 'X2: verified without a digest');
        return this.checkComplete();
      default:
        return;
    }
  }

  private forget(ranges: readonly PieceRange[]): void {
    this.isForgetful = 'yes';
    for (const ordinal of ordinalsOf(ranges)) this.forgetOne(ordinal);
  }

  // Treats the piece as if it had never come, except that its credit stays.
  private forgetOne(ordinal: number): void {
    this.held.delete(ordinal);
    this.given.delete(ordinal);
    this.settled.delete(ordinal);
  }

  // I2: exactly the pieces of the manifest without the failed files are stored, and the digests are equal.
  private checkComplete(): void {
    const { plan } = this.input;
    const { stored, leftOut, sentDigest, digest } = this.snapshot.context;
    equal(sentDigest, toBase64Url(digest?.all ?? new Uint8Array()), 'I2, X2: digests');
    for (let ordinal = 0; ordinal < plan.pieces; ordinal++) {
      const { file } = pieceAt(plan, ordinal);
      const isAbsent = this.failed.has(file) || hasPiece(leftOut, file);
      ok(hasPiece(stored, ordinal) || isAbsent, 'I2: complete without a piece');
    }
  }

  private checkInvariants(before: Snapshot): void {
    const { context } = this.snapshot;
    ok(this.granted <= 2 * this.input.window + context.settledBytes, 'I1: granted');
    ok(context.window >= Math.max(this.input.window / 2, PIECE_BYTES), 'K9: at least half');
    ok(context.window <= 2 * this.input.window, 'K9: at most twice');
    equal(context.settledBytes, this.settledBytes, 'K2: settled bytes');
    // K4: credit is never held back at a pause, and never a whole batch.
    const heldBack = Math.max(
      context.settledBytes - this.told,
      context.window + context.settledBytes - this.granted,
    );
    if (before.status !== 'done' && before.value === 'receiving')
      ok(heldBack < context.batch && (context.storing > 0 || heldBack <= 0), 'K4');
    let bytes = 0;
    for (const { first, end } of rangesOf(context.stored)) {
      for (let ordinal = first; ordinal < end; ordinal++)
        bytes += pieceAt(context.plan, ordinal).length;
    }
    equal(context.storedBytes, bytes, 'I2: stored bytes');
    for (const counter of ['settledBytes', 'grantedUpTo'] as const) {
      ok(context[counter] >= before.context[counter], `K2: ${counter} fell`);
    }
    // Except for pieces that were found to differ.
    if (this.isForgetful === 'no')
      ok(context.storedBytes >= before.context.storedBytes, 'I4: what is stored only grows');
    this.isForgetful = 'no';
    equal(context.missing, this.countMissing(), 'I2: missing');
    const stuck = new Set(context.stuck.map(({ ordinal }) => ordinal));
    deepEqual(stuck, this.stuck, 'K7: what did not fit');
  }

  private countMissing(): number {
    const { plan, stored, leftOut } = this.snapshot.context;
    let missing = 0;
    for (let ordinal = 0; ordinal < plan.pieces; ordinal++) {
      const { file } = pieceAt(plan, ordinal);
      const isAbsent = this.failed.has(file) || hasPiece(leftOut, file);
      if (!isAbsent && !hasPiece(stored, ordinal)) missing += 1;
    }
    return missing;
  }
}

function ordinalsOf(ranges: readonly PieceRange[]): readonly number[] {
  return ranges.flatMap(({ first, end }) =>
    Array.from({ length: end - first }, (_, index) => first + index),
  );
}
