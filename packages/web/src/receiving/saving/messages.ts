import type { ReceivedEntry } from './received.ts';

/** Page → zip.worker.ts, with the port that the service worker pulls at. */
export interface ZipRequest {
  readonly entries: readonly ReceivedEntry[];
}

/** zip.worker.ts → page. */
export type ZipReport =
  /** The ZIP is laid out. It will have `size` bytes. */
  | { readonly type: 'prepared'; readonly size: number }
  /** The browser has begun to take it. */
  | { readonly type: 'started' }
  /**
   * Still working, so the service worker should stay alive. The worker sends it at intervals, since a hidden page's
   * timers slow down.
   */
  | { readonly type: 'alive' }
  /** The browser has taken the last byte. */
  | { readonly type: 'finished' }
  /** The person or the browser cancelled the download. */
  | { readonly type: 'cancelled' }
  | { readonly type: 'failed'; readonly message: string };

/** Page → service worker. `expect` comes with two ports: one to pull at, and one to answer `ready` on. */
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
