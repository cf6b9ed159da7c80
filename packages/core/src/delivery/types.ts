import type { BundleDigest } from '../integrity/bundle-digest.ts';
import type { AbsentEntry, EntrySet } from '../pieces/choice.ts';
import type { FailedFile } from '../pieces/failed-files.ts';
import type { PieceSet } from '../pieces/piece-set.ts';
import type { PartialManifest } from '../protocol/manifest.ts';
import type {
  EntryRange,
  FailureCode,
  Manifest,
  ManifestEntry,
  PauseReason,
  Summary,
  WaitCode,
} from '../protocol/types.ts';
import type { Path } from './path.ts';
import type { SaveMethod, SinkChoice } from './sink-choice.ts';

export type * from './commands.ts';
export type { SaveMethod, SinkChoice };

/** The state of a delivery that a person sees, the same on both ends: the `data-state` of the page's hooks. */
export type DeliveryState =
  | 'connecting'
  | 'waiting'
  | 'offered'
  | 'moving'
  | 'paused'
  | 'interrupted'
  | 'verifying'
  | 'complete'
  | 'cancelled'
  | 'declined'
  | 'failed';

/** The cause of a pause: the person here, the person there, or the receiver's full disk. */
export type Pause = 'me' | 'them' | 'disk';

interface DeliveryContext {
  readonly manifest: Manifest | undefined;
  /** Bytes of all files that neither failed nor were left out. */
  readonly total: number;
  /** Bytes that the receiver has written and hashed. */
  readonly bytes: number;
  /** Bytes that had arrived at the last report, in chunks, stored or not: see `arrivedBytes`. */
  readonly arrived: number;
  /** Whether the receiver's person has accepted. Before, nothing moves; afterwards, recovery goes on. */
  readonly accepted: 'no' | 'yes';
  readonly pauses: readonly Pause[];
  readonly failedFiles: readonly FailedFile[];
  /** What connects the two ends, or did last; undefined until the platform has said so. */
  readonly path: Path | undefined;
  /** Entries that the receiver left out: they are absent, which is no failure (SPEC.md, E). */
  readonly leftOut: EntrySet;
  /** The cause of the failure; undefined unless in `failed`. */
  readonly failure: FailureCode | undefined;
  /** The side that ended it; undefined unless in `cancelled` or `declined`. */
  readonly cancelledBy: 'me' | 'them' | undefined;
  /** The bundle's digest; undefined until it is known. */
  readonly digest: BundleDigest | undefined;
}

// ── the sender's side ──────────────────────────────────────────────────────────────────────────────

export interface SenderDeliveryInput {
  readonly manifest: Manifest;
}

export interface SenderDeliveryContext extends DeliveryContext {
  readonly manifest: Manifest;
  /** Pieces that the receiver has said it holds, in this generation and before accepting. */
  readonly held: PieceSet;
  /** Entries that the receiver leaves out, in this generation and before accepting. */
  readonly leaving: EntrySet;
  /** `more`: another `leave` is due. */
  readonly leave: 'none' | 'more' | 'whole';
  /** Links that the receiver has handed back, as `readGift` reads them, each once. They may be a stranger's. */
  readonly gifts: readonly string[];
}

/** The platform has found out what connects the two ends. Undefined: a new connection begins, and it isn't known. */
interface PathEvent {
  readonly type: 'path.known';
  readonly path: Path | undefined;
}

/** Events of both ends while a delivery moves. */
type FlowEvent =
  /** Bytes have come, or have arrived, or pieces have been compared: something moves. */
  | { readonly type: 'traffic.received' }
  /** The other side sent a message about a further lane. */
  | { readonly type: 'lane.received' };

