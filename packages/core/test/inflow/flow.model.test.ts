import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { CHUNK_BYTES, PIECE_BYTES } from '../../src/constants.ts';
import { inflowMachine, type InflowEvent } from '../../src/inflow/index.ts';
import { outflowMachine, type OutflowEvent } from '../../src/outflow/index.ts';
import { createPlan } from '../../src/pieces/plan.ts';
import { manifestOf } from '../support/manifest-of.ts';
import { createDriver, createVirtualClock } from '../../src/testing/index.ts';

const LENGTHS = [5, PIECE_BYTES, 7, CHUNK_BYTES, PIECE_BYTES, 1, 9, CHUNK_BYTES];
const PLAN = createPlan(manifestOf(LENGTHS));
const WINDOW = PIECE_BYTES + 12;
const FILES = LENGTHS.length;

// ── the sender: a channel that takes everything at once, so that only reads and credit decide ───────

interface SenderModel {
  read: ReadonlySet<number>;
  credited: number;
}

// All of K1: the longest run of pieces that have been read and fit the credit.
function openedBy({ read, credited }: SenderModel): {
  readonly pieces: number;
  readonly bytes: number;
} {
  let [pieces, bytes] = [0, 0];
  for (const length of LENGTHS) {
    if (!read.has(pieces) || bytes + length > WINDOW + credited) break;
    pieces += 1;
    bytes += length;
  }
  return { pieces, bytes };
}

class RealSender {
  readonly sent: number[] = [];
  private readonly driver;

  constructor() {
    this.driver = createDriver(
      outflowMachine,
      { plan: PLAN, files: FILES, highWater: 0, lowWater: 0, readAhead: FILES },
      {
        clock: createVirtualClock(),
        onCommand: (command) => {
          if (command.type !== 'chunks.send') return;
          if (command.from === 0) this.sent.push(command.ordinal);
          this.driver.send({ type: 'chunks.sent', lane: command.lane, buffered: 0 });
        },
      },
    );
    this.driver.start();
    this.driver.send({ type: 'outflow.started', credit: WINDOW });
  }

  send(event: OutflowEvent): void {
    this.driver.send(event);
  }

  check(model: SenderModel): void {
    const { pieces, bytes } = openedBy(model);
    deepEqual(this.sent, [...Array(pieces).keys()]);
    equal(this.driver.snapshot.context.openedBytes, bytes);
    equal(this.driver.snapshot.context.sentBytes, bytes);
    equal(this.driver.snapshot.value === 'finished', pieces === FILES && model.credited === bytes);
  }
}

class ReadPieceCommand implements fc.Command<SenderModel, RealSender> {
  private readonly ordinal: number;
  constructor(ordinal: number) {
    this.ordinal = ordinal;
  }
  check = (): boolean => true;
  run(model: SenderModel, real: RealSender): void {
    // Every queue is empty, so everything that the credit allows has been sent; the rest is in memory.
    model.read = new Set([...model.read, this.ordinal]);
    real.send({ type: 'piece.read', ordinal: this.ordinal });
    real.check(model);
  }
  toString = (): string => `read(${this.ordinal})`;
}

class CreditCommand implements fc.Command<SenderModel, RealSender> {
  private readonly share: number;
  constructor(share: number) {
    this.share = share;
  }
  check = (): boolean => true;
  run(model: SenderModel, real: RealSender): void {
    const credited = Math.floor(openedBy(model).bytes * this.share);
    // Credit changes which pieces are open, so this is computed before.
    model.credited = Math.max(model.credited, credited);
    real.send({ type: 'credit.received', upTo: WINDOW + credited, settled: credited });
    real.check(model);
  }
  toString = (): string => `credit(${this.share})`;
}

// ── the receiver ────────────────────────────────────────────────────────────────────────────────────

interface ReceiverModel {
  readonly storing: Set<number>;
  readonly settled: Set<number>;
  readonly failed: Set<number>;
}

// All of K2 and K5: pieces that have been written, or have come and are not kept.
function creditBy({ settled }: ReceiverModel): number {
  return [...settled].reduce((sum, ordinal) => sum + (LENGTHS[ordinal] ?? 0), WINDOW);
}

