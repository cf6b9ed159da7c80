import { deepEqual, equal, ok } from 'node:assert/strict';
import {
  CHUNK_BYTES,
  FRAME_CHUNKS_MAX,
  FRAME_HEADER_BYTES,
  OPEN_PIECES_MAX,
  PIECE_BYTES,
} from '../../src/constants.ts';
import type {
  OutflowCommand,
  OutflowEvent,
  OutflowInput,
  outflowMachine,
} from '../../src/outflow/index.ts';
import {
  lengthOfParcel,
  parcelOf,
  piecesInParcel,
  rangesOfParcel,
  type Parcel,
} from '../../src/pieces/parcels.ts';
import { addPiece, emptyPieces, hasPiece } from '../../src/pieces/piece-set.ts';
import { pieceAt } from '../../src/pieces/plan.ts';
import { start, step } from '../../src/step.ts';
import { MESSAGE_BYTES, OutflowGoodputs, type Measured } from './outflow-goodputs.ts';
import { OutflowQuestions } from './outflow-questions.ts';

type Machine = typeof outflowMachine;
type Snapshot = ReturnType<typeof start<Machine>>[0];
type Burst = Extract<OutflowCommand, { type: 'chunks.send' }>;

/** A parcel that has been open, and its chunks that were given and may arrive. */
interface Opened {
  readonly parcel: Parcel;
  readonly given: Set<number>;
}

/**
 * A sceptical host for a sender: checks every command against the events so far, and the invariants after every event.
 */
export class OutflowWorld {
  snapshot: Snapshot;
  readonly commands: OutflowCommand[] = [];
  /** Loads that have not been answered, and pieces that have been read, until they are released. */
  readonly loading = new Set<number>();
  readonly loaded = new Set<number>();
  /** Bursts that have not been answered, and waits, by lane. */
  readonly bursts = new Map<number, Burst>();
  readonly waits = new Set<number>();
  readonly failed = new Set<number>();
  /** Milliseconds that `allowance.await` asked for; undefined once it has been answered. */
  awaited: number | undefined;
  readonly questions: OutflowQuestions;
  /** Bytes: the first credit, and the highest. */
  window = 0;
  private credit = 0;
  private readonly buffered = new Map<number, number>();
  private readonly goodputs = new OutflowGoodputs();
  private readonly lanes: Set<number>;
  /** Pieces that have been loaded in order, and those that the receiver asked for. */
  private readonly everLoaded = new Set<number>();
  /** Every parcel that was to be read, by each of its pieces: the newest. */
  readonly parcels = new Map<number, Parcel>();
  /** Every parcel that has been open, by each of its pieces: the newest. */
  private readonly opened = new Map<number, Opened>();
  private readonly loadedAgain = new Set<number>();
  /** Chunks that each lane has been given, frame by frame. */
  private readonly chunks = new Map<number, (readonly [opened: Opened, chunk: number])[]>();
  private mostLanes: number;
  private isAnyLost = false;
  private lastOpened = -1;
  private openedBytes = 0;
  private isPaused = false;
  private cap: number | undefined;
  /** Bytes that the cap has allowed since it was set, and bytes that were given. */
  private readonly purse = { earned: 0, spent: 0 };
  private readonly machine: Machine;
  private readonly input: OutflowInput;

  constructor(machine: Machine, input: OutflowInput) {
    this.machine = machine;
    this.input = input;
    this.lanes = new Set(input.lanes ?? [0]);
    this.cap = input.bytesPerSecond;
    this.mostLanes = this.lanes.size;
    this.questions = new OutflowQuestions(input.plan);
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
    const openQuestions = this.questions.open;
    for (const effect of effects) {
      if (effect.kind !== 'command') throw new Error(`an effect of kind ${effect.kind}`);
      this.commands.push(effect.command);
      this.check(effect.command, openQuestions);
    }
    this.checkInvariants(before);
  }

