import {
  BUFFER_HIGH_BYTES,
  BUFFER_LOW_BYTES,
  CHUNK_BYTES,
  FRAME_HEADER_BYTES,
} from '../../src/constants.ts';
import type { OutflowCommand, OutflowEvent, outflowMachine } from '../../src/outflow/index.ts';
import { portionOf } from '../../src/outflow/pacer.ts';
import { createPlan, pieceAt, type Plan } from '../../src/pieces/plan.ts';
import {
  createDriver,
  createVirtualClock,
  type Driver,
  type TimerId,
} from '../../src/testing/index.ts';
import { manifestOf } from '../support/manifest-of.ts';

export interface PacedOptions {
  readonly sizes: readonly number[];
  readonly bytesPerSecond: number;
  /** Bytes that leave each lane in a millisecond. */
  readonly linkRate: number;
  /** Milliseconds by which timers are late. */
  readonly lateness: number;
  readonly changes: readonly { readonly at: number; readonly event: OutflowEvent }[];
}

interface Lane {
  queued: number;
  /** The time at which the queue will be empty. */
  empty: number;
  timer: TimerId | undefined;
}

/**
 * A sender with a cap on virtual time: lanes that drain at a rate, and a receiver that credits bytes that have left
 * them.
 */
export class PacedSender {
  readonly clock = createVirtualClock();
  readonly given: { readonly at: number; readonly bytes: number }[] = [];
  private readonly plan: Plan;
  private readonly options: PacedOptions;
  private readonly driver: Driver<typeof outflowMachine>;
  private readonly lanes = new Map<number, Lane>();
  private readonly rates: { readonly at: number; readonly bytesPerSecond: number | undefined }[];
  private credited = 0;
  private timer: TimerId | undefined;

  constructor(machine: typeof outflowMachine, options: PacedOptions) {
    const { sizes, bytesPerSecond } = options;
    this.options = options;
    this.plan = createPlan(manifestOf(sizes));
    this.rates = [{ at: 0, bytesPerSecond }];
    this.driver = createDriver(
      machine,
      {
        plan: this.plan,
        files: sizes.length,
        highWater: BUFFER_HIGH_BYTES,
        lowWater: BUFFER_LOW_BYTES,
        readAhead: 4,
        bytesPerSecond,
      },
      { clock: this.clock, onCommand: (command) => this.carryOut(command) },
    );
  }

  get state(): unknown {
    return this.driver.snapshot.value;
  }

  /**
   * Bytes above what the time allows, in any span: a portion that was kept, the last grant, and the next one, possibly
   * late; and a millisecond each for rounding.
   */
  get slack(): number {
    const fastest = Math.max(...this.rates.map(({ bytesPerSecond = 0 }) => bytesPerSecond));
    const portion = portionOf(fastest);
    const grown = Math.max(portion, (fastest * this.options.lateness) / 1000) + fastest / 1000;
    return portion + 2 * grown + 1;
  }

  /** Bytes that the caps allow between two times. */
  allowedBetween(from: number, to: number): number {
    return this.rates.reduce((sum, { at, bytesPerSecond = Infinity }, index) => {
      const end = Math.min(to, this.rates[index + 1]?.at ?? to);
      const lasts = Math.max(0, end - Math.max(from, at));
      return lasts === 0 ? sum : sum + (bytesPerSecond * lasts) / 1000;
    }, 0);
  }

  run(limit = Infinity): void {
    this.driver.start();
    this.driver.send({ type: 'outflow.started', credit: 8 * 1024 * 1024 });
    for (const { at, event } of this.options.changes)
      this.clock.setTimeout(() => this.change(event), at);
    // A pause ends at last.
    this.clock.setTimeout(() => this.driver.send({ type: 'outflow.resumed' }), 60_001);
    if (limit === Infinity) this.clock.runToIdle(100_000);
    else this.clock.advance(limit);
  }

  private change(event: OutflowEvent): void {
    if (event.type === 'rate.changed')
      this.rates.push({ at: this.clock.now(), bytesPerSecond: event.bytesPerSecond });
    this.driver.send(event);
  }

  private laneAt(lane: number): Lane {
    const known = this.lanes.get(lane) ?? { queued: 0, empty: 0, timer: undefined };
    this.lanes.set(lane, known);
    return known;
  }

  private queuedAt(lane: number): number {
    const left = this.laneAt(lane).empty - this.clock.now();
    return Math.max(0, Math.floor(left * this.options.linkRate));
  }

  private carryOut(command: OutflowCommand): void {
    const { clock, driver } = this;
    switch (command.type) {
      case 'piece.load':
        return void clock.setTimeout(
          () => driver.send({ type: 'piece.read', ordinal: command.ordinal }),
          2,
        );
      case 'chunks.send':
        return this.give(command);
      case 'buffer.await': {
        const wait = Math.ceil((this.queuedAt(command.lane) - command.low) / this.options.linkRate);
        const { lane } = command;
        clock.setTimeout(
          () => driver.send({ type: 'buffer.drained', lane, buffered: this.queuedAt(lane) }),
          wait,
        );
        return;
      }
      case 'allowance.await': {
        const since = clock.now();
        clock.clearTimeout(this.timer);
        this.timer = clock.setTimeout(
          () => driver.send({ type: 'allowance.grown', milliseconds: clock.now() - since }),
          Math.max(command.milliseconds, this.options.lateness),
        );
        return;
      }
      case 'lane.close': {
        // All of its chunks have arrived.
        const { lane, given } = driver.snapshot.context.lanes.find(
          (one) => one.lane === command.lane,
        ) ?? { lane: command.lane, given: command.chunks };
        clock.setTimeout(() => driver.send({ type: 'lane.closed', lane, chunks: given }), 1);
        return;
      }
      default:
        return;
    }
  }

  private give({
    lane,
    ordinal,
    from,
    to,
  }: Extract<OutflowCommand, { type: 'chunks.send' }>): void {
    const { clock, driver } = this;
    const { length } = pieceAt(this.plan, ordinal);
    const bytes = Math.min(length, to * CHUNK_BYTES) - from * CHUNK_BYTES;
    const sent = bytes + (to - from) * FRAME_HEADER_BYTES;
    this.given.push({ at: clock.now(), bytes: sent });
    const channel = this.laneAt(lane);
    channel.empty = Math.max(channel.empty, clock.now()) + sent / this.options.linkRate;
    if (to * CHUNK_BYTES >= length)
      clock.setTimeout(() => this.credit(length), channel.empty - clock.now() + 5);
    driver.send({ type: 'chunks.sent', lane, buffered: this.queuedAt(lane) });
  }

  private credit(bytes: number): void {
    this.credited += bytes;
    const settled = this.credited;
    this.driver.send({ type: 'credit.received', upTo: 8 * 1024 * 1024 + settled, settled });
  }
}
