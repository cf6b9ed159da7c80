import { CANDIDATES_MAX, RESTARTS_WANTED_MAX, ROUNDS_MAX } from '../constants.ts';
import type { Candidate, Description, NegotiationMessage } from '../protocol/types.ts';
import { isFitCandidate, withFitCandidates } from './candidates.ts';
import type { GatheredCandidate, HeldCandidate, NegotiationContext } from './types.ts';

export type RemoteDescription = Extract<NegotiationMessage, { type: 'description' }>;
export type RemoteCandidate = Extract<NegotiationMessage, { type: 'candidate' }>;

/** Whether this answers the offer that is waiting, and no other (G3). */
export function isAwaitedAnswer(context: NegotiationContext, message: NegotiationMessage): boolean {
  return (
    context.offers &&
    message.type === 'description' &&
    message.kind === 'answer' &&
    message.generation === context.generation &&
    message.round === context.round
  );
}

/** Whether this is an offer of a new round (G3). */
export function isNewOffer(context: NegotiationContext, message: NegotiationMessage): boolean {
  return (
    !context.offers &&
    message.type === 'description' &&
    message.kind === 'offer' &&
    message.generation === context.generation &&
    message.round > context.round &&
    context.rounds < ROUNDS_MAX
  );
}

/** Whether the other side, which can't offer, asks for a restart (G5). */
export function isRestartWanted(context: NegotiationContext, message: NegotiationMessage): boolean {
  return (
    context.offers &&
    message.type === 'restart.wanted' &&
    message.generation === context.generation &&
    context.restartsWanted < RESTARTS_WANTED_MAX
  );
}

/** Whether another round may begin (G10). */
export function isRoundLeft({ rounds }: NegotiationContext): boolean {
  return rounds < ROUNDS_MAX;
}

/**
 * Whether a candidate belongs to this generation, and to the remote description's round or a later one (G4), and is fit
 * (G10).
 */
export function isUsableCandidate(
  context: NegotiationContext,
  message: NegotiationMessage,
): boolean {
  return (
    message.type === 'candidate' &&
    message.generation === context.generation &&
    message.round >= Math.max(1, context.remoteRound) &&
    isFitCandidate(message.candidate)
  );
}

/** Whether a round's remote description is applied, so that its candidates go straight to the connection (G4). */
export function isApplied(context: NegotiationContext, round: number): boolean {
  return context.pending === undefined && round === context.remoteRound;
}

/** The ICE user fragments that a description names (RFC 8839, section 5.4). */
export function ufragsOf(sdp: string): readonly string[] {
  return [...sdp.matchAll(/^a=ice-ufrag:(\S+)/gm)].map(([, ufrag = '']) => ufrag);
}

/**
 * Whether a candidate belongs to the current local description, while the next one is being made. Some platforms report
 * the next one's candidates before the promise that makes it has settled. A candidate without a user fragment counts
 * for the next one, where it does no harm. An end counts for the first description that lacks one, since an end that is
 * sent too early stops the other side's search.
 */
export function isOfLast(
  { localRound, localUfrags, hasGathered }: NegotiationContext,
  { candidate, ufrag }: GatheredCandidate,
): boolean {
  if (localRound === 0) return false;
  if (ufrag !== undefined && localUfrags.length > 0) return localUfrags.includes(ufrag);
  return candidate.candidate === '' && !hasGathered;
}

/** Whether a candidate belongs to a description with these user fragments, as far as that can be told. */
export function isOfDescription(
  ufrags: readonly string[],
  { ufrag }: Pick<GatheredCandidate, 'ufrag'>,
): boolean {
  return ufrag === undefined || ufrags.length === 0 || ufrags.includes(ufrag);
}

/** Candidates of a later round push none out: those over the limit are dropped (G4). */
export function holdCandidate(
  held: readonly HeldCandidate[],
  round: number,
  candidate: Candidate,
): readonly HeldCandidate[] {
  return held.length < CANDIDATES_MAX ? [...held, { round, candidate }] : held;
}

/** Whether one more candidate is within its description's limit (G10). The end of candidates always is. */
export function hasRoom(
  { remoteCandidates }: Pick<NegotiationContext, 'remoteCandidates'>,
  { candidate }: Candidate,
): boolean {
  return candidate === '' || remoteCandidates < CANDIDATES_MAX;
}

export function candidateOf({ candidate, mid, line }: RemoteCandidate): Candidate {
  return { candidate, mid, line };
}

/** The part of a remote description that is applied, and its number of candidates (G10). */
export function takenFrom({ kind, sdp }: RemoteDescription): {
  readonly pending: Description;
  readonly candidates: number;
} {
  const fit = withFitCandidates(sdp);
  return { pending: { kind, sdp: fit.sdp }, candidates: fit.count };
}
