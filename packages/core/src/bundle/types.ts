import type { Session } from '../connection/types.ts';
import type { Envelope } from '../protocol/envelope.ts';
import type { LinkSecrets } from '../protocol/link.ts';
import type { FinalRefusalCode, Manifest, PeerId, WaitCode } from '../protocol/types.ts';

/** A file or an empty folder as the person's platform names it; brought into normal form by the machine. */
export interface ChosenEntry {
  readonly kind: 'file' | 'folder';
  readonly path: string;
  /** Bytes; 0 for a folder. */
  readonly size: number;
  readonly modified: number | null;
  readonly mediaType: string;
}

/** A delivery that the sender's tab knows of. */
export interface BundleDelivery {
  readonly id: string;
  /** 1 for the first receiver of this bundle, and so on: how the page names them. */
  readonly number: number;
  readonly peer: PeerId;
  /** The id of its newest session. */
  readonly session: string;
  /** Its newest generation (SPEC.md, G2). */
  readonly generation: number;
  readonly stage: 'open' | 'accepted' | 'ended';
  /** Whether it is connected, or ever was. */
  readonly lane: 'never' | 'open' | 'lost';
  /** The neighbourhood from which it came, as the server calls it. */
  readonly tag: string;
}

/** A receiver who is online in the room. */
export interface BundleMember {
  readonly peer: PeerId;
  /** Its neighbourhood, 4 bytes in base64url: equal for addresses that are close to each other. */
  readonly tag: string;
  /** Whether it was given a seat. */
  readonly isAdmitted: boolean;
}

/** Somebody with the link, for whom there is no place now, and who tries again. */
export interface WaitingRow {
  /** The delivery's id. */
  readonly id: string;
  readonly number: number;
  readonly peer: PeerId;
}

/** A handshake that has not proven the link yet (SPEC.md, N4). */
export interface HalfOpenSlot {
  readonly peer: PeerId;
  /** Its neighbourhood. */
  readonly tag: string;
  readonly session: string;
  /** The first message, in base64url. */
  readonly greeting: string;
  /** After our answer. */
  readonly opened: Session | undefined;
}

export interface BundleContext {
  readonly manifest: Manifest | undefined;
  /** What the manifest's entries are called on the person's disk, by their index; empty after `bundle.restored`. */
  readonly chosenPaths: readonly string[];
  readonly secrets: LinkSecrets | undefined;
  /** How the tab stands with the signaling server. */
  readonly signaling: 'connecting' | 'joined' | 'lost' | 'waiting';
  /** Why the server refused the seat, in `refused`. */
  readonly refusal: FinalRefusalCode | undefined;
  /** What was wrong with the chosen files, in `choosing`. */
  readonly problem: 'empty' | 'limit' | undefined;
  readonly deliveries: readonly BundleDelivery[];
  readonly waiting: readonly WaitingRow[];
  /** Who is online, as the server says. */
  readonly members: readonly BundleMember[];
  /** Who had a seat and went offline: a newer socket of theirs may have it (SPEC.md, S13). */
  readonly formerlySeated: readonly PeerId[];
  /** How many of them can have a seat. */
  readonly seats: number;
  /** The timers of rows that go by themselves. */
  readonly watched: readonly BundleTimer[];
  /** The oldest first. */
  readonly halfOpen: readonly HalfOpenSlot[];
  /** The neighbourhoods that were answered lately, once for each greeting (SPEC.md, N4): each has cost curves. */
  readonly greetings: readonly string[];
  /** Who was told lately that they don't have the whole link, once for each answer (SPEC.md, N9). */
  readonly knocks: readonly PeerId[];
  readonly lastNumber: number;
}

export type BundleEvent =
  | {
      readonly type: 'files.chosen';
      readonly name: string;
      readonly entries: readonly ChosenEntry[];
    }
  /** What was shared in an earlier visit is shared again, under the same link. */
  | {
      readonly type: 'bundle.restored';
      readonly manifest: Manifest;
      readonly token: Uint8Array;
      readonly secret: Uint8Array;
      readonly privateKey: Uint8Array;
    }
  | { readonly type: 'name.changed'; readonly name: string }
  | { readonly type: 'sharing.stopped' }
  | {
      readonly type: 'secrets.drawn';
      readonly token: Uint8Array;
      readonly secret: Uint8Array;
      readonly privateKey: Uint8Array;
    }
  | {
      readonly type: 'signaling.joined';
      readonly peers: readonly PeerId[];
      /** In the order of `peers`. */
      readonly tags: readonly string[];
      /** How many receivers can be admitted at once. */
      readonly seats: number;
    }
  | { readonly type: 'signaling.lost' }
  /** The server has no place for the sender now; it tries again by itself. */
  | { readonly type: 'signaling.waiting'; readonly code: WaitCode }
  | { readonly type: 'peer.online'; readonly peer: PeerId; readonly tag: string }
  | { readonly type: 'peer.offline'; readonly peer: PeerId }
  | { readonly type: 'signaling.refused'; readonly code: FinalRefusalCode }
  | { readonly type: 'signaling.replaced' }
  | { readonly type: 'relay.received'; readonly envelope: Envelope }
  | { readonly type: 'entropy.drawn'; readonly session: string; readonly ephemeral: Uint8Array }
  /** Its first lane is open, or gone. */
  | { readonly type: 'delivery.connected'; readonly delivery: string }
  | { readonly type: 'delivery.lost'; readonly delivery: string }
  | { readonly type: 'delivery.accepted'; readonly delivery: string }
  | { readonly type: 'delivery.ended'; readonly delivery: string }
  | { readonly type: 'slot.expired'; readonly session: string }
  | { readonly type: 'row.expired'; readonly delivery: string }
  | { readonly type: 'wait.expired'; readonly delivery: string }
  /** The person wants to see only what has come to something. */
  | { readonly type: 'deliveries.cleared' }
  | { readonly type: 'knocks.forgotten' }
  | { readonly type: 'greetings.forgotten' };

/** What the machine tells itself after so many milliseconds. */
export interface BundleTimer {
  readonly id: string;
  readonly delay: number;
  readonly event: Extract<
    BundleEvent,
    {
      type:
        | 'slot.expired'
        | 'knocks.forgotten'
        | 'greetings.forgotten'
        | 'row.expired'
        | 'wait.expired';
    }
  >;
}

export type BundleCommand =
  | { readonly type: 'secrets.draw' }
  | { readonly type: 'signaling.start'; readonly room: string; readonly token: Uint8Array }
  | { readonly type: 'signaling.stop' }
  /** The member gets a seat in the room, or loses its place there (SPEC.md, S13). */
  | { readonly type: 'member.admit'; readonly member: PeerId }
  | { readonly type: 'member.dismiss'; readonly member: PeerId }
  | { readonly type: 'entropy.draw'; readonly session: string }
  | { readonly type: 'relay.send'; readonly envelope: Envelope }
  | { readonly type: 'delivery.open'; readonly delivery: string; readonly manifest: Manifest }
  | { readonly type: 'delivery.close'; readonly delivery: string }
  /** It makes room for another, and is told that it waits (N8). */
  | { readonly type: 'delivery.putOut'; readonly delivery: string }
  | {
      readonly type: 'session.open';
      readonly delivery: string;
      readonly session: Session;
      readonly generation: number;
    }
  | { readonly type: 'session.hear'; readonly delivery: string; readonly envelope: Envelope };
