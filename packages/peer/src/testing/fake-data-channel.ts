import type { VirtualChannel, VirtualNetwork } from '@burritoshare/core/testing';

/** A message on one direction of a channel. The channel's end, without data, travels behind all messages. */
export interface Parcel {
  readonly length: number;
  readonly data: string | ArrayBuffer | undefined;
}

export interface ChannelSpeed {
  /** Milliseconds. */
  readonly delay: number;
  readonly jitter: number;
  /** Bytes in a millisecond. */
  readonly rate: number;
}

/** Bytes of queue at which Chromium's `send` throws. */
const QUEUE_MAX = 16 * 1024 * 1024;

const utf8 = new TextEncoder();

/**
 * One end of a data channel that was agreed beforehand, as the W3C and Chromium have it: `bufferedamountlow`
 * comes on a downward crossing alone, `send` throws on a full queue or a channel that isn't open, a message
 * without a handler is lost, and closing lets through what is queued. Messages that a cut path swallows are sent
 * again once there is a path.
 */
export class FakeDataChannel {
  binaryType = 'blob';
  readyState: RTCDataChannelState = 'connecting';
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  onbufferedamountlow: (() => void) | null = null;

  /** Messages that came before anybody listened. */
  lost = 0;
  /** The texts that this end has sent. */
  readonly sent: string[] = [];
  /** Bytes that this end has sent, texts in UTF-8. */
  sentBytes = 0;
  /** The most that was ever queued. */
  peak = 0;

  readonly id: number;
  #partner: FakeDataChannel | undefined;
  #line: VirtualChannel<Parcel> | undefined;
  #openLine: (() => VirtualChannel<Parcel>) | undefined;
  // The two ends open one after the other; what the first one sends waits for the second.
  readonly #early: Parcel[] = [];
  // Parcels that have not arrived, oldest first.
  readonly #unacknowledged: Parcel[] = [];
  // Bytes queued before a path that is cut; undefined while it isn't.
  #stuck: number | undefined;
  #lowThreshold = 0;

  constructor(id: number) {
    this.id = id;
  }

  get bufferedAmount(): number {
    return this.#stuck ?? this.#line?.bufferedAmount ?? 0;
  }

  get bufferedAmountLowThreshold(): number {
    return this.#lowThreshold;
  }

  set bufferedAmountLowThreshold(bytes: number) {
    this.#lowThreshold = bytes;
    if (this.#line !== undefined) this.#line.bufferedAmountLowThreshold = bytes;
  }

  send(data: string | Uint8Array): void {
    if (this.readyState !== 'open' || this.#line === undefined) {
      throw new DOMException('the channel is not open', 'InvalidStateError');
    }
    const isText = typeof data === 'string';
    const length = isText ? utf8.encode(data).length : data.byteLength;
    if (this.bufferedAmount + length > QUEUE_MAX) {
      throw new DOMException('the queue is full', 'OperationError');
    }
    if (typeof data === 'string') this.sent.push(data);
    this.sentBytes += length;
    this.#post({ length, data: isText ? data : copyOf(data) });
    this.peak = Math.max(this.peak, this.bufferedAmount);
  }

  /** The closing procedure: what is queued gets through, then both ends are closed. */
  close(): void {
    if (this.readyState === 'connecting') this.readyState = 'closed';
    if (this.readyState !== 'open') return;
    this.readyState = 'closing';
    this.#post({ length: 0, data: undefined });
  }

  /** Joins this end to the other one; both open. `speed` is asked for each message. */
  connect(partner: FakeDataChannel, network: VirtualNetwork, speed: () => ChannelSpeed): void {
    this.#partner = partner;
    const path = {
      get delay() {
        return speed().delay;
      },
      get jitter() {
        return speed().jitter;
      },
      get rate() {
        return speed().rate;
      },
    };
    this.#openLine = () =>
      network.openChannel<Parcel>(path, {
        onMessage: (parcel) => {
          const original = this.#unacknowledged.shift() ?? parcel;
          partner.#receive(original);
        },
        onBufferedAmountLow: () => {
          if (this.readyState === 'open') this.onbufferedamountlow?.();
        },
      });
    this.#line = this.#openLine();
  }

  open(): void {
    if (this.readyState !== 'connecting') return;
    this.readyState = 'open';
    this.onopen?.();
    for (const parcel of this.#early.splice(0)) this.#receive(parcel);
  }

  /** This side has closed the connection: the channel closes at once, and without an event. */
  drop(): void {
    this.readyState = 'closed';
    this.#line?.close();
    this.#unacknowledged.length = 0;
  }

  /** The other side has gone. */
  end(): void {
    if (this.readyState === 'closed') return;
    this.drop();
    this.onclose?.();
  }

  /** Nothing gets through in this direction any more, and nobody is told. */
  cut(): void {
    if (this.#stuck !== undefined || this.#line === undefined) return;
    this.#stuck = this.#line.bufferedAmount;
    this.#line.close();
  }

  /** There is a path again: what has not arrived is sent once more, in order. */
  heal(): void {
    if (this.#stuck === undefined || this.#openLine === undefined) return;
    const total = this.#unacknowledged.reduce((sum, { length }) => sum + length, 0);
    // Bytes that had left the queue before the cut don't come back to it.
    let left = total - this.#stuck;
    this.#stuck = undefined;
    if (this.readyState === 'closed') return;
    this.#line = this.#openLine();
    this.#line.bufferedAmountLowThreshold = this.#lowThreshold;
    for (const parcel of this.#unacknowledged) {
      this.#line.send(left > 0 ? { ...parcel, length: 0 } : parcel);
      left -= parcel.length;
    }
  }

  #post(parcel: Parcel): void {
    this.#unacknowledged.push(parcel);
    if (this.#stuck === undefined) this.#line?.send(parcel);
    else this.#stuck += parcel.length;
  }

  #receive(parcel: Parcel): void {
    const { data } = parcel;
    if (this.readyState === 'connecting') this.#early.push(parcel);
    if (this.readyState === 'connecting' || this.readyState === 'closed') return;
    if (data === undefined) {
      const partner = this.#partner;
      this.end();
      partner?.end();
    } else if (this.onmessage === null) this.lost += 1;
    else
      this.onmessage({
        data: this.binaryType === 'blob' && typeof data !== 'string' ? new Blob([data]) : data,
      });
  }
}

function copyOf(data: Uint8Array): ArrayBuffer {
  const copy = new Uint8Array(data.byteLength);
  copy.set(data);
  return copy.buffer;
}
