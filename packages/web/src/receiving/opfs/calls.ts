import type {
  AbsentEntry,
  BundleDigest,
  Choice,
  Manifest,
  Parcel,
  PieceRange,
  PieceSet,
  Plan,
} from '@burritoshare/core';

/** A delivery's id on the wire, and its seat's token. */
export interface DeliveryNames {
  /** 16 bytes in base64url. */
  readonly delivery: string;
  readonly token: Uint8Array<ArrayBuffer>;
}

/** The calls that a generation's bytes need. They are also served through a separate port. */
export type PieceSinkCalls = Pick<OpfsSinkCalls, 'store' | 'storeAgain' | 'forget' | 'digest'>;

/** What a new delivery begins with. */
export interface Beginning {
  /** The text of its record. */
  readonly record: string;
  /** Its generation; 0 before the first. */
  readonly generation: number;
  /** What the person has accepted; undefined if that is everything. */
  readonly choice: Choice | undefined;
}

/** The calls that opfs-sink.worker.ts serves. A worker serves one delivery. */
export interface OpfsSinkCalls {
  /**
   * Tries whether a new delivery's files could take all their room, and gives that back. Where they could, the worker
   * then makes them, so that they are ready for `open`.
   */
  readonly probe: {
    readonly input: { readonly id: string; readonly plan: Plan };
    /** `volatile`: the file fits but lies in memory, as in Chromium's private windows. */
    readonly output: 'fits' | 'volatile' | 'full' | 'unusable';
  };
  readonly open: {
    readonly input: {
      readonly id: string;
      readonly manifest: Manifest;
      /** Undefined for a delivery that is kept already. */
      readonly beginning?: Beginning;
      /** The new names, if the kept files become another delivery. */
      readonly renewed?: DeliveryNames;
    };
    readonly output: undefined;
  };
  /** Returns the memory once it is not needed any more. */
  readonly store: {
    readonly input: { readonly parcel: Parcel; readonly bytes: Uint8Array<ArrayBuffer> };
    readonly output: Uint8Array<ArrayBuffer> | undefined;
  };
  readonly storeAgain: { readonly input: { readonly parcel: Parcel }; readonly output: undefined };
  /** The leaves, concatenated in the order of their pieces. */
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
  /** Records what the person has accepted (see core's journal). */
  readonly recordChoice: { readonly input: Choice; readonly output: undefined };
  readonly digest: {
    readonly input: { readonly absent: readonly AbsentEntry[] };
    readonly output: BundleDigest;
  };
  /** Also serves {@link PieceSinkCalls} through this port. */
  readonly connect: { readonly input: { readonly port: MessagePort }; readonly output: undefined };
  /** Records that the delivery is complete and closes the files, so that the page can read them. */
  readonly seal: {
    readonly input: { readonly absent: readonly AbsentEntry[] };
    readonly output: undefined;
  };
  /** Records when the files were handed over (see core's journal). */
  readonly recordHandOver: {
    readonly input: { readonly time: number };
    readonly output: undefined;
  };
  /** Records the stored pieces and closes the files. */
  readonly close: { readonly input: undefined; readonly output: undefined };
  /** Closes the files at once, also those that were only made ready, so that they can be removed. */
  readonly abandon: { readonly input: undefined; readonly output: undefined };
}
