import type { InitiatorComputed, InitiatorState, Transport } from '../noise/index.ts';
import type { Envelope } from '../protocol/envelope.ts';
import type { FailureCode, NegotiationMessage, PeerId, Summary } from '../protocol/types.ts';

/** The parts of the link that both ends of a handshake know. */
export interface HandshakeKeys {
  /** 16 bytes. */
  readonly roomBytes: Uint8Array;
  /** 16 bytes. */
  readonly secret: Uint8Array;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** An authenticated session: the state of both ends after the handshake (SPEC.md, N). */
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

export type ConnectionInput =
  | {
      readonly role: 'initiator';
      /** From the link: room id (16 bytes), secret (16), the sender's public key (32). */
      readonly roomBytes: Uint8Array;
      readonly secret: Uint8Array;
      readonly publicKey: Uint8Array;
      /** The id by which the server knows this receiver (SPEC.md, S3), 16 bytes in base64url. */
      readonly member: string;
      /** The delivery's id, 16 bytes in base64url. */
      readonly delivery: string;
      /** The highest generation that this delivery used in an earlier visit; 0 if it is new. */
      readonly generation?: number;
      /** What the person calls themselves, in normal form (SPEC.md, N11). */
      readonly receiverName?: string | undefined;
    }
  | { readonly role: 'responder'; readonly delivery: string };

export interface ConnectionContext {
  readonly input: ConnectionInput;
  readonly session: Session | undefined;
  /** The current handshake; initiators only. */
  readonly handshake: PendingHandshake | undefined;
  /** The newest generation of this delivery; 0 before the first. */
  readonly generation: number;
  readonly senderOnline: boolean;
  /** After `once`, a failed connection no longer ends the delivery (SPEC.md, G8). */
  readonly connected: 'never' | 'once';
  /** Authentication failures in a row while connecting. */
  readonly authenticationFailures: number;
  /** Attempts in a row that did not end in a connection: the exponent of the back-off. */
  readonly attempts: number;
  /** A number from 0 to 1, drawn with the last entropy: the jitter of the next back-off. */
  readonly jitter: number;
}

export interface PendingHandshake {
  readonly session: string;
  readonly state: InitiatorState;
  /** Who computes with curves: the host, if it did so for the first message. */
  readonly computes: 'core' | 'host';
  /** The answer, while the host computes its secret. */
  readonly answer: Envelope | undefined;
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
      /** Given by a host that computes X25519 itself; it is then asked for the answer's secret, too. */
      readonly computed?: InitiatorComputed;
      readonly jitter: number;
    }
  /** The host's answer to `secret.compute`: 32 bytes, or none if it can't. */
  | { readonly type: 'secret.computed'; readonly session: string; readonly secret?: Uint8Array }
  /** The number could not be recorded now; a later attempt may succeed. */
  | { readonly type: 'entropy.failed'; readonly jitter: number }
  /** Responders: the bundle has authenticated a session whose hello names this delivery. */
  | { readonly type: 'session.opened'; readonly session: Session; readonly generation: number }
  | { readonly type: 'negotiation.sent'; readonly message: NegotiationMessage }
  | { readonly type: 'negotiation.failed'; readonly generation: number }
  | { readonly type: 'lane.opened'; readonly generation: number }
  /** Only a new generation lets the delivery go on (SPEC.md, W5). */
  | { readonly type: 'generation.spoiled' }
  | { readonly type: 'lane.closed'; readonly generation: number }
  /** The platform has given up the lane's path. Another may be found while its channels still exist. */
  | { readonly type: 'lane.suspected'; readonly generation: number }
  /** The network has changed: looking for another path costs little. */
  | { readonly type: 'path.suspected' }
  /** A person asked for it, or the browser is online or visible again: don't wait for the next attempt. */
  | { readonly type: 'retry.requested' }
  /** A valid message came from the other side over the lane. */
  | { readonly type: 'traffic.received' }
  /** A control message went out. */
  | { readonly type: 'control.sent' }
  /** Initiators: the person says what they call themselves, in normal form. The next hello says it (N11). */
  | { readonly type: 'receiver.named'; readonly receiverName: string | undefined }
  /** Responders: a delivery of a higher rank needs the place (SPEC.md, A3). */
  | { readonly type: 'place.withdrawn' }
  | { readonly type: 'connection.ended' };

/** Events that the machine raises after opening an envelope. */
export type ConnectionInternalEvent =
  | { readonly type: 'handshake.finished' }
  | { readonly type: 'handshake.failed' }
  | { readonly type: 'goodbye.received'; readonly code: FailureCode }
  /** The sender has no place now (N8). */
  | { readonly type: 'place.missing' }
  /** The sender's person has not answered yet (A8). */
  | { readonly type: 'answer.missing' }
  | { readonly type: 'reconnect.received' }
  /** The current connection won't be made. */
  | { readonly type: 'way.missing' }
  | { readonly type: 'session.ended'; readonly cause: 'gap' | 'authentication' | 'malformed' };

export type ConnectionCommand =
  /**
   * Draw entropy. Answer `entropy.drawn` once it is durably recorded that this delivery uses `generation`: a number is
   * never used twice (SPEC.md, G1). If it can't be recorded, answer `entropy.failed`.
   */
  | { readonly type: 'entropy.draw'; readonly generation: number }
  /** Compute X25519 of these keys, and answer `secret.computed`. Only for hosts that gave `computed`. */
  | {
      readonly type: 'secret.compute';
      readonly session: string;
      readonly privateKey: Uint8Array;
      readonly publicKey: Uint8Array;
    }
  | { readonly type: 'relay.send'; readonly envelope: Envelope }
  | { readonly type: 'negotiation.start'; readonly generation: number; readonly offers: boolean }
  | { readonly type: 'negotiation.stop'; readonly generation: number }
  | { readonly type: 'negotiation.receive'; readonly message: NegotiationMessage }
  | { readonly type: 'negotiation.restart'; readonly generation: number }
  /** Initiators: what the sender has, long before there is a connection. */
  | { readonly type: 'summary.received'; readonly summary: Summary }
  | { readonly type: 'beat.send' }
  /** The next attempt comes after that many milliseconds, or sooner. */
  | { readonly type: 'retry.scheduled'; readonly delay: number }
  /** The sender has no place now; another attempt follows. */
  | { readonly type: 'place.awaited' }
  /** The sender's person is asked: until they answer, or the server ends the wait (S8). */
  | { readonly type: 'answer.awaited'; readonly senderName: string | undefined }
  | { readonly type: 'connection.established'; readonly generation: number }
  | { readonly type: 'connection.lost' }
  | { readonly type: 'connection.failed'; readonly code: FailureCode };
