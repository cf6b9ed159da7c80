import type {
  BundleDigest,
  FailedFile,
  Manifest,
  Piece,
  PieceRange,
  PieceSet,
} from '@burritoshare/core';

/** What a delivery is called on the wire, and its seat's token, 32 bytes. */
export interface DeliveryNames {
  /** 16 bytes in base64url. */
  readonly delivery: string;
  readonly token: Uint8Array<ArrayBuffer>;
}

/** Of a sink, what a generation's bytes need: what is served through a port of its own. */
export type PieceSinkCalls = Pick<OpfsSinkCalls, 'store' | 'storeAgain' | 'forget' | 'digest'>;

/** What opfs-sink.worker.ts serves. A worker serves one delivery, or one probe. */
export interface OpfsSinkCalls {
  /** Whether a file of so many bytes can be made; it is gone again afterwards. */
  readonly probe: {
    readonly input: { readonly id: string; readonly bytes: number };
    /** `volatile`: it fits, and lies in memory, as in Chromium's private windows. */
    readonly output: 'fits' | 'volatile' | 'full' | 'unusable';
  };
  readonly open: {
    readonly input: {
      readonly id: string;
      readonly manifest: Manifest;
      /** The text of a new delivery's record; undefined for one that is kept already. */
      readonly record?: string;
      /** What is kept becomes another delivery. */
      readonly renewed?: DeliveryNames;
    };
    readonly output: undefined;
  };
  /** The memory comes back where it is not needed any more. */
  readonly store: {
    readonly input: { readonly piece: Piece; readonly bytes: Uint8Array<ArrayBuffer> };
    readonly output: Uint8Array<ArrayBuffer> | undefined;
  };
  readonly storeAgain: { readonly input: { readonly piece: Piece }; readonly output: undefined };
  /** Leaves in the order of their pieces, one after the other. */
  readonly list: {
    readonly input: undefined;
    readonly output: { readonly pieces: PieceSet; readonly leaves: Uint8Array<ArrayBuffer> };
  };
  readonly forget: {
    readonly input: { readonly ranges: readonly PieceRange[] };
    readonly output: undefined;
  };
  readonly recordGeneration: {
    readonly input: { readonly generation: number };
    readonly output: undefined;
  };
  readonly digest: {
    readonly input: { readonly failedFiles: readonly FailedFile[] };
    readonly output: BundleDigest;
  };
  /** Serves what a generation's bytes need through a port, too. */
  readonly connect: { readonly input: { readonly port: MessagePort }; readonly output: undefined };
  /** Records that all is here, and lets go of the files, so that the page can read them. */
  readonly seal: {
    readonly input: { readonly failedFiles: readonly FailedFile[] };
    readonly output: undefined;
  };
  /** Records when the files were handed over; see core's journal. */
  readonly recordHandOver: {
    readonly input: { readonly time: number };
    readonly output: undefined;
  };
  /** Records what is stored, and lets go of the files. */
  readonly close: { readonly input: undefined; readonly output: undefined };
  /** Lets go of the files at once, so that they can be removed. */
  readonly abandon: { readonly input: undefined; readonly output: undefined };
}
