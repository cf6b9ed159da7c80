import type { ReceivedEntry } from './received.ts';

/** Page → zip.worker.ts, with the port that the service worker pulls at. */
export interface ZipRequest {
  readonly entries: readonly ReceivedEntry[];
}

/** zip.worker.ts → page. */
export type ZipReport =
  /** The ZIP is laid out; how large it will be. */
  | { readonly type: 'prepared'; readonly size: number }
  /** The browser has begun to take it. */
  | { readonly type: 'started' }
  /** Still at it: the service worker should stay alive. Sent at intervals, since a page's own timers slow down when it is hidden. */
  | { readonly type: 'alive' }
  /** The browser has taken the last byte. */
  | { readonly type: 'finished' }
  /** The person or the browser gave the download up. */
  | { readonly type: 'cancelled' }
  | { readonly type: 'failed'; readonly message: string };

/** Page → service worker. The first comes with two ports: the one to pull at, and the one to answer `ready` on. */
export type SavingRequest =
  | {
      readonly type: 'expect';
      readonly path: string;
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly type: 'keep.alive' };

/** Service worker → zip.worker.ts. */
export type PullMessage = { readonly type: 'pull' } | { readonly type: 'cancel' };

/** zip.worker.ts → service worker: the answer to a pull. */
export type ChunkMessage =
  | { readonly type: 'chunk'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: 'end' }
  | { readonly type: 'error'; readonly message: string };
