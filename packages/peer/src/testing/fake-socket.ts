import type { VirtualChannel, VirtualNetwork } from '@burritoshare/core/testing';
import type { SocketLike } from '../platform.ts';
import type { PartyClock } from './party-clock.ts';

/** The speed of the way to the server, read anew for each message. */
export interface SocketPath {
  /** Milliseconds. */
  delay: number;
  jitter: number;
  /** Bytes in a millisecond. */
  rate: number;
}

/** The parts that all sockets of one server share. */
export interface SocketPlace {
  readonly network: VirtualNetwork;
  readonly clock: PartyClock;
  readonly path: SocketPath;
}

/** The server's handlers for one socket. */
export interface ServerEnd {
  readonly hear: (text: string) => void;
  readonly end: () => void;
}

/** A client's socket, and the server's end of it. */
export class FakeSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  state: 'connecting' | 'open' | 'closed' = 'connecting';
  closeCode: number | undefined;
  readonly id: string;
  readonly #clock: PartyClock;
  readonly #path: SocketPath;
  readonly #up: VirtualChannel<string>;
  readonly #down: VirtualChannel<string>;
  readonly #onEnd: () => void;

  constructor(id: string, { network, clock, path }: SocketPlace, server: ServerEnd) {
    this.id = id;
    this.#path = path;
    this.#clock = clock;
    this.#onEnd = server.end;
    this.#up = network.openChannel<string>(path, { onMessage: server.hear });
    this.#down = network.openChannel<string>(path, {
      onMessage: (data) => this.onmessage?.({ data }),
    });
  }

  accept(isDown: boolean): void {
    this.#clock.setTimeout(() => {
      if (this.state !== 'connecting') return;
      if (isDown) {
        // As `ws` does it: an error that nobody listens to is thrown.
        if (this.onerror === null) throw new Error('an error that nobody listens to');
        this.onerror();
        return this.end(1006);
      }
      this.state = 'open';
      this.onopen?.();
    }, this.#path.delay);
  }

  send(text: string): void {
    if (this.state === 'connecting') throw new DOMException('not open', 'InvalidStateError');
    if (this.state === 'open') this.#up.send(text);
  }

  close(): void {
    this.#clock.setTimeout(() => {
      this.end(1000);
    }, this.#path.delay);
  }

  /** From the server. */
  deliver(text: string): void {
    if (this.state === 'open') this.#down.send(text);
  }

  /** From the server: what was sent before still arrives. */
  closeBehind(code: number): void {
    this.#clock.setTimeout(
      () => {
        this.end(code);
      },
      this.#path.delay + this.#path.jitter + 1,
    );
  }

  /** The client's process is gone: the server's system sees that if `isSeen`, else the server only sees its silence. */
  vanish(isSeen: boolean): void {
    if (this.state === 'closed') return;
    this.onopen = this.onmessage = this.onclose = this.onerror = null;
    this.#up.close();
    // A socket that isn't open yet never will be.
    if (isSeen || this.state === 'connecting') this.end(1006);
  }

  end(code: number): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.closeCode = code;
    this.#up.close();
    this.#down.close();
    this.#onEnd();
    this.onclose?.();
  }
}
