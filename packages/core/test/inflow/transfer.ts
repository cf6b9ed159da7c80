import { ok } from 'node:assert/strict';
import {
  insertFailedFile,
  isListed,
  withoutFile,
  type FailedFile,
} from '../../src/pieces/failed-files.ts';
import { withoutEntries, type EntrySet } from '../../src/pieces/choice.ts';
import { addPiece, emptyPieces, hasPiece, hasRange, rangesOf } from '../../src/pieces/piece-set.ts';
import { createPlan, type Plan } from '../../src/pieces/plan.ts';
import type { EntryRange, FailureCode } from '../../src/protocol/types.ts';
import {
  createRandom,
  createVirtualClock,
  createVirtualNetwork,
  type VirtualClock,
  type VirtualNetwork,
} from '../../src/testing/index.ts';
import { manifestOf } from '../support/manifest-of.ts';
import { contentOf } from '../support/transfer-content.ts';
import { TransferGeneration } from './transfer-generation.ts';
import type { Seen, TransferEnd, TransferOptions, TransferResult } from './transfer-options.ts';
import { TransferStore } from '../support/transfer-store.ts';

export * from './transfer-options.ts';

/** Milliseconds after which somebody checks whether there is room on the disk again. */
const LOOK_AGAIN = 150;

/**
 * Runs one bundle from a sender to a receiver, through as many connections as it takes. Both machines, the assembler
 * and the frames are real; the clock, the disks and the channels are virtual, over datagrams that get lost, arrive
 * twice and overtake each other. Overruns of the window, of the queues or of the sender's memory fail at once.
 */
export function runTransfer(options: TransferOptions): TransferResult {
  return new Transfer(options).run();
}

/** The state that outlives a connection: the source, the sink, and people's wishes. */
export class Transfer {
  readonly options: TransferOptions;
  readonly clock: VirtualClock = createVirtualClock();
  readonly network: VirtualNetwork;
  readonly plan: Plan;
  readonly files: number;
  readonly source: readonly Uint8Array[];
  readonly store: TransferStore;
  /** R5: known to the sender across generations. The receiver's list belongs to the generation. */
  failedFiles: readonly FailedFile[] = [];
  /** Entries that are left out in this generation, and those of them that are wanted. */
  leftOut: EntrySet;
  private taking: EntrySet = emptyPieces;
  /** The sender's cap, in bytes a second. */
  cap: number | undefined;
  readonly pauses = { sender: false, receiver: false, disk: false };
  readonly seen: Record<Seen, number> = {
    generations: 0,
    again: 0,
    retried: 0,
    skipped: 0,
    taken: 0,
    stalled: 0,
    paused: 0,
    capped: 0,
    lost: 0,
    lanes: 0,
    moved: 0,
    packed: 0,
    spoiled: 0,
  };
  events = 0;
  private readonly random;
  private readonly reads = new Map<number, number>();
  private retries: number;
  private generation: TransferGeneration | undefined;

  constructor(options: TransferOptions) {
    const { seed, sizes } = options;
    this.options = options;
    this.random = createRandom(seed);
    this.network = createVirtualNetwork(this.clock, this.random.fork());
    this.plan = createPlan(manifestOf(sizes));
    this.files = sizes.filter((size) => size !== 'folder').length;
    const lengths = sizes.map((size) => (size === 'folder' ? 0 : size));
    this.source = lengths.map((size, file) => contentOf(size, file, seed));
    this.store = new TransferStore(this.plan, lengths);
    this.retries = options.retries.count;
    const left = options.leftOut.filter((entry) => entry < sizes.length);
    this.leftOut = left.reduce(addPiece, emptyPieces);
  }

  run(): TransferResult {
    const { skips, takes, pauses, laneEnds, caps } = this.options;
    for (const { at, entry } of takes) this.at(at, () => this.take(entry));
    for (const { at, bytesPerSecond } of caps) this.at(at, () => this.capRate(bytesPerSecond));
    for (const { at, lane, how } of laneEnds)
      this.at(at, () => this.generation?.endLane(lane, how));
    for (const { at, by, file } of skips) this.at(at, () => this.skip(by, file));
    for (const { at, lasts, by } of pauses) {
      this.at(at, () => this.pause(by, true));
      this.at(at + lasts, () => this.pause(by, false));
    }
    this.connect();
    this.clock.runToIdle();
    return this.result();
  }

  /** Runs a task after a disk's delay. */
  later(task: () => void): void {
    this.at(this.random.between(0, this.options.diskDelay), task);
  }

  isFull(): boolean {
    const { at, lasts } = this.options.fullDisk;
    return this.clock.now() >= at && this.clock.now() < at + lasts;
  }

  /** The reason why a piece can't be read this time, if it can't. */
  failureOf(file: number, index: number): FailureCode | undefined {
    const failure = this.options.failures.get(file);
    if (failure?.index !== index) return undefined;
    const reads = this.reads.get(file) ?? 0;
    this.reads.set(file, reads + 1);
    const isFailing = reads >= failure.after && reads < failure.after + failure.times;
    return isFailing ? failure.code : undefined;
  }

