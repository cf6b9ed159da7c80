import { CANDIDATES_MAX } from '../constants.ts';
import type { Candidate, Description, NegotiationMessage } from '../protocol/types.ts';
import type { HeldCandidate, NegotiationContext } from './types.ts';

export type RemoteDescription = Extract<NegotiationMessage, { type: 'description' }>;
export type RemoteCandidate = Extract<NegotiationMessage, { type: 'candidate' }>;

/** An answer to the offer that is waiting for one, and to no other (G3). */
export function isAwaitedAnswer(context: NegotiationContext, message: NegotiationMessage): boolean {
  return (
    context.offers &&
    message.type === 'description' &&
    message.kind === 'answer' &&
    message.generation === context.generation &&
    message.round === context.round
  );
}

/** An offer of a round that has not been before (G3). */
export function isNewOffer(context: NegotiationContext, message: NegotiationMessage): boolean {
  return (
    !context.offers &&
    message.type === 'description' &&
    message.kind === 'offer' &&
    message.generation === context.generation &&
    message.round > context.round
  );
}

/** The other side, which can't offer, wants the offerer to (G5). */
export function isRestartWanted(context: NegotiationContext, message: NegotiationMessage): boolean {
  return (
    context.offers && message.type === 'restart.wanted' && message.generation === context.generation
  );
}

/** A candidate of this generation, of the remote description's round or a later one (G4). */
export function isUsableCandidate(
  context: NegotiationContext,
  message: NegotiationMessage,
): boolean {
  return (
    message.type === 'candidate' &&
    message.generation === context.generation &&
    message.round >= Math.max(1, context.remoteRound)
  );
}

/** Whether a round's remote description is in force: its candidates go straight to the connection (G4). */
export function isApplied(context: NegotiationContext, round: number): boolean {
  return context.pending === undefined && round === context.remoteRound;
}

/**
 * The round of a candidate that this side has gathered: that of its description in force. While the next
 * one is being made, what comes still belongs to the last.
 */
export function roundOfGathered(context: NegotiationContext): number {
  return Math.max(1, context.localRound);
}

/** A later round's candidates push nothing out: what is over the limit is dropped (G4). */
export function holdCandidate(
  held: readonly HeldCandidate[],
  round: number,
  candidate: Candidate,
): readonly HeldCandidate[] {
  return held.length < CANDIDATES_MAX ? [...held, { round, candidate }] : held;
}

export function candidateOf({ candidate, mid, line }: RemoteCandidate): Candidate {
  return { candidate, mid, line };
}

export function descriptionOf({ kind, sdp }: RemoteDescription): Description {
  return { kind, sdp };
}
