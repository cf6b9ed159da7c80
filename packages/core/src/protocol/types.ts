/** The types of messages and manifests. SPEC.md has the rules; the parsers in this folder check them. */

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

/** SPEC.md, S: the messages of a client to the signaling server. */
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
  /** Only for the sender, like `dismiss`: the member gets a seat (SPEC.md, S13). */
  | { readonly type: 'admit'; readonly member: PeerId }
  | { readonly type: 'dismiss'; readonly member: PeerId }
  | { readonly type: 'leave' }
  | { readonly type: 'pong' };

/** Why the signaling server refuses a client. */
export const REFUSAL_CODES = [
  'malformed',
  'version',
  'seat.refused',
  'room.full',
  'idle',
  'limit',
] as const;

export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** The refusals after which a client tries again by itself (SPEC.md, S11). */
export type WaitCode = Extract<RefusalCode, 'room.full' | 'limit'>;

/** The refusals after which a client does not come back. */
export type FinalRefusalCode = Exclude<RefusalCode, WaitCode>;

/** SPEC.md, S: the messages of the signaling server. */
export type ServerMessage =
  | {
      readonly type: 'joined';
      readonly version: number;
      readonly member: PeerId;
      readonly peers: readonly PeerId[];
      /** Only for senders: neighbourhood tags in the order of `peers` (SPEC.md, S14), each 4 bytes in base64url. */
      readonly tags?: readonly string[];
      /** Only for senders: how many receivers can be admitted at once. */
      readonly seats?: number;
      readonly iceServers: readonly IceServer[];
    }
  /** `tag` is only for senders. */
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

/** An ICE candidate. An empty `candidate` means that the round has no more. */
export interface Candidate {
  readonly candidate: string;
  readonly mid: string | null;
  readonly line: number | null;
}

/** SPEC.md, G: the messages between the two negotiations of a generation. */
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

/** SPEC.md, W1: one description or candidate of a further lane. */
export type LaneSignal =
  | ({ readonly type: 'description'; readonly lane: number } & Description)
  | ({ readonly type: 'candidate'; readonly lane: number } & Candidate);

/** SPEC.md, N10: what a sender says of its bundle before there is a connection. */
export interface Summary {
  /** The bundle's name, in normal form. */
  readonly name: string;
  /** Entries of its manifest, as in an offer. */
  readonly files: number;
  /** Bytes of all files together. */
  readonly bytes: number;
  /** What the sender's person calls themselves, in normal form (SPEC.md, N11). It proves nothing. */
  readonly senderName?: string | undefined;
  /** A line from the sender's person, in normal form. */
  readonly note?: string | undefined;
}

/** SPEC.md, N5: the messages inside a session. */
export type SessionMessage =
  | {
      readonly type: 'hello';
      readonly version: number;
      readonly delivery: string;
      readonly generation: number;
      /** What the receiver's person calls themselves, in normal form (SPEC.md, N11). It proves nothing. */
      readonly receiverName?: string | undefined;
    }
  | NegotiationMessage
  | ({ readonly type: 'summary' } & Summary)
  /** The sender's person is asked first (SPEC.md, A8). */
  | { readonly type: 'wait'; readonly senderName?: string | undefined }
  | { readonly type: 'reconnect.wanted'; readonly generation: number }
  | { readonly type: 'goodbye'; readonly reason: GoodbyeReason };

/**
 * Why a valid session ends without a connection: the delivery has ended, all of the sender's places are taken, the
 * sender's person has said no, or the first attempt has found no path to the other side.
 */
export const GOODBYE_REASONS = ['ended', 'full', 'declined', 'unreachable'] as const;

export type GoodbyeReason = (typeof GOODBYE_REASONS)[number];

/** Why a delivery or one file of it failed. Stable: the UI's `data-code`. */
export const FAILURE_CODES = [
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
  'sender.declined',
  'room.idle',
  'replaced',
  'refused',
  'internal',
] as const;

export type FailureCode = (typeof FAILURE_CODES)[number];

/** SPEC.md, M2. */
export type ManifestEntry = FileEntry | TextEntry | FolderEntry;

export interface FileEntry {
  readonly kind: 'file';
  /** Relative, `/` between segments, in normal form (SPEC.md, M4). */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970, or null if the source doesn't say. */
  readonly modified: number | null;
  /** As the source's platform reports it, possibly empty. Never trusted. */
  readonly mediaType: string;
  /** The sender's browser changed the path (SPEC.md, M7). */
  readonly renamed?: true;
}

/** A text that its sender has written or pasted: shown where it arrives, and saved as a file (SPEC.md, M9). */
export interface TextEntry {
  readonly kind: 'text';
  /** As a file's. It ends in `.txt`. */
  readonly path: string;
  /** Bytes, at most TEXT_BYTES_MAX. Whether they are UTF-8 shows when they have come. */
  readonly size: number;
  /** The sender's browser changed the path (SPEC.md, M7). */
  readonly renamed?: true;
}

/** An empty folder. Other folders follow from their files' paths. */
export interface FolderEntry {
  readonly kind: 'folder';
  readonly path: string;
  /** The sender's browser changed the path (SPEC.md, M7). */
  readonly renamed?: true;
}

/** Whether an entry has bytes: pieces, leaves, and something to fail. A folder, and what is not there, has none. */
export function hasBytes(entry: ManifestEntry | undefined): entry is FileEntry | TextEntry {
  return entry !== undefined && entry.kind !== 'folder';
}

/** The contents of an offer. */
export interface Manifest {
  readonly name: string;
  readonly entries: readonly ManifestEntry[];
  /** Bytes of all files together. */
  readonly bytes: number;
}

/** Why the other side pauses a delivery: its person wants to, or the receiver's disk is full. */
export const PAUSE_REASONS = ['person', 'disk.full'] as const;

export type PauseReason = (typeof PAUSE_REASONS)[number];

/** How much a sender may send, as the receiver reports (SPEC.md, K2). */
export interface Credit {
  /** Bytes of pieces that may be opened in total. */
  readonly upTo: number;
  /** Bytes of opened pieces that have been written and hashed, or are no longer wanted. */
  readonly settled: number;
}

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

/** The ordinals from `first` up to, but not including, `end`. */
export interface PieceRange {
  readonly first: number;
  readonly end: number;
}

/** The same of entries, by their indexes in the manifest. */
export type EntryRange = PieceRange;
