import { LEAF_BYTES } from '../../src/constants.ts';
import type { FailedFile } from '../../src/pieces/failed-files.ts';
import { addPiece, emptyPieces } from '../../src/pieces/piece-set.ts';
import {
  encodeControlMessage,
  parseControlMessage,
  type ControlMessage,
} from '../../src/protocol/control-messages.ts';
import { chunksInFrame } from '../../src/protocol/frames.ts';
import { openLossyChannel, type VirtualChannel } from '../../src/testing/index.ts';
import type { Cut } from './transfer-options.ts';
import { TransferReceiver } from './transfer-receiver.ts';
import { TransferSender } from './transfer-sender.ts';
import type { Transfer } from './transfer.ts';

/** One connection of a transfer: its channels, and the flow control of both ends on them. */
export class TransferGeneration {
  readonly receiver: TransferReceiver;
  sender: TransferSender | undefined;
  private readonly transfer: Transfer;
  private readonly cut: Cut | undefined;
  private readonly toReceiver: VirtualChannel<string>;
  private readonly toSender: VirtualChannel<string>;
  private readonly lanes: readonly VirtualChannel<Uint8Array>[];
  private readonly leaves = new Map<number, Uint8Array>();
  /** The receiver's pauses, as reported to the sender. */
  private readonly heard = new Set<string>();
  /** Chunks that have come from each lane, and the number to wait for. */
  private readonly chunks = new Map<number, number>();
  private readonly awaited = new Map<number, number>();
  /** Lanes from which the receiver takes nothing more. */
  private readonly gone = new Set<number>();
  private isAccepted = false;
  private isOpen = true;

  constructor(transfer: Transfer, cut: Cut | undefined) {
    const { clock, network, options, plan, files, store } = transfer;
    this.transfer = transfer;
    this.cut = cut;
    this.toReceiver = openLossyChannel<string>(clock, network, options.control, {
      onMessage: (text) => this.hearSender(parseControlMessage(text)),
    });
    this.toSender = openLossyChannel<string>(clock, network, options.control, {
      onMessage: (text) => this.hearReceiver(parseControlMessage(text)),
    });
    this.lanes = options.lanes.map((path, lane) =>
      openLossyChannel<Uint8Array>(clock, network, path, {
        onMessage: (message) => this.takeFrame(lane, message),
        onBufferedAmountLow: () => this.sender?.reportDrained(lane),
      }),
    );
    const { window, batch } = options;
    this.receiver = new TransferReceiver({
      clock,
      input: { plan, files, window, batch, held: store.list(), leftOut: transfer.leftOut },
      store,
      tell: (message) => this.sayToSender(message),
      later: (task) => transfer.later(task),
      isFull: () => transfer.isFull(),
      stalled: () => transfer.stalled(),
    });
  }

  get isOver(): boolean {
    const { value } = this.receiver.driver.snapshot;
    return (
      value === 'verified' || value === 'failed' || this.sender?.driver.snapshot.value === 'failed'
    );
  }

  get events(): number {
    return this.receiver.events + (this.sender?.events ?? 0);
  }

  get openedBytes(): number {
    return this.sender?.driver.snapshot.context.openedBytes ?? 0;
  }

  get settledBytes(): number {
    return this.receiver.settledBytes;
  }

  get failedFiles(): readonly FailedFile[] | undefined {
    return this.sender?.driver.snapshot.context.failedFiles.list;
  }

  begin(): void {
    const { transfer, cut } = this;
    this.receiver.accept();
    this.isAccepted = true;
    if (transfer.pauses.receiver) this.say({ type: 'pause', reason: 'person' });
    if (transfer.pauses.disk) this.say({ type: 'pause', reason: 'disk.full' });
    if (cut !== undefined && 'after' in cut)
      transfer.clock.setTimeout(() => transfer.cut(this), cut.after);
  }

  /** Sends a message of the receiver's person. */
  say(message: ControlMessage): void {
    if (this.isAccepted && !this.isOver) this.sayToSender(message);
  }

  applyPauses(): void {
    this.sender?.pause(this.heard.size > 0 || this.transfer.pauses.sender);
  }

