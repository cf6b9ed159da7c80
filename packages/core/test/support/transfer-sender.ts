import { equal, ok } from 'node:assert/strict';
import { toBase64Url } from '../../src/bytes.ts';
import { CHUNK_BYTES, FRAME_HEADER_BYTES } from '../../src/constants.ts';
import {
  outflowMachine,
  type OutflowCommand,
  type OutflowEvent,
  type OutflowInput,
} from '../../src/outflow/index.ts';
import { encodeFrame } from '../../src/protocol/frames.ts';
import { pieceAt } from '../../src/protocol/plan.ts';
import type { ControlMessage, FailureCode } from '../../src/protocol/types.ts';
import {
  createDriver,
  type Driver,
  type VirtualChannel,
  type VirtualClock,
} from '../../src/testing/index.ts';
import { digestOf } from './transfer-content.ts';

export interface TransferSenderOptions {
  readonly clock: VirtualClock;
  readonly input: OutflowInput;
  readonly source: readonly Uint8Array[];
  readonly failures: ReadonlyMap<number, { readonly index: number; readonly code: FailureCode }>;
  readonly lanes: readonly VirtualChannel<Uint8Array>[];
  tell(message: ControlMessage): void;
  /** Runs a task when the disk has got to it. */
  later(task: () => void): void;
}

/** The sender's adapters around the real machine: a disk, channels, and memory that is watched. */
export class TransferSender {
  readonly driver: Driver<typeof outflowMachine>;
  events = 0;
  private readonly options: TransferSenderOptions;
  private readonly memory = new Map<number, Uint8Array>();
  private readonly loading = new Set<number>();
  private readonly waiting = new Set<number>();

  constructor(options: TransferSenderOptions) {
    this.options = options;
    this.driver = createDriver(outflowMachine, options.input, {
      clock: options.clock,
      onCommand: (command) => this.carryOut(command),
    });
  }

  hear(message: ControlMessage): void {
    if (message.type === 'accept') this.send({ type: 'outflow.started', credit: message.credit });
    if (message.type === 'credit') this.send({ type: 'credit.received', upTo: message.upTo });
  }

  reportDrained(lane: number): void {
    if (!this.waiting.delete(lane)) return;
    this.send({ type: 'buffer.drained', lane, buffered: this.laneAt(lane).bufferedAmount });
  }

  checkReleased(): void {
    equal(
      this.memory.size + this.loading.size + this.driver.held,
      0,
      'I11: the sender keeps something',
    );
  }

  private send(event: OutflowEvent): void {
    this.events += 1;
    ok(this.events < 100_000, 'I8: it goes in circles');
    this.driver.send(event);
    const { openedBytes, creditedBytes, window } = this.driver.snapshot.context;
    ok(openedBytes - creditedBytes <= window, 'I1: opened beyond the window');
  }

  private carryOut(command: OutflowCommand): void {
    switch (command.type) {
      case 'piece.load':
        this.loading.add(command.ordinal);
        ok(
          this.loading.size + this.memory.size <= this.options.input.readAhead,
          'read too far ahead',
        );
        return this.options.later(() => this.load(command.ordinal));
      case 'piece.release':
        this.memory.delete(command.ordinal);
        this.loading.delete(command.ordinal);
        return;
      case 'chunks.send':
        return this.sendChunks(command);
      case 'buffer.await':
        return this.awaitDrained(command.lane, command.low);
      case 'file.fail':
        return this.options.tell({ ...command, type: 'file.failed' });
      case 'outflow.finished': {
        const failed = new Set(command.failedFiles.map(({ file }) => file));
        return this.options.tell({
          type: 'sent',
          digest: toBase64Url(digestOf(this.options.source, failed)),
        });
      }
      default:
        return;
    }
  }

  private load(ordinal: number): void {
    if (!this.loading.delete(ordinal)) return;
    const { file, index, offset, length } = pieceAt(this.options.input.plan, ordinal);
    const failure = this.options.failures.get(file);
    if (failure?.index === index)
      return this.send({ type: 'read.failed', file, code: failure.code });
    const bytes = this.options.source[file] ?? new Uint8Array();
    this.memory.set(ordinal, bytes.subarray(offset, offset + length));
    this.send({ type: 'piece.read', ordinal });
  }

  private sendChunks(burst: Extract<OutflowCommand, { type: 'chunks.send' }>): void {
    const { lane, ordinal, from, to } = burst;
    const { plan, highWater, lowWater } = this.options.input;
    const channel = this.laneAt(lane);
    const { file, offset } = pieceAt(plan, ordinal);
    const bytes = this.memory.get(ordinal);
    ok(bytes !== undefined, 'a piece that is not in memory');
    for (let chunk = from; chunk < to; chunk++) {
      const start = chunk * CHUNK_BYTES;
      channel.send(encodeFrame(file, offset + start, bytes.subarray(start, start + CHUNK_BYTES)));
    }
    const mark = Math.max(highWater, lowWater) / this.options.lanes.length;
    ok(channel.bufferedAmount <= mark + CHUNK_BYTES + FRAME_HEADER_BYTES, 'the queue is too long');
    this.send({ type: 'chunks.sent', lane, buffered: channel.bufferedAmount });
  }

  private awaitDrained(lane: number, low: number): void {
    const channel = this.laneAt(lane);
    channel.bufferedAmountLowThreshold = low;
    this.waiting.add(lane);
    if (channel.bufferedAmount <= low) this.reportDrained(lane);
  }

  private laneAt(lane: number): VirtualChannel<Uint8Array> {
    const channel = this.options.lanes[lane];
    ok(channel !== undefined, 'a lane that was never opened');
    return channel;
  }
}
