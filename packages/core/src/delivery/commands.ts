// What a delivery's machines ask for: the host carries it out, or the route passes it on.

import type { BundleDigest } from '../integrity/bundle-digest.ts';
import type { AbsentEntry, EntrySet } from '../pieces/choice.ts';
import type { FailedFile } from '../pieces/failed-files.ts';
import type { PieceSet } from '../pieces/piece-set.ts';
import type { EntryRange, FailureCode, Manifest, PauseReason } from '../protocol/types.ts';
import type { SaveMethod, SinkChoice } from './sink-choice.ts';

/** Commands of both ends. */
type SharedDeliveryCommand =
  | { readonly type: 'pause.send'; readonly reason: PauseReason }
  | { readonly type: 'resume.send' }
  | { readonly type: 'cancel.send' }
  | { readonly type: 'failed.send'; readonly code: FailureCode }
  /**
   * Nothing more will happen: close every channel, connection, handle, lock and timer. `keep` leaves the sink open, to
   * save from; `close` closes it and leaves the pieces for another visit; `discard` removes them.
   */
  | { readonly type: 'delivery.release'; readonly sink: 'keep' | 'close' | 'discard' };

export type SenderDeliveryCommand =
  | SharedDeliveryCommand
  | { readonly type: 'offer.send'; readonly manifest: Manifest }
  /** Keep the receiver's leaves, to compare with. */
  | { readonly type: 'leaves.keep'; readonly first: number; readonly leaves: Uint8Array }
  | {
      readonly type: 'outflow.start';
      readonly credit: number;
      readonly held: PieceSet;
      readonly failedFiles: readonly FailedFile[];
      readonly leftOut: EntrySet;
    }
  | { readonly type: 'outflow.pause' }
  | { readonly type: 'outflow.resume' }
  | { readonly type: 'outflow.stop' }
  | { readonly type: 'file.skip'; readonly file: number }
  | { readonly type: 'file.retry'; readonly file: number }
  | { readonly type: 'source.digest'; readonly absent: readonly AbsentEntry[] }
  | { readonly type: 'sent.send'; readonly digest: BundleDigest }
  /** `isWhole`: nothing has failed, and nothing was left out. */
  | {
      readonly type: 'complete.send';
      readonly digest: BundleDigest;
      readonly isWhole: boolean;
    };

export type ReceiverDeliveryCommand =
  | SharedDeliveryCommand
  /** Nothing moves over this connection; another one may do better. */
  | { readonly type: 'generation.spoil' }
  | { readonly type: 'sink.probe'; readonly manifest: Manifest }
  /** `leftOut` has to outlive a reload, as `choice.record` says, before the sink is open. */
  | {
      readonly type: 'sink.open';
      readonly manifest: Manifest;
      readonly sink: SinkChoice;
      readonly leftOut: EntrySet;
    }
  /** Record for a later visit which of `entries` are left out; then answer `choice.recorded` with `taken`. */
  | {
      readonly type: 'choice.record';
      readonly entries: number;
      readonly leftOut: EntrySet;
      readonly taken: readonly EntryRange[];
    }
  /** Answer `sink.listed` once everything that was given to the sink has been settled. */
  | { readonly type: 'sink.list' }
  /** Take the messages of the bulk channels; answer `inflow.started` once none can come too early. */
  | {
      readonly type: 'inflow.start';
      readonly manifest: Manifest;
      readonly held: PieceSet;
      readonly leftOut: EntrySet;
      readonly window: number;
    }
  | { readonly type: 'inflow.stop' }
  /** Send `leave` for these entries (SPEC.md, E1). */
  | { readonly type: 'leave.send'; readonly leftOut: EntrySet }
  /** Send `take` for these entries (SPEC.md, E5). */
  | { readonly type: 'take.send'; readonly ranges: readonly EntryRange[] }
  /** Send `give` for this link (SPEC.md, B1). */
  | { readonly type: 'gift.send'; readonly link: string }
  /** Send `held` for these pieces, which the sink has listed (SPEC.md, R2). */
  | { readonly type: 'held.send'; readonly pieces: PieceSet }
  /** There may be room now for the pieces that didn't fit. */
  | { readonly type: 'store.retry' }
  | { readonly type: 'sink.seal'; readonly absent: readonly AbsentEntry[] }
  | { readonly type: 'sink.save'; readonly method: SaveMethod }
  | { readonly type: 'sink.discard' }
  | { readonly type: 'accept.send'; readonly credit: number; readonly entries: number }
  | { readonly type: 'decline.send' }
  | { readonly type: 'acceptance.announce' }
  | { readonly type: 'verified.send'; readonly digest: BundleDigest }
  | { readonly type: 'skip.send'; readonly file: number }
  | { readonly type: 'retry.send'; readonly file: number };

export type DeliveryCommand = SenderDeliveryCommand | ReceiverDeliveryCommand;