  private note(event: OutflowEvent): void {
    if (this.isOver) return;
    this.questions.note(event);
    if (event.type === 'outflow.started' && this.snapshot.value === 'idle')
      this.window = this.credit = event.credit;
    if (event.type === 'credit.received' && event.settled <= this.openedBytes)
      this.credit = Math.max(this.credit, event.upTo);
    if (event.type === 'rate.changed') this.noteRate(event.bytesPerSecond);
    if (event.type === 'allowance.grown') this.noteTime(event.milliseconds);
    if (event.type === 'goodput.measured') this.noteGoodput(event);
    if (event.type === 'outflow.paused') this.isPaused = true;
    if (event.type === 'outflow.resumed') this.isPaused = false;
    if (event.type === 'piece.read')
      for (const { first, end } of rangesOfParcel(event))
        for (let ordinal = first; ordinal < end; ordinal++)
          if (this.loading.delete(ordinal)) this.loaded.add(ordinal);
    if (event.type === 'lane.opened') this.noteLane(event.lane);
    if (event.type === 'lane.closed') this.noteClosed(event.lane, event.chunks);
    const isHeard =
      (event.type === 'chunks.sent' && this.bursts.delete(event.lane)) ||
      (event.type === 'buffer.drained' && this.waits.delete(event.lane));
    if (isHeard) this.buffered.set(event.lane, event.buffered);
  }

  private noteRate(cap: number | undefined): void {
    if (cap === undefined) this.awaited = undefined;
    if (this.cap === undefined) Object.assign(this.purse, { earned: 0, spent: 0 });
    this.cap = cap;
  }

  private noteTime(milliseconds: number): void {
    if (this.awaited !== undefined) this.purse.earned += ((this.cap ?? 0) * milliseconds) / 1000;
    this.awaited = undefined;
  }

  private noteGoodput(event: Measured): void {
    const { context, value } = this.snapshot;
    if (value !== 'idle' && context.lanes.some(({ lane }) => lane === event.lane))
      this.goodputs.note(event);
  }

  private noteLane(lane: number): void {
    if (this.snapshot.context.lanes.some((one) => one.lane === lane)) return;
    this.goodputs.forget(lane);
    this.lanes.add(lane);
    this.mostLanes = Math.max(this.mostLanes, this.lanes.size);
  }

  // W4: of the chunks that were given in order, all after the count have to be sent again.
  private noteClosed(lane: number, count: number): void {
    this.lanes.delete(lane);
    this.bursts.delete(lane);
    this.waits.delete(lane);
    this.buffered.delete(lane);
    const chunks = this.chunks.get(lane) ?? [];
    this.chunks.delete(lane);
    for (const [{ given }, chunk] of chunks.slice(count)) given.delete(chunk);
    this.isAnyLost = true;
  }

  /** Whether a piece has been open, and its parcel has chunks that are still to be given. */
  private isUnfinished(ordinal: number): boolean {
    const opened = this.opened.get(ordinal);
    if (opened === undefined) return false;
    const length = lengthOfParcel(this.input.plan, opened.parcel);
    return opened.given.size < Math.ceil(length / CHUNK_BYTES);
  }

  /** The answer to the load of a piece and what went with it, as far as it is still wanted. */
  readOf(ordinal: number): OutflowEvent {
    const pieces = this.ordinalsOf(this.parcels.get(ordinal) ?? { ordinal });
    const wanted = pieces.filter((piece) => this.loading.has(piece));
    const read = parcelOf(wanted.reduce(addPiece, emptyPieces)) ?? { ordinal };
    return { type: 'piece.read', ...read };
  }

  private ordinalsOf(parcel: Parcel): readonly number[] {
    return piecesInParcel(this.input.plan, parcel).map((piece) => piece.ordinal);
  }