export type SenderDeliveryEvent =
  | FlowEvent
  | PathEvent
  | { readonly type: 'connection.established' }
  | { readonly type: 'connection.lost' }
  | { readonly type: 'connection.failed'; readonly code: FailureCode }
  | {
      readonly type: 'held.received';
      readonly first: number;
      readonly leaves: Uint8Array;
    }
  | {
      readonly type: 'leave.received';
      readonly ranges: readonly EntryRange[];
      readonly more: boolean;
    }
  | { readonly type: 'accept.received'; readonly credit: number; readonly entries: number }
  | { readonly type: 'credit.received' }
  | { readonly type: 'missing.received' }
  | { readonly type: 'wish.received' }
  /** The receiver hands back a link, which is well formed. */
  | { readonly type: 'gift.received'; readonly link: string }
  | { readonly type: 'progress.made'; readonly bytes: number }
  /** That many bytes have arrived, counting chunks of pieces that aren't complete or written yet. */
  | { readonly type: 'bytes.arrived'; readonly bytes: number }
  | { readonly type: 'file.failed'; readonly file: number; readonly code: FailureCode }
  | { readonly type: 'pause.requested' }
  | { readonly type: 'resume.requested' }
  | { readonly type: 'pause.received'; readonly reason: PauseReason }
  | { readonly type: 'resume.received' }
  /** The person doesn't want this file, or wants one that failed to be tried again. */
  | { readonly type: 'skip.requested'; readonly file: number }
  | { readonly type: 'retry.requested'; readonly file: number }
  | { readonly type: 'file.retried'; readonly file: number }
  /** The receiver takes what it had left out. */
  | { readonly type: 'entries.taken'; readonly ranges: readonly EntryRange[] }
  /**
   * A message came on a bulk channel for which no flow is prepared, or one that breaks the rules (SPEC.md, C5, F5, F6).
   */
  | { readonly type: 'bulk.received' }
  | { readonly type: 'outflow.finished' }
  | { readonly type: 'digest.computed'; readonly digest: BundleDigest }
  | { readonly type: 'verified.received'; readonly digest: string }
  | { readonly type: 'cancel.requested' }
  | { readonly type: 'cancel.received' }
  /** The receiver's person doesn't want it. */
  | { readonly type: 'decline.received' }
  | { readonly type: 'failed.received'; readonly code: FailureCode }
  | { readonly type: 'remote.misbehaved' }
  | { readonly type: 'platform.failed'; readonly code: FailureCode };

// ── the receiver's side ────────────────────────────────────────────────────────────────────────────

export interface ReceiverDeliveryInput {
  /**
   * Bytes of the first credit window, CREDIT_WINDOW_BYTES if not given. Later the window follows the path, between half
   * and twice of this.
   */
  readonly window?: number;
  /** A delivery that was accepted in an earlier visit. Its sink is open. */
  readonly resumed?: {
    readonly manifest: Manifest;
    readonly pieces: PieceSet;
    /** Entries that the person has left out; none if not given. */
    readonly leftOut?: EntrySet;
  };
  /** A delivery that was complete in an earlier visit. Its files are still here. */
  readonly finished?: {
    readonly manifest: Manifest;
    readonly digest: BundleDigest;
    readonly absent: readonly AbsentEntry[];
    /** When its files were handed to the person, in milliseconds since 1970; undefined if they never were. */
    readonly handedOver?: number | undefined;
  };
}

export interface ReceiverDeliveryContext extends DeliveryContext {
  /** What the sender said of the bundle before there was a connection. What counts is the manifest (SPEC.md, N10). */
  readonly summary: Summary | undefined;
  /** What the sender's person calls themselves, and their line, as last heard (SPEC.md, N11). They prove nothing. */
  readonly senderName: string | undefined;
  readonly note: string | undefined;
  readonly window: number;
  /** The pieces that the sink held when it was last asked. */
  readonly held: PieceSet;
  /** Entries that were left out, and that the person wants now. The next generation doesn't leave them out. */
  readonly taking: EntrySet;
  /** Milliseconds from the last loss, or the last failed attempt, to the next attempt; undefined if none is due. */
  readonly retryDelay: number | undefined;
  /** The reason why the server refused the seat; it matters once the connection is lost. */
  readonly refusal: FailureCode | undefined;
  /** `given` once the sender knows that everything is verified, or can't be told any more. */
  readonly confirmation: 'wanted' | 'given';
  /** The manifest while its pages come in. */
  readonly partial: PartialManifest | undefined;
  /** The person accepted before it was known where the bytes will be stored. It takes effect once there is room. */
  readonly isAcceptWaiting: boolean;
  /**
   * Links that the person hands back, in their order. Undefined if an earlier visit may have given some: nobody has
   * counted them.
   */
  readonly gifts: readonly string[] | undefined;
  /** Connections in a row over which nothing moved. */
  readonly standstills: number;
  /** Where the bytes will be stored; undefined until the platform has looked. */
  readonly sink: SinkChoice | undefined;
  /** What the receiver waits for while connecting. It gets a `place` or `serverPlace` by waiting (SPEC.md, S11), and an `answer` from the
   * sender's person (A8). */
  readonly waitingFor:
    'server' | 'sender' | 'connection' | 'answer' | 'offer' | 'retry' | 'place' | 'serverPlace';
  /** The result of the last attempt to hand the files to the person. The end of `started` can't be observed. */
  readonly handedOver: 'no' | 'failed' | 'started' | 'finished';
  /** How often the files were handed over without an observable end, in this visit and before. */
  readonly handOvers: number;
}

