/** What travels, as TypeScript sees it. The rules are in SPEC.md; the parsers in this folder hold to them. */

/** The member id of a room's sender; a receiver's is 16 bytes in base64url. */
export const SENDER = 'sender';

/** `sender`, or a receiver's member id. */
export type PeerId = string;

/** An ICE server as the operator configures it: the fields of `RTCIceServer`. */
export interface IceServer {
  readonly urls: string | readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

/** SPEC.md, S: what a client says to the signaling server. */
export type ClientMessage =
  | {
      readonly type: 'join';
      readonly version: number;
      readonly role: 'sender' | 'receiver';
      readonly room: string;
      readonly token: string;
    }
  | {
      readonly type: 'relay';
      readonly to: PeerId;
      readonly session: string;
      readonly seq: number;
      readonly data: string;
    }
  | { readonly type: 'accepted' }
  /** The sender's alone, like `dismiss`: the member gets a seat (SPEC.md, S13). */
  | { readonly type: 'admit'; readonly member: PeerId }
  | { readonly type: 'dismiss'; readonly member: PeerId }
  | { readonly type: 'leave' }
  | { readonly type: 'pong' };

export type RefusalCode = 'malformed' | 'version' | 'seat.refused' | 'room.full' | 'idle' | 'limit';

/** The refusals that are no end: who is refused so comes back by itself (SPEC.md, S11). */
export type WaitCode = Extract<RefusalCode, 'room.full' | 'limit'>;

/** The refusals after which a client does not come back. */
export type FinalRefusalCode = Exclude<RefusalCode, WaitCode>;

/** SPEC.md, S: what the signaling server says. */
export type ServerMessage =
  | {
      readonly type: 'joined';
      readonly version: number;
      readonly member: PeerId;
      readonly peers: readonly PeerId[];
      /** Neighbourhood tags in the order of `peers`, to senders alone (SPEC.md, S14): 4 bytes in base64url. */
      readonly tags?: readonly string[];
      /** How many receivers can be admitted at once; to senders alone. */
      readonly seats?: number;
      readonly iceServers: readonly IceServer[];
    }
  /** `tag` comes to senders alone. */
  | { readonly type: 'peer.online'; readonly peer: PeerId; readonly tag?: string }
  | { readonly type: 'peer.offline'; readonly peer: PeerId }
  | {
      readonly type: 'relay';
      readonly from: PeerId;
      readonly session: string;
      readonly seq: number;
      readonly data: string;
    }
  | { readonly type: 'refused'; readonly code: RefusalCode; readonly message: string }
  | { readonly type: 'replaced' }
  | { readonly type: 'restarting' }
  | { readonly type: 'ping' };

/** A session description of either side: the fields of `RTCSessionDescription`. */
export interface Description {
  readonly kind: 'offer' | 'answer';
  readonly sdp: string;
}

/** An ICE candidate; an empty `candidate` ends a round's candidates. */
export interface Candidate {
  readonly candidate: string;
  readonly mid: string | null;
  readonly line: number | null;
}

/** SPEC.md, G: what the two negotiations of a generation say to each other. */
export type NegotiationMessage =
  | ({
      readonly type: 'description';
      readonly generation: number;
      readonly round: number;
    } & Description)
  | ({
      readonly type: 'candidate';
      readonly generation: number;
      readonly round: number;
    } & Candidate)
  | { readonly type: 'restart.wanted'; readonly generation: number };

/** SPEC.md, N5: what is said inside a session. */
export type SessionMessage =
  | {
      readonly type: 'hello';
      readonly version: number;
      readonly delivery: string;
      readonly generation: number;
    }
  | NegotiationMessage
  | { readonly type: 'reconnect.wanted'; readonly generation: number }
  | { readonly type: 'goodbye'; readonly reason: GoodbyeReason };

/**
 * Why a session that is sound comes to nothing: the delivery has ended, all of the sender's places are taken, or
 * the first attempt has found no way to the other side.
 */
export type GoodbyeReason = 'ended' | 'full' | 'unreachable';

/** Why a delivery or one file of it failed. Stable: the UI's `data-code`. */
export type FailureCode =
  | 'security'
  | 'unreachable'
  | 'stalled'
  | 'connection.lost'
  | 'protocol'
  | 'integrity'
  | 'disk.full'
  | 'disk.failed'
  | 'memory.limit'
  | 'source.changed'
  | 'source.unreadable'
  | 'skipped'
  | 'sender.ended'
  | 'room.idle'
  | 'replaced'
  | 'refused'
  | 'internal';

export const FAILURE_CODES: readonly FailureCode[] = [
  'security',
  'unreachable',
  'stalled',
  'connection.lost',
  'protocol',
  'integrity',
  'disk.full',
  'disk.failed',
  'memory.limit',
  'source.changed',
  'source.unreadable',
  'skipped',
  'sender.ended',
  'room.idle',
  'replaced',
  'refused',
  'internal',
];

/** SPEC.md, M2. */
export type ManifestEntry = FileEntry | FolderEntry;

export interface FileEntry {
  readonly kind: 'file';
  /** Relative, `/` between segments, in normal form (SPEC.md, M4). */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970, or null where the source doesn't tell. */
  readonly modified: number | null;
  /** As the source's platform says it, possibly empty. Never trusted. */
  readonly mediaType: string;
  /** The sender's browser changed the path (SPEC.md, M7). */
  readonly renamed?: true;
}

/** An empty folder; others follow from their files' paths. */
export interface FolderEntry {
  readonly kind: 'folder';
  readonly path: string;
  /** The sender's browser changed the path (SPEC.md, M7). */
  readonly renamed?: true;
}

/** What a sender offers. */
export interface Manifest {
  readonly name: string;
  readonly entries: readonly ManifestEntry[];
  /** Bytes of all files together. */
  readonly bytes: number;
}

/** Why the other side holds a delivery up: the person wants it, or the receiver's disk is full. */
export type PauseReason = 'person' | 'disk.full';

/** How far a sender may go, as the receiver says (SPEC.md, K2). */
export interface Credit {
  /** Bytes that may be opened in all. */
  readonly upTo: number;
  /** Bytes of opened pieces that have been written and hashed, or were wanted no more. */
  readonly settled: number;
}

/** SPEC.md, C. Ranges and leaves are parsed: on the wire they are pairs of numbers and base64url. */
export type ControlMessage =
  | {
      readonly type: 'offer';
      readonly name: string;
      readonly files: number;
      readonly bytes: number;
      readonly pages: number;
    }
  | { readonly type: 'page'; readonly page: number; readonly entries: readonly ManifestEntry[] }
  | {
      readonly type: 'held';
      readonly first: number;
      /** 1 to HELD_LEAVES_MAX leaves of consecutive pieces, one after the other. */
      readonly leaves: Uint8Array;
    }
  | { readonly type: 'accept'; readonly credit: number }
  | ({ readonly type: 'credit' } & Credit)
  | { readonly type: 'again'; readonly ranges: readonly PieceRange[] }
  | { readonly type: 'missing'; readonly ranges: readonly PieceRange[]; readonly more: boolean }
  | { readonly type: 'file.failed'; readonly file: number; readonly code: FailureCode }
  | { readonly type: 'file.retried'; readonly file: number }
  | { readonly type: 'file.skip'; readonly file: number }
  | { readonly type: 'file.retry'; readonly file: number }
  | { readonly type: 'pause'; readonly reason: PauseReason }
  | { readonly type: 'resume' }
  | { readonly type: 'compared'; readonly pieces: number }
  | { readonly type: 'sent'; readonly digest: string }
  | { readonly type: 'verified'; readonly digest: string }
  | { readonly type: 'complete'; readonly digest: string }
  | { readonly type: 'cancel' }
  | { readonly type: 'failed'; readonly code: FailureCode }
  | { readonly type: 'beat' }
  | ({ readonly type: 'lane.description'; readonly lane: number } & Description)
  | ({ readonly type: 'lane.candidate'; readonly lane: number } & Candidate)
  | { readonly type: 'lane.close'; readonly lane: number; readonly frames: number }
  | { readonly type: 'lane.closed'; readonly lane: number; readonly frames: number };

/** A piece and where it lies. */
export interface Piece {
  /** Its number through the whole bundle, from 0. */
  readonly ordinal: number;
  /** Index of its file in the manifest. */
  readonly file: number;
  /** Its number within the file, from 0. */
  readonly index: number;
  /** Bytes from the file's start. */
  readonly offset: number;
  /** Bytes, 1 to 1 MiB. */
  readonly length: number;
}

/** The ordinals from `first` up to, and without, `end`. */
export interface PieceRange {
  readonly first: number;
  readonly end: number;
}
