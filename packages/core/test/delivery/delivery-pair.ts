import type { receiverDeliveryMachine, senderDeliveryMachine } from '../../src/delivery/index.ts';
import { createPlan, type Plan } from '../../src/pieces/plan.ts';
import type { ControlMessage } from '../../src/protocol/control-messages.ts';
import type { Manifest } from '../../src/protocol/types.ts';
import type { Role, Routed, Source } from '../../src/routing/types.ts';
import { manifestOf } from '../support/manifest-of.ts';
import { routeAt } from '../support/route-at.ts';
import { PairReceiver } from './pair-receiver.ts';
import { PairSender } from './pair-sender.ts';
import { contentOf } from '../support/transfer-content.ts';

/** The host of one end of the pair. */
export interface PairHost {
  readonly manifest: Manifest;
  readonly plan: Plan;
  readonly files: number;
  readonly source: readonly Uint8Array[];
  /** Files whose next read fails. */
  readonly unreadable: Set<number>;
  readonly isFull: boolean;
  later(task: () => void): void;
  dispatch(role: Role, source: Source): void;
  deliver(role: Role, routed: Routed): void;
  say(role: Role, message: ControlMessage): void;
  bulk(frame: Uint8Array): void;
}

/** Each file is one piece of one chunk. */
const SIZES = [5, 1, 4, 'folder', 3] as const;
const WINDOW = 9;

/**
 * Both deliveries with their flows, joined by `route`: control messages in order, bulk separately, and a connection
 * that is made and lost. The platform's work waits until the test runs it.
 */
export class DeliveryPair implements PairHost {
  readonly manifest = manifestOf(SIZES);
  readonly plan = createPlan(this.manifest);
  readonly files = SIZES.length - 1;
  readonly source = SIZES.map((size, file) => contentOf(size === 'folder' ? 0 : size, file, 3));
  readonly unreadable = new Set<number>();
  readonly sender: PairSender;
  readonly receiver: PairReceiver;
  readonly control: Record<Role, ControlMessage[]> = { sender: [], receiver: [] };
  readonly frames: Uint8Array[] = [];
  readonly tasks: (() => void)[] = [];
  isFull = false;
  isConnected = false;
  /** Which ends consider themselves connected. */
  readonly believes: Record<Role, boolean> = { sender: false, receiver: false };
  private readonly events: (readonly [Role, Routed])[] = [];
  private isBusy = false;

  constructor(sender: typeof senderDeliveryMachine, receiver: typeof receiverDeliveryMachine) {
    this.sender = new PairSender(this, sender);
    this.receiver = new PairReceiver(this, receiver, WINDOW);
  }

  later(task: () => void): void {
    this.tasks.push(task);
  }

  dispatch(role: Role, source: Source): void {
    for (const routed of routeAt(role, 'delivery', source)) {
      if (routed.to === 'control') this.say(role, routed.event);
      else this.deliver(role, routed);
    }
  }

  // Delivers one event after the other, as hosts do.
  deliver(role: Role, routed: Routed): void {
    this.events.push([role, routed]);
    if (this.isBusy) return;
    this.isBusy = true;
    for (let next = this.events.shift(); next !== undefined; next = this.events.shift())
      this[next[0]].take(next[1]);
    this.isBusy = false;
  }

  say(role: Role, message: ControlMessage): void {
    if (this.isConnected) this.control[role].push(message);
  }

  bulk(frame: Uint8Array): void {
    if (this.isConnected) this.frames.push(frame);
  }

  /** Delivers the next message of `role`. */
  hearFrom(role: Role): boolean {
    const message = this.control[role].shift();
    if (message === undefined) return false;
    this.dispatch(role === 'sender' ? 'receiver' : 'sender', { from: 'control', command: message });
    return true;
  }

  takeFrame(): boolean {
    const frame = this.frames.shift();
    if (frame !== undefined) this.receiver.takeFrame(frame);
    return frame !== undefined;
  }

  runTask(pick: number): boolean {
    const [task] = this.tasks.splice(pick % Math.max(1, this.tasks.length), 1);
    task?.();
    return task !== undefined;
  }

  /** Everything in flight is lost. Neither end notices yet. */
  cut(): void {
    this.isConnected = false;
    this.control.sender.length = 0;
    this.control.receiver.length = 0;
    this.frames.length = 0;
  }

  notice(role: Role): void {
    if (this.isConnected || !this.believes[role]) return;
    this.believes[role] = false;
    this.deliver(role, { to: 'delivery', event: { type: 'connection.lost' } });
  }

  /** A new generation, which only the receiver begins. An end that is over says goodbye, or isn't there. */
  connect(first: Role): void {
    if (this.isConnected || this.isReleased('receiver')) return;
    this.notice('receiver');
    this.notice('sender');
    if (this.isReleased('sender')) {
      const event = { type: 'connection.failed', code: 'sender.ended' } as const;
      return this.deliver('receiver', { to: 'delivery', event });
    }
    this.isConnected = true;
    for (const role of first === 'sender' ? BOTH : BOTH.toReversed()) {
      this.believes[role] = true;
      this.deliver(role, { to: 'delivery', event: { type: 'connection.established' } });
    }
  }

  isReleased(role: Role): boolean {
    return this[role].delivery.commands.some(({ type }) => type === 'delivery.release');
  }

  /** Whether no message is in flight. */
  get isQuiet(): boolean {
    return this.control.sender.length + this.control.receiver.length === 0;
  }

  /** Runs everything until nothing more happens. */
  settle(): void {
    for (let turn = 0; turn < 10_000; turn++) {
      const isMoved =
        this.runTask(0) || this.hearFrom('receiver') || this.hearFrom('sender') || this.takeFrame();
      if (!isMoved) return;
    }
    throw new Error('I8: it goes in circles');
  }
}

const BOTH: readonly Role[] = ['sender', 'receiver'];
