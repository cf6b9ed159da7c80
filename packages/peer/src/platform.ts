import type { Manifest } from '@burritoshare/core';
import type { OpenEngine } from './engines/engine.ts';
import type { InflowReport, InflowRequest } from './engines/inflow-engine.ts';
import type { OutflowReport, OutflowRequest } from './engines/outflow-engine.ts';
import type { SinkFactory, Source } from './storage/ports.ts';
import { webRuntime, type Runtime } from './runtime.ts';
import type {
  WebBlob,
  WebCertificate,
  WebPeerConfiguration,
  WebPeerConnection,
} from './web-types.ts';

/** The little of a WebSocket that is used. The browser's own fits, and so does Node's. */
export interface SocketLike {
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: (() => void) | null;
  /** Always has a handler: some sockets end the process over an error that has none. `close` follows. */
  onerror: (() => void) | null;
  send(text: string): void;
  close(): void;
}

/** The parts of the environment that both roles need. {@link webPlatform} supplies a browser's. */
export interface Platform extends Runtime {
  /** The signaling endpoint: `ws:` or `wss:`, path `/signal`. */
  readonly signalingUrl: string;
  openSocket(url: string): SocketLike;
  createPeerConnection(configuration: WebPeerConfiguration): WebPeerConnection;
  /** Makes a certificate for several connections. Without it each connection makes its own. */
  generateCertificate?(): Promise<WebCertificate>;
  /**
   * X25519 of a private key with each of these public keys, 32 bytes each, if the platform does it faster than core. It may
   * reject: core then computes by itself.
   */
  readonly x25519?: (
    privateKey: Uint8Array,
    publicKeys: readonly Uint8Array[],
  ) => Promise<readonly Uint8Array[]>;
  /** Cryptographically strong. */
  randomBytes(length: number): Uint8Array<ArrayBuffer>;
}

/** A bundle's files. */
export interface SourceInput {
  readonly manifest: Manifest;
  /** By index in the manifest; undefined for folders. */
  readonly files: readonly (WebBlob | undefined)[];
}

export interface SenderPlatform extends Platform {
  /** Opens the chosen files for one delivery. */
  openSource(input: SourceInput): Source;
  /**
   * Called when a receiver has been sent the offer, who may accept it or not: makes ready what a source will need that
   * is not ready yet. Keeps nothing that an offer shouldn't cost.
   */
  prepareSource?(input: SourceInput): void;
  /** Opens an engine beside the sources, which channels can be moved to. Without it they stay on this thread. */
  readonly openOutflowEngine?: OpenEngine<OutflowRequest, OutflowReport>;
}

export interface ReceiverPlatform extends Platform {
  readonly sinks: SinkFactory;
  /** Opens an engine that channels can be moved to. Without it they stay on this thread. */
  readonly openInflowEngine?: OpenEngine<InflowRequest, InflowReport>;
}

/** The key that browsers make by themselves for a connection. */
const CERTIFICATE_KEY: EcKeyGenParams = { name: 'ECDSA', namedCurve: 'P-256' };

/** The platform of a web page, from its globals. */
export function webPlatform(signalingUrl: string): Platform {
  return {
    signalingUrl,
    openSocket: (url) => new WebSocket(url) as unknown as SocketLike,
    createPeerConnection: (configuration) => new RTCPeerConnection(configuration),
    generateCertificate: () => RTCPeerConnection.generateCertificate(CERTIFICATE_KEY),
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    ...webRuntime,
  };
}
