import type { Candidate, Description, NegotiationMessage } from '../protocol/types.ts';

export interface NegotiationInput {
  readonly generation: number;
  /** The receiver's side offers, the sender's answers (SPEC.md, G3). */
  readonly offers: boolean;
}

export interface HeldCandidate {
  readonly round: number;
  readonly candidate: Candidate;
}

export interface NegotiationContext extends NegotiationInput {
  /** The round under way, counted from 1; 0 before the first. */
  readonly round: number;
  /** The offerer: somebody asked for an ICE restart during the round under way. */
  readonly restartWanted: boolean;
  /** The description that is being applied. */
  readonly pending: Description | undefined;
  /** The round whose remote description has been applied; 0 for none. */
  readonly appliedRound: number;
  /** The answerer: an offer of a later round that came while one was being answered. */
  readonly queued: { readonly round: number; readonly description: Description } | undefined;
  /** Remote candidates that came before their description. */
  readonly held: readonly HeldCandidate[];
}

export type NegotiationEvent =
  | { readonly type: 'message.received'; readonly message: NegotiationMessage }
  /** The connection has found a candidate of its own; an empty one ends them. */
  | { readonly type: 'candidate.gathered'; readonly candidate: Candidate }
  | { readonly type: 'restart.requested' }
  | { readonly type: 'negotiation.stopped' };

export type NegotiationCommand =
  | { readonly type: 'message.send'; readonly message: NegotiationMessage }
  | { readonly type: 'candidate.add'; readonly candidate: Candidate }
  | { readonly type: 'negotiation.failed'; readonly generation: number };
