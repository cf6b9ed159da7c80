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
  /** The rounds of the descriptions in force; 0 for none. The remote one counts from when it is taken. */
  readonly localRound: number;
  readonly remoteRound: number;
  /** The offerer: somebody asked for an ICE restart during the round under way. */
  readonly restartWanted: boolean;
  /** The remote description that is being applied. */
  readonly pending: Description | undefined;
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
