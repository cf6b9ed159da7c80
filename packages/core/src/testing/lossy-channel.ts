import { LocalProtocolError } from '../errors.ts';
import type { TimerId, VirtualClock } from './virtual-clock.ts';
import type {
  ChannelHandlers,
  DatagramFaults,
  DatagramLink,
  VirtualChannel,
  VirtualNetwork,
} from './virtual-network.ts';

/** The path under a channel of {@link openLossyChannel}. */
export interface LossyPath {
  /** Faults of datagrams on their way to the receiver. Each carries one message. */
  readonly there: DatagramFaults;
  /** Faults of acknowledgements on their way back. */
  readonly back: DatagramFaults;
  /** Bytes that leave in a millisecond, including those sent again. */
  readonly rate: number;
  /** Messages, at least one, that may have left without being acknowledged. */
  readonly inFlightMax: number;
  /**
   * Milliseconds, more than 0, without progress after which the oldest unacknowledged message is sent again. Less than
   * a round trip causes needless copies, and nothing else.
   */
  readonly retransmitAfter: number;
  /** Bytes in the queue above which `send` throws, as browsers do. */
  readonly bufferMax?: number;
}

/** A message and its place among all messages of its channel, counted from 0. */
interface Datagram<Message> {
  readonly sequence: number;
  readonly message: Message;
}

/**
 * One direction of a reliable, ordered channel over datagrams that get lost, arrive twice and overtake each other. To
 * its two ends it behaves like SCTP: sequence numbers, cumulative acknowledgements, a bounded number of messages in
 * flight, and a timer that sends the oldest again. It never gives up: a path that loses everything keeps the clock busy
 * until the channel is closed.
 *
 * @throws LocalProtocolError `argument` for a path on which nothing can ever arrive.
 *
 * @example
 * ```ts
 * const faults = { delay: { least: 10, most: 60 }, loss: 0.2, duplication: 0.1 };
 * const path = { there: faults, back: faults, rate: 1_000, inFlightMax: 16, retransmitAfter: 150 };
 * const channel = openLossyChannel<Uint8Array>(clock, network, path, { onMessage: take });
 * ```
 */
export function openLossyChannel<Message extends { readonly length: number }>(
  clock: VirtualClock,
  network: VirtualNetwork,
  path: LossyPath,
  handlers: ChannelHandlers<Message>,
): VirtualChannel<Message> {
  if (!(path.retransmitAfter > 0 && path.inFlightMax >= 1 && path.rate > 0)) {
    throw new LocalProtocolError('argument', 'a path on which nothing arrives');
  }
  const back = network.openDatagramLink<number>(path.back, (upTo) => channel.acknowledge(upTo));
  const takeDatagram = createReceivingEnd<Message>(
    (message) => {
      if (channel.isOpen) handlers.onMessage(message);
    },
    (upTo) => back.send(upTo),
  );
  const there = network.openDatagramLink<Datagram<Message>>(path.there, takeDatagram);
  const channel = new SendingEnd(clock, path, handlers, there);
  return channel;
}

/** Passes each message on once and in order, keeps early ones, and acknowledges. */
function createReceivingEnd<Message>(
  deliver: (message: Message) => void,
  acknowledge: (upTo: number) => void,
): (datagram: Datagram<Message>) => void {
  // Bounded by the sender's `inFlightMax`: it sends nothing beyond that.
  const early = new Map<number, Datagram<Message>>();
  let next = 0;
  return (datagram) => {
    if (datagram.sequence >= next) early.set(datagram.sequence, datagram);
    for (let due = early.get(next); due !== undefined; due = early.get(next)) {
      early.delete(next);
      next += 1;
      deliver(due.message);
    }
    // Even a duplicate: it may have come because an acknowledgement was lost.
    acknowledge(next);
  };
}

class SendingEnd<Message extends { readonly length: number }> implements VirtualChannel<Message> {
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  isOpen = true;
  private readonly clock: VirtualClock;
  private readonly path: LossyPath;
  private readonly handlers: ChannelHandlers<Message>;
  private readonly link: DatagramLink<Datagram<Message>>;
  private readonly queue: Message[] = [];
  /** Messages that have left and are not acknowledged, the oldest first. */
  private readonly inFlight: Datagram<Message>[] = [];
  private nextSequence = 0;
  /** The line takes one datagram at a time, so sending again costs time, too. */
  private isLineBusy = false;
  private isOverdue = false;
  private timer: TimerId | undefined;

  constructor(
    clock: VirtualClock,
    path: LossyPath,
    handlers: ChannelHandlers<Message>,
    link: DatagramLink<Datagram<Message>>,
  ) {
    this.clock = clock;
    this.path = path;
    this.handlers = handlers;
    this.link = link;
  }

  send(message: Message): void {
    if (!this.isOpen) throw new LocalProtocolError('state', 'the channel is closed');
    if (this.bufferedAmount + message.length > (this.path.bufferMax ?? Infinity)) {
      throw new LocalProtocolError('limit', 'the channel is full');
    }
    this.bufferedAmount += message.length;
    this.queue.push(message);
    this.fillLine();
  }

  /** The receiver has every message below `upTo`. Late and repeated acknowledgements do nothing. */
  acknowledge(upTo: number): void {
    const oldest = this.inFlight[0];
    if (!this.isOpen || oldest === undefined || oldest.sequence >= upTo) return;
    this.inFlight.splice(0, upTo - oldest.sequence);
    this.isOverdue = false;
    this.stopTimer();
    this.startTimer();
    this.fillLine();
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.bufferedAmount = 0;
    this.stopTimer();
    this.handlers.onClose?.();
  }

  private fillLine(): void {
    if (this.isLineBusy) return;
    const datagram = this.takeOverdue() ?? this.takeQueued();
    if (datagram === undefined) return;
    this.isLineBusy = true;
    this.clock.setTimeout(() => this.leave(datagram), datagram.message.length / this.path.rate);
  }

  private takeOverdue(): Datagram<Message> | undefined {
    if (!this.isOverdue) return undefined;
    this.isOverdue = false;
    return this.inFlight[0];
  }

  private takeQueued(): Datagram<Message> | undefined {
    if (this.inFlight.length >= this.path.inFlightMax) return undefined;
    const message = this.queue.shift();
    return message === undefined ? undefined : { sequence: this.nextSequence, message };
  }

  private leave(datagram: Datagram<Message>): void {
    if (!this.isOpen) return;
    const wasAbove = this.bufferedAmount > this.bufferedAmountLowThreshold;
    if (datagram.sequence === this.nextSequence) {
      this.nextSequence += 1;
      this.inFlight.push(datagram);
      this.bufferedAmount -= datagram.message.length;
    }
    this.isLineBusy = false;
    this.link.send(datagram);
    this.startTimer();
    this.fillLine();
    if (wasAbove && this.bufferedAmount <= this.bufferedAmountLowThreshold) {
      this.handlers.onBufferedAmountLow?.();
    }
  }

  // An overdue message starts the timer when it has left: a slow line would otherwise fill with copies.
  private startTimer(): void {
    if (this.timer !== undefined || this.isOverdue || this.inFlight.length === 0) return;
    this.timer = this.clock.setTimeout(() => {
      this.timer = undefined;
      this.isOverdue = true;
      this.fillLine();
    }, this.path.retransmitAfter);
  }

  private stopTimer(): void {
    this.clock.clearTimeout(this.timer);
    this.timer = undefined;
  }
}