  private check(command: OutflowCommand, openQuestions: number): void {
    switch (command.type) {
      case 'piece.load':
        for (const ordinal of this.ordinalsOf(command)) this.checkLoad(ordinal, command);
        return;
      case 'piece.release':
        for (const ordinal of this.ordinalsOf(command))
          ok(
            this.loading.delete(ordinal) || this.loaded.delete(ordinal),
            'I11: only what was read is given back',
          );
        return;
      case 'chunks.send':
        return this.checkBurst(command);
      case 'allowance.await':
        ok(this.cap !== undefined, 'nothing is timed without a cap');
        ok(command.milliseconds > 0, 'a wait for nothing');
        this.awaited = command.milliseconds;
        return;
      case 'buffer.await':
        equal(this.waits.has(command.lane), false, 'a lane waits once');
        equal(this.bursts.has(command.lane), false, 'a lane waits after its burst');
        this.waits.add(command.lane);
        return;
      case 'lane.close':
        ok(command.lane !== 0, 'G6: lane 0 ends with its generation');
        if (command.chunks > 0)
          equal(command.chunks, this.chunks.get(command.lane)?.length, 'W3: chunks');
        this.lanes.delete(command.lane);
        this.bursts.delete(command.lane);
        this.waits.delete(command.lane);
        return;
      case 'pieces.check':
        for (let ordinal = command.first; ordinal < command.end; ordinal++)
          equal(
            this.failed.has(pieceAt(this.input.plan, ordinal).file),
            false,
            'R3: compares a failed file',
          );
        return this.questions.check(command);
      case 'compared.send':
        // R8: only pieces that it holds.
        ok(command.pieces > 0, 'R8: as many as have been compared');
        return;
      case 'again.send':
        return this.questions.askAgain(command.ranges);
      case 'file.fail':
        equal(this.failed.has(command.file), false, 'K5: a file fails once');
        this.failed.add(command.file);
        this.questions.fail(command.file);
        return;
      case 'file.retry':
        equal(this.openedBytes, this.snapshot.context.creditedBytes, 'K6: something is out');
        deepEqual(
          [this.bursts.size, openQuestions],
          [0, 0],
          'K6: somebody owes an answer that could name the same pieces',
        );
        ok(this.failed.delete(command.file), 'K6: a file that failed');
        return this.questions.askRetried(command.file);
      case 'outflow.finished':
        return this.checkFinished();
      default:
        return;
    }
  }

  // R4: a piece that is held, or has had its turn, is sent again only if the receiver reports that it lacks it.
  private checkLoad(ordinal: number, parcel: Parcel): void {
    this.parcels.set(ordinal, parcel);
    equal(this.loading.has(ordinal) || this.loaded.has(ordinal), false, 'K1: read twice at a time');
    this.loading.add(ordinal);
    // W4: pieces lost with a lane are finished, even if their file failed.
    if (this.isUnfinished(ordinal)) return;
    equal(
      this.failed.has(pieceAt(this.input.plan, ordinal).file),
      false,
      'K5: reads a failed file',
    );
    if (this.questions.lacking.delete(ordinal)) this.loadedAgain.add(ordinal);
    else {
      equal(this.everLoaded.has(ordinal), false, 'R4: again, and nobody lacks it');
      equal(hasPiece(this.input.held ?? emptyPieces, ordinal), false, 'R3: sends what is held');
      this.everLoaded.add(ordinal);
    }
  }

  private checkBurst(burst: Burst): void {
    const { lane, ordinal, from, to, frame } = burst;
    const length = lengthOfParcel(this.input.plan, burst);
    const pieces = this.ordinalsOf(burst);
    ok(this.lanes.has(lane), 'W3: on a lane that is closed');
    equal(this.isPaused, false, 'P1');
    equal(
      this.bursts.has(lane) || this.waits.has(lane),
      false,
      'a lane has one burst, and none while it waits',
    );
    for (const piece of pieces) ok(this.loaded.has(piece), 'K1: a piece that was not read whole');
    if (!this.isUnfinished(ordinal)) this.checkOpening(burst, pieces);
    const opened = this.opened.get(ordinal);
    ok(opened !== undefined);
    deepEqual(this.ordinalsOf(opened.parcel), pieces, 'F7: another pack');
    const chunks = this.chunks.get(lane) ?? [];
    for (let chunk = from; chunk < to; chunk++) {
      equal(opened.given.has(chunk), false, 'I3: once, unless it was lost');
      opened.given.add(chunk);
      chunks.push([opened, chunk]);
    }
    this.chunks.set(lane, chunks);
    ok(to > from, 'F2: an empty burst');
    ok(frame >= 1 && frame <= FRAME_CHUNKS_MAX, 'F1: a message that not every peer takes');
    ok(to <= Math.ceil(length / CHUNK_BYTES), 'F2: beyond its parcel');
    this.checkMarks(lane, to - from);
    this.checkPurse(length, from, to);
    this.bursts.set(lane, burst);
  }

  private checkOpening(burst: Burst, pieces: readonly number[]): void {
    const { plan, packBytes = 0 } = this.input;
    equal(burst.from, 0, 'K1: opened in its middle');
    const length = lengthOfParcel(plan, burst);
    if (pieces.length > 1) ok(length <= Math.min(packBytes, this.window), 'F7: a pack too long');
    for (const ordinal of pieces) {
      const piece = pieceAt(plan, ordinal);
      if (!this.loadedAgain.delete(ordinal)) {
        ok(ordinal > this.lastOpened, 'K1: in manifest order');
        this.lastOpened = ordinal;
      }
      equal(this.failed.has(piece.file), false, 'K5: opens a failed file');
      equal(this.isUnfinished(ordinal), false, 'F7: a piece in two packs at a time');
    }
    const opened = { parcel: burst, given: new Set<number>() };
    for (const ordinal of pieces) this.opened.set(ordinal, opened);
    this.openedBytes += length;
  }

