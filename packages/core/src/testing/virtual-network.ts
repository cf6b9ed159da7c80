import { LocalProtocolError } from '../errors.ts';
import type { Random } from './random.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** The faults of a {@link DatagramLink}. */
export interface DatagramFaults {
  /** Milliseconds, drawn for each copy from least to most. Different delays cause reordering. */
  readonly delay: { readonly least: number; readonly most: number };
  /** Probability that a copy never arrives. */
  readonly loss?: number;
  /** Probability that a message is sent twice. */
  readonly duplication?: number;
}

/** One direction in which messages may get lost, arrive twice or overtake each other. */
export interface DatagramLink<Message> {
  send(message: Message): void;
  /** Changes the faults of messages that are sent from now on: a loss of 1 is a partition. */
  change(faults: DatagramFaults): void;
}

/** The speed of a {@link VirtualChannel}. */
export interface ChannelPath {
  /** Milliseconds from leaving the sender to arriving. */
  readonly delay: number;
  /** Milliseconds by which a message may take longer than `delay`; the order is kept. */
  readonly jitter?: number;
  /** Bytes that leave in a millisecond. */
  readonly rate: number;
  /** Bytes in the queue above which `send` throws, as browsers do. */
  readonly bufferMax?: number;
}

/** Handlers at a channel's two ends. */
export interface ChannelHandlers<Message> {
  onMessage(message: Message): void;
  /** `bufferedAmount` has fallen to the threshold, from above it. */
  onBufferedAmountLow?(): void;
  onClose?(): void;
}

/** One direction of a reliable, ordered channel with the queue of an `RTCDataChannel`. */
export interface VirtualChannel<Message> {
  /** @throws LocalProtocolError `limit` when the queue would exceed `bufferMax`, `state` when closed. */
  send(message: Message): void;
  /** Bytes handed to `send` that have not left yet. */
  readonly bufferedAmount: number;
  bufferedAmountLowThreshold: number;
  /** Loses messages that have not arrived. */
  close(): void;
}

/** Makes links and channels that share one clock and one stream of randomness. */
export interface VirtualNetwork {
  openDatagramLink<Message>(
    faults: DatagramFaults,
    onMessage: (message: Message) => void,
  ): DatagramLink<Message>;
  openChannel<Message extends { readonly length: number }>(
    path: ChannelPath,
    handlers: ChannelHandlers<Message>,
  ): VirtualChannel<Message>;
}

/** A network in which `random` decides all that is left to chance, so that one seed gives one course. */
export function createVirtualNetwork(clock: VirtualClock, random: Random): VirtualNetwork {
  return {
    openDatagramLink: (faults, onMessage) =>
      openDatagramLink(clock, random.fork(), faults, onMessage),
    openChannel: (path, handlers) => openChannel(clock, random.fork(), path, handlers),
  };
}

function openDatagramLink<Message>(
  clock: VirtualClock,
  random: Random,
  first: DatagramFaults,
  onMessage: (message: Message) => void,
): DatagramLink<Message> {
  let faults = first;
  return {
    send: (message) => {
      const copies = random.chance(faults.duplication ?? 0) ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) {
        if (random.chance(faults.loss ?? 0)) continue;
        clock.setTimeout(
          () => onMessage(message),
          random.between(faults.delay.least, faults.delay.most),
        );
      }
    },
    change: (next) => {
      faults = next;
    },
  };
}

function openChannel<Message extends { readonly length: number }>(
  clock: VirtualClock,
  random: Random,
  path: ChannelPath,
  handlers: ChannelHandlers<Message>,
): VirtualChannel<Message> {
  let buffered = 0;
  let isOpen = true;
  let lastLeaving = 0;
  let lastArrival = 0;

  const arrive = (message: Message): void => {
    if (isOpen) handlers.onMessage(message);
  };
  const leave = (message: Message): void => {
    if (!isOpen) return;
    const wasAbove = buffered > channel.bufferedAmountLowThreshold;
    buffered -= message.length;
    lastArrival = Math.max(
      lastArrival,
      clock.now() + path.delay + random.between(0, path.jitter ?? 0),
    );
    clock.setTimeout(() => arrive(message), lastArrival - clock.now());
    if (wasAbove && buffered <= channel.bufferedAmountLowThreshold)
      handlers.onBufferedAmountLow?.();
  };

  const channel: VirtualChannel<Message> = {
    send: (message) => {
      if (!isOpen) throw new LocalProtocolError('state', 'the channel is closed');
      if (buffered + message.length > (path.bufferMax ?? Infinity)) {
        throw new LocalProtocolError('limit', 'the channel is full');
      }
      buffered += message.length;
      lastLeaving = Math.max(lastLeaving, clock.now()) + message.length / path.rate;
      clock.setTimeout(() => leave(message), lastLeaving - clock.now());
    },
    get bufferedAmount() {
      return buffered;
    },
    bufferedAmountLowThreshold: 0,
    close: () => {
      if (!isOpen) return;
      isOpen = false;
      buffered = 0;
      handlers.onClose?.();
    },
  };
  return channel;
}
