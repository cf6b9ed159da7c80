import { absentEntries } from '../../src/pieces/choice.ts';
import { equal, ok } from 'node:assert/strict';
import { concatBytes, toBase64Url } from '../../src/bytes.ts';
import { CHUNK_BYTES, FRAME_HEADER_BYTES, PIECE_BYTES } from '../../src/constants.ts';
import {
  outflowMachine,
  type OutflowCommand,
  type OutflowEvent,
  type OutflowInput,
} from '../../src/outflow/index.ts';
import { encodeFrame } from '../../src/protocol/frames.ts';
import { bitmapOf, piecesInParcel, parcelOf, type Parcel } from '../../src/pieces/parcels.ts';
import { addPiece, emptyPieces } from '../../src/pieces/piece-set.ts';
import { pieceAt } from '../../src/pieces/plan.ts';
import type { ControlMessage } from '../../src/protocol/control-messages.ts';
import type { FailureCode, PieceRange } from '../../src/protocol/types.ts';
import {
  createDriver,
  type Driver,
  type TimerId,
  type VirtualChannel,
  type VirtualClock,
} from '../../src/testing/index.ts';
import { digestOf, leafOf } from '../support/transfer-content.ts';

export interface TransferSenderOptions {
  readonly clock: VirtualClock;
  readonly input: OutflowInput;
  readonly source: readonly Uint8Array[];
  /** The pieces that the receiver says it holds. */
  readonly leaves: ReadonlyMap<number, Uint8Array>;
  readonly lanes: readonly VirtualChannel<Uint8Array>[];
  readonly tell: (message: ControlMessage) => void;
  /** Runs a task after the disk's delay. */
  readonly later: (task: () => void) => void;
  /** The reason why a piece can't be read this time, if it can't. */
  readonly failureOf: (file: number, index: number) => FailureCode | undefined;
  /** A file failed; the receiver is told, too. */
  readonly fileFailed: (file: number) => void;
  /** It waits for the allowance of its cap. */
  readonly timed: () => void;
  /** Part of a piece is sent on another lane. */
  readonly moved: () => void;
  /** Chunks of a pack are sent. */
  readonly packed: () => void;
  /** W5: the generation can't go on. */
  readonly spoiled: () => void;
}

/** The sender's adapters around one generation's machine: a disk, channels, and memory whose use is checked. */
export class TransferSender {
  readonly driver: Driver<typeof outflowMachine>;
  events = 0;
  private readonly options: TransferSenderOptions;
  private readonly memory = new Map<number, Uint8Array>();
  /** Compared by object: a released read may be followed by another of the same piece. */
  private readonly loading = new Map<number, object>();
  private readonly waiting = new Set<number>();
  private readonly laneOfPiece = new Map<number, number>();
  private readonly broken = new Set<number>();
  private readonly closed = new Set<number>();
  private timer: TimerId | undefined;
  private isPaused = false;
  private isOpen = true;

  constructor(options: TransferSenderOptions) {
    this.options = options;
    this.driver = createDriver(outflowMachine, options.input, {
      clock: options.clock,
      onCommand: (command) => this.carryOut(command),
    });
    this.driver.start();
  }

  hear(message: ControlMessage): void {
    switch (message.type) {
      case 'accept':
        return this.send({ type: 'outflow.started', credit: message.credit });
      case 'credit':
        return this.send({ ...message, type: 'credit.received' });
      case 'missing':
        return this.send({ ...message, type: 'missing.received' });
      case 'lane.closed':
        this.closed.add(message.lane);
        return this.send(message);
      case 'file.skip':
        return this.send({ type: 'file.skipped', file: message.file });
      case 'file.retry':
        return this.send({ type: 'file.retried', file: message.file });
      case 'take':
        return this.send({ type: 'entries.taken', ranges: message.ranges });
      default:
        throw new Error(`a sender hears ${message.type}`);
    }
  }

  /** P1: pauses or resumes the flow, once for each change. */
  pause(isPaused: boolean): void {
    if (isPaused === this.isPaused) return;
    this.isPaused = isPaused;
    this.send({ type: isPaused ? 'outflow.paused' : 'outflow.resumed' });
  }

