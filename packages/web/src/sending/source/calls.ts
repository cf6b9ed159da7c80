import type { BundleDigest, AbsentEntry, Manifest, Piece } from '@burritoshare/core';

/** The calls that source.worker.ts serves. It holds the sources of many deliveries, each with a number. */
export interface SourceCalls {
  readonly open: {
    readonly input: {
      readonly source: number;
      readonly manifest: Manifest;
      readonly files: readonly (Blob | undefined)[];
    };
    readonly output: undefined;
  };
  readonly load: {
    readonly input: { readonly source: number; readonly piece: Piece };
    readonly output: Uint8Array<ArrayBuffer>;
  };
  readonly matches: {
    readonly input: {
      readonly source: number;
      readonly piece: Piece;
      readonly leaf: Uint8Array;
    };
    readonly output: boolean;
  };
  readonly digest: {
    readonly input: { readonly source: number; readonly absent: readonly AbsentEntry[] };
    readonly output: BundleDigest;
  };
  /** Opens an outflow engine beside the sources, and connects it to this port. */
  readonly engine: { readonly input: { readonly port: MessagePort }; readonly output: undefined };
  readonly close: { readonly input: { readonly source: number }; readonly output: undefined };
}
