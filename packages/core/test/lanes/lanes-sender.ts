import { deepEqual, equal, ok } from 'node:assert/strict';
import { LANE_NUMBERS_MAX, LANES_MAX } from '../../src/constants.ts';
import type {
  senderLanesMachine,
  SenderLanesCommand,
  SenderLanesEvent,
} from '../../src/lanes/index.ts';
import type { NegotiationMessage } from '../../src/protocol/types.ts';
import { createDriver, createVirtualClock, type Driver } from '../../src/testing/index.ts';

export const ANSWER: NegotiationMessage = {
  type: 'description',
  generation: 1,
  round: 1,
  kind: 'answer',
  sdp: '',
};
export const OFFER: NegotiationMessage = { ...ANSWER, kind: 'offer' };

/** A path whose rate depends only on the number of lanes, and on which every lane opens at once. */
export interface Path {
  readonly rate: (lanes: number) => number;
  readonly opens?: boolean;
  readonly inFlight?: number;
  /** Milliseconds. */
  readonly roundTrip?: number | undefined;
  /** Milliseconds until a lane's queue has drained. */
  readonly drain?: number;
}

/** The sender's end over a path, on virtual time. */
export class Sender {
  readonly commands: SenderLanesCommand[] = [];
  readonly clock = createVirtualClock();
  readonly open = new Set<number>();
  readonly inUse = new Set<number>();
  readonly used = new Set<number>();
  since = 0;
  path: Path;
  readonly driver: Driver<typeof senderLanesMachine>;

  constructor(machine: typeof senderLanesMachine, path: Path, allowance?: number) {
    this.path = path;
    this.driver = createDriver(machine, undefined, {
      clock: this.clock,
      onCommand: (command) => this.carryOut(command),
    });
    this.driver.start();
    if (allowance !== undefined) this.driver.send({ type: 'allowance.changed', allowance });
  }

  send(event: SenderLanesEvent): void {
    this.driver.send(event);
    this.check();
  }

  /** Lets time pass, while the receiver goes on storing. */
  pass(milliseconds: number): void {
    const end = this.clock.now() + milliseconds;
    while (this.clock.now() < end) {
      this.clock.advance(Math.min(250, end - this.clock.now()));
      this.send({ type: 'progress.made' });
    }
  }

  get lanes(): number {
    return this.inUse.size + 1;
  }

  private check(): void {
    const { context } = this.driver.snapshot;
    ok(context.lanes.length + 1 <= LANES_MAX, 'W1: at most LANES_MAX');
    if (this.driver.snapshot.status === 'active')
      deepEqual(new Set(context.lanes.map(({ lane }) => lane)), this.open);
  }

  private carryOut(command: SenderLanesCommand): void {
    this.commands.push(command);
    switch (command.type) {
      case 'lane.open':
        ok(!this.used.has(command.lane), 'W1: no number is used twice');
        ok(command.lane <= LANE_NUMBERS_MAX, 'W2: no number above the last');
        this.used.add(command.lane);
        this.open.add(command.lane);
        ok(this.open.size < LANES_MAX);
        if (this.path.opens !== false)
          this.clock.setTimeout(() => this.send({ type: 'lane.opened', lane: command.lane }), 100);
        return;
      case 'lane.use':
        ok(this.open.has(command.lane) && !this.inUse.has(command.lane));
        this.inUse.add(command.lane);
        return;
      case 'lane.retire': {
        ok(this.inUse.delete(command.lane));
        const { lane } = command;
        const { drain = 100 } = this.path;
        if (drain < Infinity)
          this.clock.setTimeout(() => this.send({ type: 'lane.closed', lane }), drain);
        return;
      }
      case 'lane.shut':
        ok(this.open.delete(command.lane));
        this.inUse.delete(command.lane);
        return;
      case 'lane.lose':
      case 'lane.withdraw':
        ok(!this.open.has(command.lane), 'what is lost has been shut');
        return;
      case 'sample.start':
        this.since = this.clock.now();
        return;
      case 'sample.take': {
        const milliseconds = this.clock.now() - this.since;
        const bytes = (this.path.rate(this.lanes) * milliseconds) / 1000;
        this.driver.send({
          type: 'sample.taken',
          bytes,
          milliseconds,
          inFlight: this.path.inFlight ?? 1,
          roundTrip: this.path.roundTrip,
        });
        return;
      }
      case 'lane.receive':
        ok(this.open.has(command.lane));
        return;
      case 'lanes.failed':
        equal(this.open.size, 0);
    }
  }
}
