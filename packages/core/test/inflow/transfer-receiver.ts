import { equal, ok } from 'node:assert/strict';
import {
  createAssembler,
  inflowMachine,
  type Assembler,
  type InflowCommand,
  type InflowEvent,
  type InflowInput,
} from '../../src/inflow/index.ts';
import { emptyPieces } from '../../src/pieces/piece-set.ts';
import { heldMessages } from '../../src/pieces/held-messages.ts';
import { bareParcel, piecesInParcel, type Parcel } from '../../src/pieces/parcels.ts';
import { pieceAt } from '../../src/pieces/plan.ts';
import type { ControlMessage } from '../../src/protocol/control-messages.ts';
import { createDriver, type Driver, type VirtualClock } from '../../src/testing/index.ts';
import { digestOf } from '../support/transfer-content.ts';
import type { TransferStore } from '../support/transfer-store.ts';

export interface TransferReceiverOptions {
  readonly clock: VirtualClock;
  readonly input: InflowInput;
  readonly store: TransferStore;
  readonly tell: (message: ControlMessage) => void;
  /** Runs a task after the disk's delay. */
  readonly later: (task: () => void) => void;
  readonly isFull: () => boolean;
  /** A piece didn't fit. */
  readonly stalled: () => void;
}

/** The receiver's adapters around one generation's machine and assembler: a disk, and memory whose use is checked. */
export class TransferReceiver {
  readonly driver: Driver<typeof inflowMachine>;
  events = 0;
  frames = 0;
  /** Bytes of pieces that were settled, whether written or not. */
  settledBytes = 0;
  private readonly options: TransferReceiverOptions;
  private readonly assembler: Assembler;
  /** Complete pieces, which are in memory until they are written, and those of them that are to be written. */
  private readonly assembled = new Map<number, Uint8Array>();
  private readonly wanted = new Set<number>();
  private isOpen = true;

  constructor(options: TransferReceiverOptions) {
    const { input, clock } = options;
    this.options = options;
    this.assembler = createAssembler({
      plan: input.plan,
      credit: input.window,
      held: input.held ?? emptyPieces,
      leftOut: input.leftOut ?? emptyPieces,
    });
    this.driver = createDriver(inflowMachine, input, {
      clock,
      onCommand: (command) => this.carryOut(command),
    });
  }

  /** R1: sends the pieces that it holds, then `accept`. */
  accept(): void {
    const { input, store, tell } = this.options;
    this.driver.start();
    const held = input.held ?? emptyPieces;
    for (const message of heldMessages(held, (ordinal) => store.leafAt(ordinal))) tell(message);
    tell({ type: 'accept', credit: input.window, entries: input.plan.files });
  }

  takeFrame(message: Uint8Array): void {
    this.frames += 1;
    const taken = this.assembler.push(message);
    if (taken.kind === 'piece') this.keep(taken, taken.bytes);
    if (taken.kind === 'discarded') this.settle(taken.ordinal);
    this.checkWindow();
    if (taken.kind === 'piece') {
      this.send({ type: 'piece.assembled', ...bareParcel(taken) });
      this.dropUnwanted(taken);
    }
    if (taken.kind === 'discarded') this.send({ type: 'piece.discarded', ordinal: taken.ordinal });
  }

  private ordinalsOf(parcel: Parcel): readonly number[] {
    return piecesInParcel(this.options.input.plan, parcel).map(({ ordinal }) => ordinal);
  }

  private keep(parcel: Parcel, bytes: Uint8Array): void {
    let at = 0;
    for (const { ordinal, length } of piecesInParcel(this.options.input.plan, parcel))
      this.assembled.set(ordinal, bytes.subarray(at, (at += length)));
    equal(at, bytes.length, 'F7: the bytes of its pieces');
  }

  // What the machine has not had stored at once is of files that failed.
  private dropUnwanted(parcel: Parcel): void {
    for (const ordinal of this.ordinalsOf(parcel)) {
      if (this.wanted.has(ordinal)) continue;
      this.settle(ordinal);
      this.assembled.delete(ordinal);
    }
  }