class RealReceiver {
  credit = WINDOW;
  readonly stores: number[] = [];
  private readonly driver;

  constructor() {
    this.driver = createDriver(
      inflowMachine,
      { plan: PLAN, files: FILES + 1, window: WINDOW, batch: 1 },
      {
        clock: createVirtualClock(),
        onCommand: (command) => {
          if (command.type === 'credit.send') this.credit = command.upTo;
          if (command.type === 'piece.store') this.stores.push(command.ordinal);
        },
      },
    );
    this.driver.start();
  }

  send(event: InflowEvent, model: ReceiverModel): void {
    this.driver.send(event);
    const { storing, missing } = this.driver.snapshot.context;
    equal(this.credit, creditBy(model));
    equal(new Set(this.stores).size, this.stores.length);
    equal(storing, model.storing.size);
    equal(
      missing,
      [...LENGTHS.keys()].filter((file) => !model.settled.has(file) && !model.failed.has(file))
        .length,
    );
  }
}

class AssembleCommand implements fc.Command<ReceiverModel, RealReceiver> {
  private readonly ordinal: number;
  constructor(ordinal: number) {
    this.ordinal = ordinal;
  }
  check = (): boolean => true;
  run(model: ReceiverModel, real: RealReceiver): void {
    const isOver = model.storing.has(this.ordinal) || model.settled.has(this.ordinal);
    if (!isOver) (model.failed.has(this.ordinal) ? model.settled : model.storing).add(this.ordinal);
    real.send({ type: 'piece.assembled', ordinal: this.ordinal }, model);
  }
  toString = (): string => `assemble(${this.ordinal})`;
}

class StoreCommand implements fc.Command<ReceiverModel, RealReceiver> {
  private readonly ordinal: number;
  constructor(ordinal: number) {
    this.ordinal = ordinal;
  }
  check = (): boolean => true;
  run(model: ReceiverModel, real: RealReceiver): void {
    if (model.storing.delete(this.ordinal)) model.settled.add(this.ordinal);
    real.send({ type: 'piece.stored', ordinal: this.ordinal }, model);
  }
  toString = (): string => `store(${this.ordinal})`;
}

class FailFileCommand implements fc.Command<ReceiverModel, RealReceiver> {
  private readonly file: number;
  constructor(file: number) {
    this.file = file;
  }
  check = (): boolean => true;
  run(model: ReceiverModel, real: RealReceiver): void {
    model.failed.add(this.file);
    real.send({ type: 'file.failed.received', file: this.file, code: 'source.changed' }, model);
  }
  toString = (): string => `fail(${this.file})`;
}

const ordinals = fc.nat({ max: FILES - 1 });

describe('the machines of flow control behave like their models', () => {
  it('K1 K2 X1: the sender opens the longest run of pieces that are read and fit', () => {
    const commands = [
      ordinals.map((ordinal) => new ReadPieceCommand(ordinal)),
      ordinals.map((ordinal) => new ReadPieceCommand(ordinal)),
      fc.constantFrom(0, 0.5, 1).map((share) => new CreditCommand(share)),
    ];
    fc.assert(
      fc.property(fc.commands(commands, { maxCommands: 40 }), (course) => {
        fc.modelRun(
          () => ({ model: { read: new Set<number>(), credited: 0 }, real: new RealSender() }),
          course,
        );
      }),
      { numRuns: 200 },
    );
  });

  it('I3 K2 K4 K5: the receiver stores each piece once and credits what is settled', () => {
    const commands = [
      ordinals.map((ordinal) => new AssembleCommand(ordinal)),
      ordinals.map((ordinal) => new StoreCommand(ordinal)),
      ordinals.map((file) => new FailFileCommand(file)),
    ];
    const empty = (): ReceiverModel => ({
      storing: new Set(),
      settled: new Set(),
      failed: new Set(),
    });
    fc.assert(
      fc.property(fc.commands(commands, { maxCommands: 60 }), (course) => {
        fc.modelRun(() => ({ model: empty(), real: new RealReceiver() }), course);
      }),
      { numRuns: 300 },
    );
  });
});
