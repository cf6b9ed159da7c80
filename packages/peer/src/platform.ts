import type { Manifest } from '@burritoshare/core';
import type { InspectionEvent } from 'xstate';
import type { SinkFactory, Source } from './ports.ts';

/** The little of a WebSocket that is used. The browser's own fits, and so does Node's. */
export interface SocketLike {
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: (() => void) | null;
  onerror: (() => void) | null;
  send(text: string): void;
  close(): void;
}

/** Timers, as XState's actors take them too. */
export interface Clock {
  setTimeout(callback: (...args: unknown[]) => void, milliseconds: number): unknown;
  clearTimeout(id: unknown): void;
}

/** What both roles need of the place that they run in. {@link webPlatform} supplies a browser's. */
export interface Platform {
  /** The signaling endpoint: `ws:` or `wss:`, path `/signal`. */
  readonly signalingUrl: string;
  openSocket(url: string): SocketLike;
  createPeerConnection(configuration: RTCConfiguration): RTCPeerConnection;
  /** Cryptographically strong. */
  randomBytes(length: number): Uint8Array<ArrayBuffer>;
  readonly clock: Clock;
  /** Milliseconds, from any origin, never going back. */
  now(): number;
  /** Is told whatever XState tells of every machine: for traces, and for tests that look at all of them. */
  readonly inspect?: (event: InspectionEvent) => void;
}

export interface SenderPlatform extends Platform {
  /** Opens the chosen files for one delivery; `files` are by index in the manifest, undefined for folders. */
  openSource(input: {
    readonly manifest: Manifest;
    readonly files: readonly (Blob | undefined)[];
  }): Source;
}

export interface ReceiverPlatform extends Platform {
  readonly sinks: SinkFactory;
}

/** The platform of a web page, from its globals. */
export function webPlatform(signalingUrl: string): Platform {
  return {
    signalingUrl,
    openSocket: (url) => new WebSocket(url) as unknown as SocketLike,
    createPeerConnection: (configuration) => new RTCPeerConnection(configuration),
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    clock: {
      setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
      clearTimeout: (id) => {
        clearTimeout(id as number);
      },
    },
    now: () => performance.now(),
  };
}
