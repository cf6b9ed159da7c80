import type { Session } from '../connection/types.ts';
import type { ResponderComputed } from '../noise/index.ts';
import type { Envelope } from '../protocol/envelope.ts';
import type { LinkSecrets } from '../protocol/link.ts';
import type {
  FinalRefusalCode,
  Manifest,
  ManifestEntry,
  PeerId,
  WaitCode,
} from '../protocol/types.ts';

/** A file, a text or an empty folder as the person's platform names it. The machine brings it into normal form. */
export interface ChosenEntry {
  readonly kind: ManifestEntry['kind'];
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
  /** Whether it is connected now, or was ever. */
  readonly lane: 'never' | 'open' | 'lost';
  /** The neighbourhood that it came from, as the server's tag. */
  readonly tag: string;
  /** What its person calls themselves; undefined if they don't say (SPEC.md, N11). */
  readonly receiverName: string | undefined;
}

/** A receiver who is online in the room. */
export interface BundleMember {
  readonly peer: PeerId;
  /** Its neighbourhood, 4 bytes in base64url: equal for addresses that are close to each other. */
  readonly tag: string;
  /** Whether it was given a seat. */
  readonly isAdmitted: boolean;
}

/** A receiver with the link that has no place now and tries again, or for whom the sender's person is asked. */
export interface WaitingRow {
  /** The delivery's id. */
  readonly id: string;
  readonly number: number;
  readonly peer: PeerId;
  /** Its neighbourhood. */
  readonly tag: string;
  readonly receiverName: string | undefined;
  readonly waitsFor: 'place' | 'answer';
  /** The session in which it waits for an answer; undefined while it isn't there. */
  readonly session: Session | undefined;
}

/** A handshake that has not proven the link yet (SPEC.md, N4). */
export interface HalfOpenSlot {
  readonly peer: PeerId;
  /** Its neighbourhood. */
  readonly tag: string;
  readonly session: string;
  /** The first message, in base64url. */
  readonly firstMessage: string;
  /** The session, once we have answered. */
  readonly opened: Session | undefined;
}

export interface BundleContext {
  /** What this person calls themselves; undefined if they don't say (SPEC.md, N11). Kept for the next bundle. */
  readonly senderName: string | undefined;
  /** A line to whoever opens the link. */
  readonly note: string | undefined;
  /** Whether the person is asked before a new receiver is told anything (SPEC.md, A8). */
  readonly asksFirst: boolean;
  /** Whether the link ends once a receiver has everything (SPEC.md, A9). */
  readonly once: boolean;
  /** The deliveries that the person has said yes to, and no; the newest last. */
  readonly approved: readonly string[];
  readonly refused: readonly string[];
  readonly manifest: Manifest | undefined;
  /** The entries' paths on the person's disk, by index; empty after `bundle.restored`. */
  readonly chosenPaths: readonly string[];
  readonly secrets: LinkSecrets | undefined;
  /** The state of the tab's seat with the signaling server. */
  readonly signaling: 'connecting' | 'joined' | 'lost' | 'waiting';
  /** The reason why the server refused the seat, in `refused`. */
  readonly refusal: FinalRefusalCode | undefined;
  /** The problem with the chosen files, in `choosing`. */
  readonly problem: 'empty' | 'limit' | undefined;
  readonly deliveries: readonly BundleDelivery[];
  readonly waiting: readonly WaitingRow[];
  /** The members online, as the server reports. */
  readonly members: readonly BundleMember[];
  /** Members that had a seat and went offline: a newer socket of theirs may have it (SPEC.md, S13). */
  readonly formerlySeated: readonly PeerId[];
  /** How many members can have a seat. */
  readonly seats: number;
  /** The running timers that remove rows. */
  readonly watched: readonly BundleTimer[];
  /** The oldest first. */
  readonly halfOpen: readonly HalfOpenSlot[];
  /**
   * The neighbourhoods that were answered lately, once for each handshake (SPEC.md, N4): each answer has cost
   * computations with curves.
   */
  readonly handshakes: readonly string[];
  /** The peers that were told lately that they don't have the whole link, once for each answer (SPEC.md, N9). */
  readonly knocks: readonly PeerId[];
  readonly lastNumber: number;
}