  capRate(bytesPerSecond: number | undefined): void {
    this.send({ type: 'rate.changed', bytesPerSecond });
  }

  reportDrained(lane: number): void {
    if (!this.isOpen || !this.waiting.delete(lane)) return;
    this.send({ type: 'buffer.drained', lane, buffered: this.laneAt(lane).bufferedAmount });
  }

  endLane(event: OutflowEvent): void {
    this.send(event);
  }

  /** A lane stops taking bytes, and this end doesn't know. */
  breakLane(lane: number): void {
    this.broken.add(lane);
  }

  /** The generation is over. */
  stop(): void {
    this.send({ type: 'outflow.stopped' });
    this.isOpen = false;
    this.checkReleased();
  }

  checkReleased(): void {
    const kept = this.memory.size + this.loading.size + this.driver.held;
    equal(kept, 0, 'I11: the sender keeps something');
  }

  private send(event: OutflowEvent): void {
    if (!this.isOpen) return;
    this.events += 1;
    ok(this.events < 100_000, 'I8: it goes in circles');
    this.driver.send(event);
    const { openedBytes, creditUpTo } = this.driver.snapshot.context;
    ok(openedBytes <= creditUpTo, 'I1: opened beyond the credit');
  }

  private carryOut(command: OutflowCommand): void {
    const { input, later, tell, source } = this.options;
    switch (command.type) {
      case 'piece.load': {
        const reading = {};
        for (const ordinal of this.ordinalsOf(command)) this.loading.set(ordinal, reading);
        this.checkAhead(input);
        return later(() => this.load(command, reading));
      }
      case 'piece.release':
        for (const ordinal of this.ordinalsOf(command)) {
          this.memory.delete(ordinal);
          this.loading.delete(ordinal);
        }
        return;
      case 'pieces.check':
        return later(() => this.compare(command));
      case 'chunks.send':
        return this.sendChunks(command);
      case 'buffer.await':
        return this.awaitDrained(command.lane, command.low);
      case 'allowance.await':
        return this.awaitTime(command.milliseconds);
      case 'lane.close':
        this.closed.add(command.lane);
        return tell(command);
      case 'generation.spoil':
        return this.options.spoiled();
      case 'compared.send':
        return tell({ type: 'compared', pieces: command.pieces });
      case 'again.send':
        return tell({ type: 'again', ranges: command.ranges });
      case 'entries.take':
        return tell({ type: 'taken', ranges: command.ranges });
      case 'file.fail':
        tell({ ...command, type: 'file.failed' });
        return this.options.fileFailed(command.file);
      case 'file.retry':
        return tell({ type: 'file.retried', file: command.file });
      case 'outflow.finished': {
        const { leftOut } = this.driver.snapshot.context;
        const absent = absentEntries(command.failedFiles, leftOut);
        const failed = new Set(absent.map(({ file }) => file));
        return tell({ type: 'sent', digest: toBase64Url(digestOf(source, failed).all) });
      }
      default:
        return;
    }
  }

  private ordinalsOf(parcel: Parcel): readonly number[] {
    return piecesInParcel(this.options.input.plan, parcel).map(({ ordinal }) => ordinal);
  }

  // Pieces that were lost with a lane are read once more, beside those that wait for credit.
  private checkAhead({ readAhead, packBytes, plan }: OutflowInput): void {
    const most = readAhead + 2 * this.options.lanes.length;
    const ahead = [...this.loading.keys(), ...this.memory.keys()];
    if (packBytes === undefined) ok(ahead.length <= most, 'read too far ahead');
    let bytes = 0;
    for (const ordinal of ahead) bytes += pieceAt(plan, ordinal).length;
    ok(bytes <= most * PIECE_BYTES, 'read too much ahead');
  }

