import { deepEqual, equal, ok } from 'node:assert/strict';
import { toBase64Url } from '../../src/bytes.ts';
import {
  inflowMachine,
  type InflowCommand,
  type InflowEvent,
  type InflowInput,
} from '../../src/inflow/index.ts';
import { emptyPieces, hasPiece, rangesOf } from '../../src/piece-set.ts';
import { pieceAt } from '../../src/protocol/plan.ts';
import { start, step } from '../../src/step.ts';

type Snapshot = ReturnType<typeof start<typeof inflowMachine>>[0];

/**
 * Folds events, holds every command against what the machine was told so far, and looks at the
 * invariants after every event.
 */
export class InflowWorld {
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
    ok(heldBack < context.batch && (context.storing > 0 || heldBack === 0));
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