  fileFailed(file: number): void {
    if (this.retries === 0) return;
    this.retries -= 1;
    const by = this.retries % 2 === 0 ? 'sender' : 'receiver';
    this.at(this.options.retries.after, () => this.retry(by, file));
  }

  stalled(): void {
    this.seen.stalled += 1;
    if (!this.pauses.disk) this.at(LOOK_AGAIN, () => this.pause('receiver', false));
    this.pauses.disk = true;
    this.generation?.say({ type: 'pause', reason: 'disk.full' });
  }

  /** The connection is lost, with everything in flight, unless the transfer is over. */
  cut(generation: TransferGeneration): void {
    if (generation !== this.generation || generation.isOver) return;
    generation.close();
    this.failedFiles = generation.failedFiles ?? this.failedFiles;
    this.generation = undefined;
    this.at(1, () => this.reconnect(generation));
  }

  // R2: the sink's pieces are known once everything that was given to it has been settled.
  private reconnect(last: TransferGeneration): void {
    if (this.store.pending > 0) return this.at(5, () => this.reconnect(last));
    const { openedBytes, settledBytes } = last;
    ok(openedBytes - settledBytes <= this.options.window, 'more was lost than can be in flight');
    this.seen.lost += openedBytes - settledBytes;
    this.connect();
  }

  private connect(): void {
    const { alterations, cuts } = this.options;
    const number = this.seen.generations;
    this.leftOut = withoutEntries(this.leftOut, rangesOf(this.taking));
    for (const pick of alterations[number] ?? []) this.store.alter(pick);
    this.seen.generations += 1;
    const generation = new TransferGeneration(this, cuts[number]);
    this.generation = generation;
    generation.begin();
  }

  // E5: asked for now, or by the next generation.
  private take(entry: number): void {
    if (!hasPiece(this.leftOut, entry)) return;
    this.taking = addPiece(this.taking, entry);
    this.generation?.say({ type: 'take', ranges: [{ first: entry, end: entry + 1 }] });
  }

  taken(ranges: readonly EntryRange[]): void {
    for (const range of ranges)
      ok(hasRange(this.taking, range) && hasRange(this.leftOut, range), 'E5: nobody wants that');
    this.seen.taken += 1;
    this.leftOut = withoutEntries(this.leftOut, ranges);
  }

  private skip(by: 'sender' | 'receiver', file: number): void {
    if (file >= this.plan.files || this.options.sizes[file] === 'folder') return;
    if (hasPiece(this.leftOut, file)) return;
    this.seen.skipped += 1;
    if (by === 'receiver') this.generation?.say({ type: 'file.skip', file });
    else if (this.generation?.sender !== undefined)
      this.generation.sender.hear({ type: 'file.skip', file });
    else if (!isListed(this.failedFiles, file))
      this.failedFiles = insertFailedFile(this.failedFiles, { file, code: 'skipped' });
  }

  private retry(by: 'sender' | 'receiver', file: number): void {
    if (by === 'receiver') this.generation?.say({ type: 'file.retry', file });
    else if (this.generation?.sender !== undefined)
      this.generation.sender.hear({ type: 'file.retry', file });
    else this.failedFiles = withoutFile(this.failedFiles, file);
  }

  private pause(by: 'sender' | 'receiver', isPaused: boolean): void {
    this.seen.paused += 1;
    this.pauses[by] = isPaused;
    if (by === 'sender') return this.generation?.applyPauses();
    if (isPaused) return this.generation?.say({ type: 'pause', reason: 'person' });
    // A person who resumes has also made room.
    this.pauses.disk = false;
    this.generation?.say({ type: 'resume' });
    this.generation?.receiver.retryStores();
  }

  private capRate(bytesPerSecond: number | undefined): void {
    this.cap = bytesPerSecond;
    this.generation?.sender?.capRate(bytesPerSecond);
  }

  private at(delay: number, task: () => void): void {
    this.clock.setTimeout(task, delay);
  }

  private result(): TransferResult {
    const { generation } = this;
    ok(generation?.sender !== undefined, 'I8: no connection at the end');
    generation.sender.checkReleased();
    generation.receiver.checkReleased();
    const inflow = endOf(generation.receiver.driver.snapshot);
    return {
      outflow: endOf(generation.sender.driver.snapshot),
      inflow,
      files: this.options.sizes.map((size, file) =>
        size === 'folder' || isListed(inflow.failedFiles, file) || hasPiece(this.leftOut, file)
          ? undefined
          : this.store.disk[file],
      ),
      source: this.source,
      events: this.events + generation.events,
      pieces: this.plan.pieces,
      seen: this.seen,
    };
  }
}

function endOf(
  snapshot:
    | TransferGeneration['receiver']['driver']['snapshot']
    | NonNullable<TransferGeneration['sender']>['driver']['snapshot'],
): TransferEnd {
  const { failure, failedFiles, leftOut } = snapshot.context;
  return { value: snapshot.value, failure, failedFiles: failedFiles.list, leftOut };
}