export type BundleEvent =
  | {
      readonly type: 'files.chosen';
      readonly name: string;
      readonly entries: readonly ChosenEntry[];
    }
  /** The files of an earlier visit are shared again, under the same link. */
  | {
      readonly type: 'bundle.restored';
      readonly manifest: Manifest;
      readonly token: Uint8Array;
      readonly secret: Uint8Array;
      readonly privateKey: Uint8Array;
      /** Whether the person was asked first; false if not given. */
      readonly asksFirst?: boolean;
      /** Whether the link was to end with the first delivery that is complete; false if not given. */
      readonly once?: boolean;
    }
  | { readonly type: 'name.changed'; readonly name: string }
  /** What the person calls themselves; nothing if it is empty. Receivers hear it in their next session. */
  | { readonly type: 'sender.name.changed'; readonly name: string }
  /** A line to whoever opens the link; nothing if it is empty. */
  | { readonly type: 'note.changed'; readonly note: string }
  /** Whether new receivers have to wait for the person's yes. Those who are here already stay. */
  | { readonly type: 'asking.changed'; readonly asksFirst: boolean }
  /** Whether the link ends with the next delivery that is complete. */
  | { readonly type: 'once.changed'; readonly once: boolean }
  /** The person says yes to a receiver that waits for it, or no. */
  | { readonly type: 'approve.requested'; readonly delivery: string }
  | { readonly type: 'refuse.requested'; readonly delivery: string }
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
  | {
      readonly type: 'entropy.drawn';
      readonly session: string;
      readonly ephemeral: Uint8Array;
      /** Given by a host that computes X25519 itself, from the command's keys. */
      readonly computed?: ResponderComputed;
    }
  /** Its first lane has opened, or is gone. */
  | { readonly type: 'delivery.connected'; readonly delivery: string }
  | { readonly type: 'delivery.lost'; readonly delivery: string }
  | { readonly type: 'delivery.accepted'; readonly delivery: string }
  /** It is complete, and ends right after. `isWhole`: its receiver has everything. */
  | { readonly type: 'delivery.completed'; readonly delivery: string; readonly isWhole: boolean }
  | { readonly type: 'delivery.ended'; readonly delivery: string }
  | { readonly type: 'slot.expired'; readonly session: string }
  | { readonly type: 'row.expired'; readonly delivery: string }
  | { readonly type: 'wait.expired'; readonly delivery: string }
  /** The person removes the rows that have come to nothing. */
  | { readonly type: 'deliveries.cleared' }
  | { readonly type: 'knocks.forgotten' }
  | { readonly type: 'handshakes.forgotten' };

/** An event that the machine raises after that many milliseconds. */
export interface BundleTimer {
  readonly id: string;
  readonly delay: number;
  readonly event: Extract<
    BundleEvent,
    {
      type:
        | 'slot.expired'
        | 'knocks.forgotten'
        | 'handshakes.forgotten'
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
  | {
      readonly type: 'entropy.draw';
      readonly session: string;
      /** The link's private key. */
      readonly privateKey: Uint8Array;
      /** The initiator's ephemeral key; undefined where its message is too short for one. */
      readonly publicKey: Uint8Array | undefined;
    }
  | { readonly type: 'relay.send'; readonly envelope: Envelope }
  | { readonly type: 'delivery.open'; readonly delivery: string; readonly manifest: Manifest }
  | { readonly type: 'delivery.close'; readonly delivery: string }
  /** It makes room for another delivery, and is told that it waits (N8). */
  | { readonly type: 'delivery.putOut'; readonly delivery: string }
  | {
      readonly type: 'session.open';
      readonly delivery: string;
      readonly session: Session;
      readonly generation: number;
    }
  | { readonly type: 'session.receive'; readonly delivery: string; readonly envelope: Envelope };
