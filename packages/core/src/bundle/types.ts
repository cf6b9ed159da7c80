import type { Envelope, Session } from '../connection/types.ts';
import type { LinkSecrets } from '../protocol/link.ts';
import type { Manifest, PeerId, RefusalCode } from '../protocol/types.ts';

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
}

/** A handshake that has not proven the link yet (SPEC.md, N4). */
export interface HalfOpenSlot {
  readonly peer: PeerId;
  readonly session: string;
  /** The first message, in base64url. */
  readonly greeting: string;
  /** After our answer. */
  readonly opened: Session | undefined;
}

export interface BundleContext {
  readonly manifest: Manifest | undefined;
  readonly secrets: LinkSecrets | undefined;
  /** How the tab stands with the signaling server. */
  readonly signaling: 'connecting' | 'joined' | 'lost';
  /** Why the server refused the seat, in `refused`. */
  readonly refusal: RefusalCode | undefined;
  /** What was wrong with the chosen files, in `choosing`. */
  readonly problem: 'empty' | 'limit' | undefined;
  readonly deliveries: readonly BundleDelivery[];
  readonly halfOpen: readonly HalfOpenSlot[];
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
  | { readonly type: 'signaling.joined' }
  | { readonly type: 'signaling.lost' }
  | { readonly type: 'signaling.refused'; readonly code: RefusalCode }
  | { readonly type: 'signaling.replaced' }
  | { readonly type: 'relay.received'; readonly envelope: Envelope }
  | { readonly type: 'entropy.drawn'; readonly session: string; readonly ephemeral: Uint8Array }
  | { readonly type: 'delivery.accepted'; readonly delivery: string }
  | { readonly type: 'delivery.ended'; readonly delivery: string }
  | { readonly type: 'slot.expired'; readonly session: string };

export type BundleCommand =
  | { readonly type: 'secrets.draw' }
  | { readonly type: 'signaling.start'; readonly room: string; readonly token: Uint8Array }
  | { readonly type: 'signaling.stop' }
  | { readonly type: 'entropy.draw'; readonly session: string }
  | { readonly type: 'relay.send'; readonly envelope: Envelope }
  | { readonly type: 'delivery.open'; readonly delivery: string; readonly manifest: Manifest }
  | { readonly type: 'delivery.close'; readonly delivery: string }
  | {
      readonly type: 'session.open';
      readonly delivery: string;
      readonly session: Session;
      readonly generation: number;
    }
  | { readonly type: 'session.hear'; readonly delivery: string; readonly envelope: Envelope };