  hear(message: ControlMessage): void {
    switch (message.type) {
      case 'sent':
        return this.send({ type: 'sent.received', digest: message.digest });
      case 'again':
        return this.send({ type: 'again.received', ranges: message.ranges });
      case 'file.failed':
        return this.send({ ...message, type: 'file.failed.received' });
      case 'compared':
        return;
      case 'file.retried':
        return this.send({ type: 'file.retried.received', file: message.file });
      case 'taken':
        return this.send({ type: 'taken.received', ranges: message.ranges });
      default:
        throw new Error(`a receiver hears ${message.type}`);
    }
  }

  /** There may be room now. */
  retryStores(): void {
    this.send({ type: 'store.retried' });
  }

  /** The generation is over. The disk goes on with its pieces, but reports nothing. */
  stop(): void {
    this.send({ type: 'inflow.stopped' });
    this.release();
    this.checkReleased();
  }

  checkReleased(): void {
    equal(this.assembler.bufferedBytes + this.driver.held, 0, 'I11: the receiver keeps something');
  }

  private release(): void {
    this.isOpen = false;
    this.assembler.release();
  }

  private send(event: InflowEvent): void {
    this.events += 1;
    this.driver.send(event);
  }

  private carryOut(command: InflowCommand): void {
    const { store, tell } = this.options;
    switch (command.type) {
      case 'piece.store':
      case 'piece.store.again':
        for (const ordinal of this.ordinalsOf(command)) this.wanted.add(ordinal);
        return this.onDisk(() => this.store(bareParcel(command)));
      case 'pieces.forget':
        this.assembler.reopen(command.ranges);
        return this.onDisk(() => {
          store.forget(command.ranges);
          this.tellMachine({ type: 'pieces.forgotten', ranges: command.ranges });
        });
      case 'file.readmit':
        return this.assembler.readmitFile(command.file, command.ranges);
      case 'entries.admit':
        return this.assembler.admitEntries(command.ranges);
      case 'missing.send':
        return tell({ ...command, type: 'missing' });
      case 'inflow.stalled':
        return this.options.stalled();
      case 'file.discard':
        return this.assembler.discardFile(command.file);
      case 'credit.send':
        this.assembler.allow(command.upTo);
        return tell({ ...command, type: 'credit' });
      case 'digest.compute': {
        const failed = new Set(command.absent.map(({ file }) => file));
        return this.onDisk(() =>
          this.tellMachine({ type: 'digest.computed', digest: digestOf(store.disk, failed) }),
        );
      }
      case 'inflow.verified':
      case 'inflow.failed':
        return this.release();
      default:
        return;
    }
  }

  private onDisk(task: () => void): void {
    this.options.store.pending += 1;
    this.options.later(() => {
      this.options.store.pending -= 1;
      task();
    });
  }

  // Ignore what an older generation reports (I5).
  private tellMachine(event: InflowEvent): void {
    if (this.isOpen) this.send(event);
  }

  private store(parcel: Parcel): void {
    if (this.options.isFull())
      return this.tellMachine({ type: 'store.failed', ...parcel, code: 'disk.full' });
    for (const ordinal of this.ordinalsOf(parcel)) this.write(ordinal);
    this.tellMachine({ type: 'piece.stored', ...parcel });
  }

  private write(ordinal: number): void {
    const bytes = this.assembled.get(ordinal);
    ok(bytes !== undefined, 'a piece that is not in memory');
    const { failedFiles, plan } = this.driver.snapshot.context;
    const { file } = pieceAt(plan, ordinal);
    const isWanted = failedFiles.list.every((failed) => failed.file !== file);
    this.options.store.write(ordinal, bytes, isWanted);
    this.settle(ordinal);
    this.assembled.delete(ordinal);
    this.wanted.delete(ordinal);
  }

  private settle(ordinal: number): void {
    this.settledBytes += pieceAt(this.options.input.plan, ordinal).length;
  }

  private checkWindow(): void {
    let bytes = this.assembler.bufferedBytes;
    for (const { length } of this.assembled.values()) bytes += length;
    ok(bytes <= this.options.input.window, 'I1: more in memory than the window');
  }
}