  /** Loses everything that has not arrived. */
  close(): void {
    this.isOpen = false;
    for (const channel of [this.toReceiver, this.toSender, ...this.lanes]) channel.close();
    this.sender?.stop();
    this.receiver.stop();
    this.transfer.events += this.events;
  }

  endLane(lane: number, how: 'retired' | 'lost' | 'broken'): void {
    if (!this.isOpen || this.sender === undefined || lane >= this.lanes.length) return;
    this.transfer.seen.lanes += 1;
    if (how === 'retired') return this.sender.endLane({ type: 'lane.retired', lane });
    // Everything in flight is lost, whichever end finds out.
    this.lanes[lane]?.close();
    if (how === 'lost') this.sender.endLane({ type: 'lane.lost', lane });
    else {
      this.sender.breakLane(lane);
      this.leave(lane);
    }
  }

  private leave(lane: number): void {
    if (this.gone.has(lane)) return;
    this.gone.add(lane);
    this.sayToSender({ type: 'lane.closed', lane, chunks: this.chunks.get(lane) ?? 0 });
  }

  private leaveIfDone(lane: number): void {
    const awaited = this.awaited.get(lane);
    if (awaited !== undefined && (this.chunks.get(lane) ?? 0) >= awaited) this.leave(lane);
  }

  private takeFrame(lane: number, message: Uint8Array): void {
    const { cut, transfer, receiver } = this;
    if (this.gone.has(lane)) return;
    this.chunks.set(lane, (this.chunks.get(lane) ?? 0) + chunksInFrame(message));
    receiver.takeFrame(message);
    if (cut !== undefined && 'frames' in cut && receiver.frames === cut.frames)
      transfer.clock.setTimeout(() => transfer.cut(this), 0);
    this.leaveIfDone(lane);
  }

  private sayToSender(message: ControlMessage): void {
    if (this.isOpen) this.toSender.send(encodeControlMessage(message));
  }

  private hearSender(message: ControlMessage): void {
    if (message.type === 'again') this.transfer.seen.again += 1;
    if (message.type === 'file.retried') this.transfer.seen.retried += 1;
    if (message.type === 'taken') this.transfer.taken(message.ranges);
    if (message.type === 'lane.close') {
      this.awaited.set(message.lane, message.chunks);
      return this.leaveIfDone(message.lane);
    }
    this.receiver.hear(message);
  }

  private hearReceiver(message: ControlMessage): void {
    switch (message.type) {
      case 'held':
        for (let at = 0; at < message.leaves.length; at += LEAF_BYTES)
          this.leaves.set(
            message.first + at / LEAF_BYTES,
            message.leaves.subarray(at, at + LEAF_BYTES),
          );
        return;
      case 'accept':
        this.sender = this.openSender();
        this.sender.hear(message);
        return this.applyPauses();
      case 'pause':
        this.heard.add(message.reason);
        return this.applyPauses();
      case 'resume':
        this.heard.clear();
        return this.applyPauses();
      default:
        return this.sender?.hear(message);
    }
  }

  private openSender(): TransferSender {
    const { transfer, lanes, leaves } = this;
    const { clock, options, plan, files, source, failedFiles } = transfer;
    const { highWater, lowWater, readAhead, packBytes } = options;
    return new TransferSender({
      clock,
      input: {
        plan,
        files,
        highWater,
        lowWater,
        readAhead,
        ...(packBytes !== undefined && { packBytes }),
        lanes: [...lanes.keys()],
        held: [...leaves.keys()].reduce(addPiece, emptyPieces),
        failedFiles,
        leftOut: transfer.leftOut,
        bytesPerSecond: transfer.cap,
      },
      source,
      leaves,
      lanes,
      tell: (message) => {
        if (this.isOpen) this.toReceiver.send(encodeControlMessage(message));
      },
      later: (task) => transfer.later(task),
      failureOf: (file, index) => transfer.failureOf(file, index),
      fileFailed: (file) => transfer.fileFailed(file),
      timed: () => {
        transfer.seen.capped += 1;
      },
      moved: () => {
        transfer.seen.moved += 1;
      },
      packed: () => {
        transfer.seen.packed += 1;
      },
      spoiled: () => {
        transfer.seen.spoiled += 1;
        transfer.clock.setTimeout(() => transfer.cut(this), 0);
      },
    });
  }
}
