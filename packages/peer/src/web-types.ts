// The web's types that public signatures name. Where a program compiles with the DOM's library (or Node's types,
// for Blob) these are exactly the types of it; elsewhere they are what this package uses of them, so that its
// declarations compile there, too.

/** An instance of a global class, where the program's libraries declare one. */
type InstanceOf<Name extends string, Otherwise> =
  typeof globalThis extends Readonly<Record<Name, { readonly prototype: infer Instance }>>
    ? Instance
    : Otherwise;

/** A `Blob`, or as much of one as is read. */
export type WebBlob = InstanceOf<
  'Blob',
  {
    readonly size: number;
    slice(start?: number, end?: number): WebBlob;
    arrayBuffer(): Promise<ArrayBuffer>;
  }
>;

/** An `RTCDataChannel`; without the DOM's library nothing is known of it but that it can be closed. */
export type WebDataChannel = InstanceOf<'RTCDataChannel', { close(): void }>;

/** An `RTCPeerConnection`; without the DOM's library nothing is known of it but that it can be closed. */
export type WebPeerConnection = InstanceOf<'RTCPeerConnection', { close(): void }>;

/** An `RTCCertificate`; without the DOM's library nothing is known of it but when it expires. */
export type WebCertificate = InstanceOf<'RTCCertificate', { readonly expires: number }>;

/** An `RTCConfiguration`, or as much of one as is passed. */
export type WebPeerConfiguration = typeof globalThis extends {
  readonly RTCPeerConnection: new (configuration?: infer Configuration) => unknown;
}
  ? NonNullable<Configuration>
  : {
      readonly iceServers?: { urls: string | string[]; username?: string; credential?: string }[];
      readonly certificates?: WebCertificate[];
    };
