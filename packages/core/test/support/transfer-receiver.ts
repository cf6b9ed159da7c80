import { equal, ok } from 'node:assert/strict';
import {
  createAssembler,
  inflowMachine,
  type Assembler,
  type InflowCommand,
  type InflowEvent,
  type InflowInput,
} from '../../src/inflow/index.ts';
import { pieceAt } from '../../src/protocol/plan.ts';
import type { ControlMessage } from '../../src/protocol/types.ts';
import { createDriver, type Driver, type VirtualClock } from '../../src/testing/index.ts';
import { digestOf } from './transfer-content.ts';

export interface TransferReceiverOptions {
  readonly clock: VirtualClock;
  readonly input: InflowInput;
  /** Bytes of each entry. */
  readonly sizes: readonly number[];
  tell(message: ControlMessage): void;
  /** Runs a task when the disk has got to it. */
  later(task: () => void): void;
}

/** The receiver's adapters around the real machine and assembler: a disk, and memory that is watched. */
export class TransferReceiver {
  readonly driver: Driver<typeof inflowMachine>;
  readonly disk: readonly Uint8Array[];
  readonly failed = new Set<number>();
  events = 0;
  private readonly options: TransferReceiverOptions;
  private readonly assembler: Assembler;
  private readonly assembled = new Map<number, Uint8Array>();
  private readonly stored = new Set<number>();

  constructor(options: TransferReceiverOptions) {
    this.options = options;
    this.disk = options.sizes.map((size) => new Uint8Array(size));
    this.assembler = createAssembler({ plan: options.input.plan, credit: options.input.window });
    this.driver = createDriver(inflowMachine, options.input, {
      clock: options.clock,
      onCommand: (command) => this.carryOut(command),
    });
  }

  takeFrame(message: Uint8Array): void {
    const taken = this.assembler.push(message);
    if (taken.kind === 'piece') this.assembled.set(taken.ordinal, taken.bytes);
    this.checkWindow();
    if (taken.kind === 'piece') this.send({ type: 'piece.assembled', ordinal: taken.ordinal });
    if (taken.kind === 'discarded') this.send({ type: 'piece.discarded', ordinal: taken.ordinal });
  }

  hear(message: ControlMessage): void {
    if (message.type === 'sent') this.send({ type: 'sent.received', digest: message.digest });
    if (message.type === 'file.failed') {
      this.send({ type: 'file.failed.received', file: message.file, code: message.code });
    }
  }

  checkReleased(): void {
    equal(this.assembler.bufferedBytes + this.driver.held, 0, 'I11: the receiver keeps something');
  }

  private send(event: InflowEvent): void {
    this.events += 1;
    this.driver.send(event);
  }

  private carryOut(command: InflowCommand): void {
    switch (command.type) {
      case 'piece.store':
        return this.options.later(() => this.store(command.ordinal));
      case 'piece.discard':
        this.assembled.delete(command.ordinal);
        return;
      case 'file.discard':
        this.failed.add(command.file);
        return this.assembler.discardFile(command.file);
      case 'credit.send':
        this.assembler.allow(command.upTo);
        return this.options.tell({ type: 'credit', upTo: command.upTo });
      case 'digest.compute': {
        const failed = new Set(command.failedFiles.map(({ file }) => file));
        return this.options.later(() =>
          this.send({ type: 'digest.computed', digest: digestOf(this.disk, failed) }),
        );
      }
      case 'inflow.verified':
      case 'inflow.failed':
        return this.assembler.release();
      default:
        return;
    }
  }

  private store(ordinal: number): void {
    const { file, offset } = pieceAt(this.options.input.plan, ordinal);
    const bytes = this.assembled.get(ordinal);
    ok(bytes !== undefined && !this.stored.has(ordinal), 'I3: a piece commits once');
    this.stored.add(ordinal);
    this.disk[file]?.set(bytes, offset);
    this.assembled.delete(ordinal);
    this.send({ type: 'piece.stored', ordinal });
  }

  private checkWindow(): void {
    let bytes = this.assembler.bufferedBytes;
    for (const { length } of this.assembled.values()) bytes += length;
    ok(bytes <= this.options.input.window, 'I1: more in memory than the window');
  }
}