  private checkMarks(lane: number, count: number): void {
    const buffered = this.buffered.get(lane) ?? 0;
    const high = Math.min(
      this.goodputs.carriedBy(lane) ?? this.input.inFlightStart ?? Infinity,
      Math.floor(this.input.highWater / this.lanes.size),
    );
    if (buffered + count * MESSAGE_BYTES <= high) return;
    equal(count, 1, 'more under way than the mark');
    ok(
      buffered <= Math.max(0, Math.floor(this.input.lowWater / this.lanes.size)),
      'more under way than the low mark',
    );
  }

  private checkPurse(length: number, from: number, to: number): void {
    if (this.cap === undefined) return;
    const bytes = Math.min(length, to * CHUNK_BYTES) - from * CHUNK_BYTES;
    this.purse.spent += bytes + (to - from) * FRAME_HEADER_BYTES;
    // A hundredth of a byte, for rounding.
    ok(this.purse.spent <= this.purse.earned + 0.01, 'more than the cap lets through');
  }

  private checkFinished(): void {
    equal(
      this.snapshot.context.creditedBytes,
      this.openedBytes,
      'X1: finished before all is credited',
    );
    deepEqual(
      [this.questions.open, this.questions.checking],
      [0, undefined],
      'R3, R4: finished with open questions',
    );
    for (const ordinal of this.opened.keys())
      equal(this.isUnfinished(ordinal), false, 'W4: something was lost for good');
    for (let ordinal = 0; ordinal < this.input.plan.pieces; ordinal++) {
      const { file } = pieceAt(this.input.plan, ordinal);
      if (this.failed.has(file)) continue;
      ok(!this.questions.lacking.has(ordinal), 'R4: finished, and something is lacking');
      if (hasPiece(this.input.held ?? emptyPieces, ordinal))
        ok(this.questions.compared.has(ordinal), 'R3: a held piece that was not compared');
      else if (!this.questions.retried.has(file))
        ok(
          this.opened.has(ordinal) && !this.isUnfinished(ordinal),
          'X1: finished, and not all was sent',
        );
    }
  }

  private checkInvariants(before: Snapshot): void {
    const { context } = this.snapshot;
    const open = new Map(
      context.lanes.flatMap((lane) =>
        lane.open === undefined ? [] : [[lane.open.ordinal, lane.open]],
      ),
    );
    let bytes = 0;
    for (const parcel of open.values()) bytes += lengthOfParcel(this.input.plan, parcel);
    ok(bytes <= OPEN_PIECES_MAX * PIECE_BYTES, 'I1: more pieces open than lanes may share');
    equal(context.openedBytes, this.openedBytes, 'K1: charged once, with its full length');
    ok(context.openedBytes <= this.credit, 'I1');
    if (!this.isAnyLost)
      ok(context.sentBytes <= context.openedBytes, 'K1: sent more than was opened');
    for (const counter of [
      'openedBytes',
      'creditUpTo',
      'creditedBytes',
      'sentBytes',
      'nextOrdinal',
    ] as const) {
      ok(context[counter] >= before.context[counter], `K2: ${counter} fell`);
    }
    const sharing = Math.min(this.mostLanes, OPEN_PIECES_MAX);
    const most = this.input.readAhead + Math.max(0, sharing - 1);
    // Pieces that were lost with a lane are read once more, beside those that wait for credit.
    const more = this.isAnyLost ? this.mostLanes + 1 : 0;
    const ahead = [...this.loading, ...this.loaded];
    let aheadBytes = 0;
    for (const ordinal of ahead) aheadBytes += pieceAt(this.input.plan, ordinal).length;
    ok(aheadBytes <= (most + more) * PIECE_BYTES, 'K1: read too much ahead');
    if (this.input.packBytes === undefined)
      ok(ahead.length <= most + more, 'K1: read too far ahead');
    if (this.isOver)
      deepEqual([...this.loading, ...this.loaded], [], 'I11: pieces are kept after the end');
  }
}
