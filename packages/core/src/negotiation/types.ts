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

/** A candidate of this side's, and the ICE user fragment of the description that it belongs to, if the platform says. */
export interface GatheredCandidate {
  readonly candidate: Candidate;
  readonly ufrag?: string | undefined;
}

export interface NegotiationContext extends NegotiationInput {
  /** The round under way, counted from 1; 0 before the first. */
  readonly round: number;
  /** The rounds of the descriptions in force; 0 for none. The remote one counts from when it is taken. */
  readonly localRound: number;
  readonly remoteRound: number;
  /** The user fragments of the local description in force; empty if it names none. */
  readonly localUfrags: readonly string[];
  /** Whether the local description in force has its last candidate. */
  readonly hasGathered: boolean;
  /** This side's candidates that came before the description that they belong to was out. */
  readonly early: readonly GatheredCandidate[];
  /** Descriptions of the other side that have been taken, or offers that have been made. */
  readonly rounds: number;
  /** Restarts that the other side has asked for. */
  readonly restartsWanted: number;
  /** Candidates of the remote description in force that have been taken, those in it included. */
  readonly remoteCandidates: number;
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
  | ({ readonly type: 'candidate.gathered' } & GatheredCandidate)
  | { readonly type: 'restart.requested' }
  | { readonly type: 'negotiation.stopped' };

export type NegotiationCommand =
  | { readonly type: 'message.send'; readonly message: NegotiationMessage }
  | { readonly type: 'candidate.add'; readonly candidate: Candidate }
  | { readonly type: 'negotiation.failed'; readonly generation: number };
