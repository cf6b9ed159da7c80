import type { InitiatorState, Transport } from '../noise/index.ts';
import type { FailureCode, NegotiationMessage, PeerId } from '../protocol/types.ts';

/** An authenticated session: what both ends hold after the handshake (SPEC.md, N). */
export interface Session {
  /** Its id, 16 bytes in base64url. */
  readonly id: string;
  /** The other side. */
  readonly peer: PeerId;
  readonly transport: Transport;
  /** The `seq` of the next message to send, and of the next one expected. */
  readonly nextOut: number;
  readonly nextIn: number;
}

/** One message as the signaling server carries it; `data` is base64url. */
export interface Envelope {
  readonly peer: PeerId;
  readonly session: string;
  readonly seq: number;
  readonly data: string;
}

export type ConnectionInput =
  | {
      readonly role: 'initiator';
      /** From the link: room id (16 bytes), secret (16), the sender's public key (32). */
      readonly roomBytes: Uint8Array;
      readonly secret: Uint8Array;
      readonly publicKey: Uint8Array;
      /** The delivery's id, 16 bytes in base64url. */
      readonly delivery: string;
    }
  | { readonly role: 'responder'; readonly delivery: string };

export interface ConnectionContext {
  readonly input: ConnectionInput;
  readonly session: Session | undefined;
  /** The handshake under way; initiators only. */
  readonly greeting: Greeting | undefined;
  /** The newest generation of this delivery; 0 before the first. */
  readonly generation: number;
  readonly senderOnline: boolean;
  /** Authentication failures in a row while connecting. */
  readonly authenticationFailures: number;
  /** Attempts in a row that did not end in a connection: the exponent of the back-off. */
  readonly attempts: number;
  /** A number from 0 to 1, drawn with the last entropy: the jitter of the next back-off. */
  readonly jitter: number;
}

export interface Greeting {
  readonly session: string;
  readonly state: InitiatorState;
}

export type ConnectionEvent =
  | { readonly type: 'signaling.joined'; readonly peers: readonly PeerId[] }
  | { readonly type: 'signaling.lost' }
  | { readonly type: 'peer.online'; readonly peer: PeerId }
  | { readonly type: 'peer.offline'; readonly peer: PeerId }
  | { readonly type: 'relay.received'; readonly envelope: Envelope }
  | {
      readonly type: 'entropy.drawn';
      readonly session: string;
      readonly ephemeral: Uint8Array;
      readonly jitter: number;
    }
  /** Responders: the bundle has authenticated a session whose hello names this delivery. */
  | { readonly type: 'session.opened'; readonly session: Session; readonly generation: number }
  | { readonly type: 'negotiation.spoke'; readonly message: NegotiationMessage }
  | { readonly type: 'negotiation.failed'; readonly generation: number }
  | { readonly type: 'lane.opened'; readonly generation: number }
  | { readonly type: 'lane.closed'; readonly generation: number }
  /** Something valid came from the other side over the lane. */
  | { readonly type: 'traffic.received' }
  /** A control message went out. */
  | { readonly type: 'control.sent' }
  | { readonly type: 'connection.ended' };

/** What the machine tells itself after opening an envelope. */
export type ConnectionInternalEvent =
  | { readonly type: 'greeting.finished' }
  | { readonly type: 'greeting.refused' }
  | { readonly type: 'goodbye.heard'; readonly code: FailureCode }
  | { readonly type: 'session.ended'; readonly cause: 'gap' | 'authentication' | 'malformed' };

export type ConnectionCommand =
  | { readonly type: 'entropy.draw' }
  | { readonly type: 'relay.send'; readonly envelope: Envelope }
  | { readonly type: 'negotiation.start'; readonly generation: number; readonly offers: boolean }
  | { readonly type: 'negotiation.stop'; readonly generation: number }
  | { readonly type: 'negotiation.hear'; readonly message: NegotiationMessage }
  | { readonly type: 'beat.send' }
  | { readonly type: 'connection.established'; readonly generation: number }
  | { readonly type: 'connection.lost' }
  | { readonly type: 'connection.failed'; readonly code: FailureCode };
