import type { FailedFile, Manifest, Piece } from '@burritoshare/core';

/** What private-sink.worker.ts serves. A worker serves one delivery, or one probe. */
export interface PrivateSinkCalls {
  /** Whether a file of so many bytes can be made; it is gone again afterwards. */
  readonly probe: {
    readonly input: { readonly delivery: string; readonly bytes: number };
    readonly output: 'fits' | 'full' | 'unusable';
  };
  readonly open: {
    readonly input: { readonly delivery: string; readonly manifest: Manifest };
    readonly output: undefined;
  };
  readonly store: {
    readonly input: { readonly piece: Piece; readonly bytes: Uint8Array<ArrayBuffer> };
    readonly output: undefined;
  };
  readonly digest: {
    readonly input: { readonly failedFiles: readonly FailedFile[] };
    readonly output: Uint8Array;
  };
  /** Flushes, and lets go of the file, so that the page can read it. */
  readonly seal: { readonly input: undefined; readonly output: undefined };
  /** Lets go of the file, so that it can be removed. */
  readonly close: { readonly input: undefined; readonly output: undefined };
}
