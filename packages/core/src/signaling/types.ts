import type { Envelope } from '../protocol/envelope.ts';
import type { FinalRefusalCode, IceServer, PeerId, WaitCode } from '../protocol/types.ts';

export interface SignalingInput {
  readonly role: 'sender' | 'receiver';
  /** The room id, 16 bytes in base64url. */
  readonly room: string;
  /** The seat or member token, 32 bytes in base64url. */
  readonly token: string;
}

export interface SignalingContext extends SignalingInput {
  /** Number of the newest socket; events of older ones change nothing. */
  readonly socket: number;
  /** Failed attempts in a row: the exponent of the back-off. */
  readonly attempts: number;
  /** 0 to 1, drawn when the last socket closed. */
  readonly jitter: number;
  /** Whether the person has accepted, which is sent again after every join. */
  readonly accepted: boolean;
}

export type SignalingEvent =
  | { readonly type: 'socket.opened'; readonly socket: number }
  /** `jitter` is a random number from 0 to 1. */
  | { readonly type: 'socket.closed'; readonly socket: number; readonly jitter: number }
  | { readonly type: 'message.received'; readonly socket: number; readonly text: string }
  | { readonly type: 'relay.requested'; readonly envelope: Envelope }
  | { readonly type: 'delivery.accepted' }
  /** Only for a sender: a member gets a seat, or is put out (SPEC.md, S13). No effect while not joined. */
  | { readonly type: 'admit.requested'; readonly member: PeerId }
  | { readonly type: 'dismiss.requested'; readonly member: PeerId }
  /** The browser is online again, or the person asks for an attempt now. */
  | { readonly type: 'retry.requested' }
  | { readonly type: 'signaling.stopped' };

export type SignalingCommand =
  | { readonly type: 'socket.open'; readonly socket: number }
  | { readonly type: 'socket.send'; readonly socket: number; readonly text: string }
  | { readonly type: 'socket.close'; readonly socket: number }
  | {
      readonly type: 'signaling.joined';
      readonly peers: readonly PeerId[];
      /** For a sender: neighbourhood tags in the order of `peers`. Empty for a receiver. */
      readonly tags: readonly string[];
      /** For a sender: how many receivers can be admitted at once. 0 for a receiver. */
      readonly seats: number;
      readonly iceServers: readonly IceServer[];
    }
  | { readonly type: 'signaling.lost' }
  /** An attempt to join has failed; another follows. */
  | { readonly type: 'signaling.unreachable' }
  /** The server has no place for now; another attempt follows (SPEC.md, S11). */
  | { readonly type: 'signaling.waiting'; readonly code: WaitCode }
  | { readonly type: 'signaling.refused'; readonly code: FinalRefusalCode }
  | { readonly type: 'signaling.replaced' }
  /** `tag` is empty for a receiver. */
  | { readonly type: 'peer.online'; readonly peer: PeerId; readonly tag: string }
  | { readonly type: 'peer.offline'; readonly peer: PeerId }
  | { readonly type: 'relay.received'; readonly envelope: Envelope };