export type ReceiverDeliveryEvent =
  | FlowEvent
  | PathEvent
  /** The sender has compared held pieces with its own: it is at work, though no bytes come. */
  | { readonly type: 'compared.received'; readonly pieces: number }
  | { readonly type: 'signaling.joined'; readonly peers: readonly string[] }
  | { readonly type: 'summary.received'; readonly summary: Summary }
  /** The sender's person is asked (SPEC.md, A8). */
  | { readonly type: 'answer.awaited'; readonly senderName: string | undefined }
  | { readonly type: 'signaling.lost' }
  /** The server has no place for now, and is asked again. */
  | { readonly type: 'signaling.waiting'; readonly code: WaitCode }
  | { readonly type: 'signaling.refused'; readonly code: FailureCode }
  | { readonly type: 'peer.online' }
  | { readonly type: 'peer.offline' }
  | { readonly type: 'connection.established' }
  | { readonly type: 'connection.lost' }
  | { readonly type: 'connection.failed'; readonly code: FailureCode }
  | {
      readonly type: 'offer.received';
      readonly name: string;
      readonly files: number;
      readonly bytes: number;
      readonly pages: number;
    }
  | {
      readonly type: 'page.received';
      readonly page: number;
      readonly entries: readonly ManifestEntry[];
    }
  | { readonly type: 'sink.probed'; readonly sink: SinkChoice }
  /** `left`: entries to leave out, in ascending order, with a gap between each two; none if not given. */
  | { readonly type: 'accept.requested'; readonly left?: readonly EntryRange[] }
  /** The person wants entries that were left out. */
  | { readonly type: 'take.requested'; readonly ranges: readonly EntryRange[] }
  /** A later visit would know the choice. */
  | { readonly type: 'choice.recorded'; readonly taken: readonly EntryRange[] }
  /** The sender takes these in from here on. */
  | { readonly type: 'entries.taken'; readonly ranges: readonly EntryRange[] }
  /** The person hands back a link of their own, as `formatGift` writes it. */
  | { readonly type: 'give.requested'; readonly link: string }
  /** The person doesn't want it. */
  | { readonly type: 'decline.requested' }
  | { readonly type: 'progress.made'; readonly bytes: number }
  /** That many bytes have arrived, counting chunks of pieces that aren't complete or written yet. */
  | { readonly type: 'bytes.arrived'; readonly bytes: number }
  | { readonly type: 'file.failed'; readonly file: number; readonly code: FailureCode }
  | { readonly type: 'pause.requested' }
  | { readonly type: 'resume.requested' }
  | { readonly type: 'pause.received'; readonly reason: PauseReason }
  | { readonly type: 'resume.received' }
  /** The person doesn't want this file, or wants one that failed to be tried again. */
  | { readonly type: 'skip.requested'; readonly file: number }
  | { readonly type: 'retry.requested'; readonly file: number }
  | { readonly type: 'file.retried'; readonly file: number }
  /**
   * A message came on a bulk channel for which no flow is prepared, or one that breaks the rules (SPEC.md, C5, F1 to
   * F4).
   */
  | { readonly type: 'bulk.received' }
  | { readonly type: 'retry.scheduled'; readonly delay: number }
  /** The pieces that the sink holds, once everything that was given to it has been settled. */
  | { readonly type: 'sink.listed'; readonly pieces: PieceSet }
  /** The messages of the bulk channels are taken from now on. */
  | { readonly type: 'inflow.started' }
  /** The disk is full. */
  | { readonly type: 'inflow.stalled' }
  | { readonly type: 'again.received' }
  | { readonly type: 'sent.received' }
  /** `sent` has come and every piece is stored: only the digests are missing. */
  | { readonly type: 'inflow.verifying' }
  | { readonly type: 'inflow.verified'; readonly digest: BundleDigest }
  | { readonly type: 'inflow.failed'; readonly code: FailureCode }
  /** Everything is flushed and ready to hand over. */
  | { readonly type: 'sink.sealed' }
  | { readonly type: 'complete.received'; readonly digest: string }
  | { readonly type: 'save.requested'; readonly method: SaveMethod }
  /** Handed over in a way whose end can't be observed. */
  | { readonly type: 'save.started' }
  /** Handed over, and the end was observed. */
  | { readonly type: 'save.finished' }
  /** `isAborted`: the person closed the picker. */
  | { readonly type: 'save.failed'; readonly isAborted: boolean }
  /** The page closes: nothing more happens here, and the stored pieces stay. */
  | { readonly type: 'visit.ended' }
  /** The person wants the private copy removed, or its time is over. */
  | { readonly type: 'discard.requested' }
  | { readonly type: 'cancel.requested' }
  | { readonly type: 'cancel.received' }
  | { readonly type: 'failed.received'; readonly code: FailureCode }
  | { readonly type: 'remote.misbehaved' }
  | { readonly type: 'platform.failed'; readonly code: FailureCode };
