import type { Candidate, Description, NegotiationMessage } from '../protocol/types.ts';
import type { Choice } from './choice.ts';

export interface NegotiationInput {
  readonly generation: number;
  /** The receiver's side makes the offers, the sender's the answers (SPEC.md, G3). */
  readonly offers: boolean;
  /** Few candidates of either side are enough (W7), as for a further lane. By default CANDIDATES_MAX are taken. */
  readonly isFrugal?: boolean;
}

export interface HeldCandidate {
  readonly round: number;
  readonly candidate: Candidate;
}

/** A candidate of this side, and the ICE user fragment of its description, if the platform says. */
export interface GatheredCandidate {
  readonly candidate: Candidate;
  readonly ufrag?: string | undefined;
}

export interface NegotiationContext extends Required<NegotiationInput> {
  /** The current round, counted from 1; 0 before the first. */
  readonly round: number;
  /** The rounds of the current descriptions; 0 for none. The remote one counts as soon as it is accepted. */
  readonly localRound: number;
  readonly remoteRound: number;
  /** The user fragments of the current local description; empty if it has none. */
  readonly localUfrags: readonly string[];
  /** Whether the current local description has its last candidate. */
  readonly hasGathered: boolean;
  /** This side's candidates that came before their description was sent. */
  readonly early: readonly GatheredCandidate[];
  /** Which of the current local description's candidates have been said, where few are enough. */
  readonly choice: Choice;
  /** Descriptions of the other side that have been accepted, or offers that have been made. */
  readonly rounds: number;
  /** Restarts that the other side has asked for. */
  readonly restartsWanted: number;
  /** Candidates of the current remote description, including those inside it. */
  readonly remoteCandidates: number;
  /** Whether the offerer was asked for an ICE restart during the current round. */
  readonly restartWanted: boolean;
  /** The remote description that is being applied. */
  readonly pending: Description | undefined;
  /** Remote candidates that came before their description. */
  readonly held: readonly HeldCandidate[];
}

export type NegotiationEvent =
  | { readonly type: 'message.received'; readonly message: NegotiationMessage }
  /** The connection has found a candidate of its own; an empty one is the end of them. */
  | ({ readonly type: 'candidate.gathered' } & GatheredCandidate)
  | { readonly type: 'restart.requested' }
  | { readonly type: 'negotiation.stopped' };

export type NegotiationCommand =
  | { readonly type: 'message.send'; readonly message: NegotiationMessage }
  | { readonly type: 'candidate.add'; readonly candidate: Candidate }
  | { readonly type: 'negotiation.failed'; readonly generation: number };
