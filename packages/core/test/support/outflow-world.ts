import { deepEqual, equal, ok } from 'node:assert/strict';
import { CHUNK_BYTES, FRAME_HEADER_BYTES } from '../../src/constants.ts';
import type {
  OutflowCommand,
  OutflowEvent,
  OutflowInput,
  outflowMachine,
} from '../../src/outflow/index.ts';
import { hasPiece } from '../../src/piece-set.ts';
import { pieceAt } from '../../src/protocol/plan.ts';
import { start, step } from '../../src/step.ts';

type Machine = typeof outflowMachine;
type Snapshot = ReturnType<typeof start<Machine>>[0];

const MESSAGE_BYTES = CHUNK_BYTES + FRAME_HEADER_BYTES;

/**
 * A sender's surroundings that believe nothing: every command is held against what the machine was told,
 * and the invariants are looked at after every event.
 */
export class OutflowWorld {
  snapshot: Snapshot;
  readonly commands: OutflowCommand[] = [];
  /** Loads that have not been answered, and pieces that have been read, until they are released. */
  readonly loading = new Set<number>();
  readonly loaded = new Set<number>();
  /** Bursts that have not been answered, and waits, by lane. */
  readonly bursts = new Map<number, Extract<OutflowCommand, { type: 'chunks.send' }>>();
  readonly waits = new Set<number>();
  readonly failed = new Set<number>();
  private readonly buffered = new Map<number, number>();
  private readonly lanes: Set<number>;
  private readonly everLoaded = new Set<number>();
  private readonly chunks = new Map<number, { readonly lane: number; next: number }>();
  private lastOpened = -1;
  private openedBytes = 0;
  private readonly machine: Machine;
  private readonly input: OutflowInput;

  constructor(machine: Machine, input: OutflowInput) {
    this.machine = machine;
    this.input = input;
    this.lanes = new Set(input.lanes ?? [0]);
    const [snapshot, effects] = start(machine, input);
    this.snapshot = snapshot;
    deepEqual(effects, []);
  }

  get isOver(): boolean {
    return this.snapshot.status === 'done';
  }

  send(event: OutflowEvent): void {
    this.note(event);
    const before = this.snapshot;
    const [next, effects] = step(this.machine, before, event);
    this.snapshot = next;
    if (before.status === 'done') deepEqual([next === before, effects], [true, []]);
    for (const effect of effects) {
      if (effect.kind !== 'command') throw new Error(`an effect of kind ${effect.kind}`);
      this.commands.push(effect.command);
      this.check(effect.command);
    }
    this.checkInvariants(before);
  }

  private note(event: OutflowEvent): void {
    if (event.type === 'piece.read' && this.loading.delete(event.ordinal))
      this.loaded.add(event.ordinal);
    if (event.type === 'lane.opened') this.lanes.add(event.lane);
    const isHeard =
      (event.type === 'chunks.sent' && this.bursts.delete(event.lane)) ||
      (event.type === 'buffer.drained' && this.waits.delete(event.lane));
    if (isHeard) this.buffered.set(event.lane, event.buffered);
  }

  private check(command: OutflowCommand): void {
    switch (command.type) {
      case 'piece.load':
        equal(this.everLoaded.has(command.ordinal), false);
        equal(hasPiece(this.snapshot.context.held, command.ordinal), false);
        this.everLoaded.add(command.ordinal);
        this.loading.add(command.ordinal);
        return;
      case 'piece.release':
        ok(this.loading.delete(command.ordinal) || this.loaded.delete(command.ordinal));
        return;
      case 'chunks.send':
        return this.checkBurst(command);
      case 'buffer.await':
        equal(this.waits.has(command.lane), false);
        equal(this.bursts.has(command.lane), false);
        this.waits.add(command.lane);
        return;
      case 'file.fail':
        equal(this.failed.has(command.file), false);
        this.failed.add(command.file);
        return;
      case 'outflow.finished':
        return this.checkFinished();
      default:
        return;
    }
  }

  private checkBurst(burst: Extract<OutflowCommand, { type: 'chunks.send' }>): void {
    const { lane, ordinal, from, to } = burst;
    const piece = pieceAt(this.input.plan, ordinal);
    ok(this.lanes.has(lane));
    equal(this.bursts.has(lane) || this.waits.has(lane), false);
    ok(this.loaded.has(ordinal));
    if (from === 0) {
      ok(ordinal > this.lastOpened);
      equal(this.failed.has(piece.file), false);
      this.lastOpened = ordinal;
      this.openedBytes += piece.length;
      this.chunks.set(ordinal, { lane, next: 0 });
    }
    const sent = this.chunks.get(ordinal);
    deepEqual(sent, { lane, next: from });
    ok(to > from);
    ok(to <= Math.ceil(piece.length / CHUNK_BYTES));
    if (sent !== undefined) sent.next = to;
    this.checkMarks(lane, to - from);
    this.bursts.set(lane, burst);
  }

  private checkMarks(lane: number, count: number): void {
    const buffered = this.buffered.get(lane) ?? 0;
    const high = Math.floor(this.input.highWater / this.lanes.size);
    if (buffered + count * MESSAGE_BYTES <= high) return;
    equal(count, 1);
    ok(buffered <= Math.max(0, Math.floor(this.input.lowWater / this.lanes.size)));
  }

  private checkFinished(): void {
    const { context } = this.snapshot;
    equal(context.creditedBytes, this.openedBytes);
    for (let ordinal = 0; ordinal < this.input.plan.pieces; ordinal++) {
      const { file, length } = pieceAt(this.input.plan, ordinal);
      if (this.failed.has(file) || hasPiece(context.held, ordinal)) continue;
      equal(this.chunks.get(ordinal)?.next, Math.ceil(length / CHUNK_BYTES));
    }
  }

  private checkInvariants(before: Snapshot): void {
    const { context } = this.snapshot;
    equal(context.openedBytes, this.openedBytes);
    ok(context.openedBytes - context.creditedBytes <= context.window);
    ok(context.sentBytes <= context.openedBytes);
    for (const counter of ['openedBytes', 'creditedBytes', 'sentBytes', 'nextOrdinal'] as const) {
      ok(context[counter] >= before.context[counter]);
    }
    ok(this.loading.size + this.loaded.size <= this.input.readAhead);
    if (this.isOver) deepEqual([...this.loading, ...this.loaded], []);
  }
}