  private load(parcel: Parcel, reading: object): void {
    let read = emptyPieces;
    for (const ordinal of this.ordinalsOf(parcel)) {
      if (this.loading.get(ordinal) !== reading) continue;
      this.loading.delete(ordinal);
      const bytes = this.read(ordinal);
      if (bytes === undefined) continue;
      this.memory.set(ordinal, bytes);
      read = addPiece(read, ordinal);
    }
    const loaded = parcelOf(read);
    if (loaded !== undefined) this.send({ type: 'piece.read', ...loaded });
  }

  // Works like the platform's pump: of a file that can't be read, the rest isn't compared.
  private compare({ first, end }: PieceRange): void {
    const { plan } = this.options.input;
    const different: PieceRange[] = [];
    for (let ordinal = first; ordinal < end; ordinal++) {
      const bytes = this.read(ordinal);
      if (bytes === undefined && pieceAt(plan, ordinal).file === pieceAt(plan, end - 1).file) break;
      if (bytes === undefined) continue;
      const theirs = this.options.leaves.get(ordinal);
      ok(theirs !== undefined, 'a piece that the receiver does not hold');
      if (!Buffer.from(theirs).equals(leafOf(bytes)))
        different.push({ first: ordinal, end: ordinal + 1 });
    }
    this.send({ type: 'pieces.checked', different });
  }

  private read(ordinal: number): Uint8Array | undefined {
    const { file, index, offset, length } = pieceAt(this.options.input.plan, ordinal);
    const code = this.isOpen ? this.options.failureOf(file, index) : undefined;
    if (code !== undefined) {
      this.send({ type: 'read.failed', file, code });
      return undefined;
    }
    return (this.options.source[file] ?? new Uint8Array()).subarray(offset, offset + length);
  }

  private sendChunks(burst: Extract<OutflowCommand, { type: 'chunks.send' }>): void {
    const { lane, ordinal, from, to, frame, pack } = burst;
    const { plan, highWater, lowWater } = this.options.input;
    const channel = this.laneAt(lane);
    const { file, offset } = pieceAt(plan, ordinal);
    const parts = this.ordinalsOf(burst).map((part) => this.memory.get(part));
    ok(
      parts.every((part) => part !== undefined),
      'a piece that is not in memory',
    );
    const bytes = concatBytes(...parts);
    const bitmap = pack && bitmapOf(plan, pack);
    ok(!this.isPaused, 'P1: handed on in a pause');
    if (this.broken.has(lane)) return;
    for (let chunk = from; chunk < to; chunk += frame) {
      const start = chunk * CHUNK_BYTES;
      const payload = bytes.subarray(start, Math.min(to, chunk + frame) * CHUNK_BYTES);
      channel.send(encodeFrame(file, offset + start, payload, undefined, bitmap));
    }
    if (pack !== undefined) this.options.packed();
    if ((this.laneOfPiece.get(ordinal) ?? lane) !== lane) this.options.moved();
    this.laneOfPiece.set(ordinal, lane);
    const mark = Math.max(highWater, lowWater) / (this.options.lanes.length - this.closed.size);
    // The marks don't know of bitmaps.
    const bitmaps = (bitmap?.length ?? 0) * (to - from);
    const longest = mark + CHUNK_BYTES + FRAME_HEADER_BYTES + bitmaps;
    ok(channel.bufferedAmount <= longest, 'the queue is too long');
    this.send({ type: 'chunks.sent', lane, buffered: channel.bufferedAmount });
  }

  private awaitDrained(lane: number, low: number): void {
    const channel = this.laneAt(lane);
    channel.bufferedAmountLowThreshold = low;
    if (this.broken.has(lane)) return;
    this.waiting.add(lane);
    if (channel.bufferedAmount <= low) this.reportDrained(lane);
  }

  private awaitTime(milliseconds: number): void {
    const { clock } = this.options;
    const since = clock.now();
    clock.clearTimeout(this.timer);
    this.timer = clock.setTimeout(() => {
      this.send({ type: 'allowance.grown', milliseconds: clock.now() - since });
    }, milliseconds);
    this.options.timed();
  }

  private laneAt(lane: number): VirtualChannel<Uint8Array> {
    const channel = this.options.lanes[lane];
    ok(channel !== undefined, 'a lane that was never opened');
    return channel;
  }
}
