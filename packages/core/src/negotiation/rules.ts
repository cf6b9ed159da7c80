import { CANDIDATES_MAX, RESTARTS_WANTED_MAX, ROUNDS_MAX } from '../constants.ts';
import type { Candidate, Description, NegotiationMessage } from '../protocol/types.ts';
import { isFitCandidate, withFitCandidates } from './candidates.ts';
import type { GatheredCandidate, HeldCandidate, NegotiationContext } from './types.ts';

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
    message.round > context.round &&
    context.rounds < ROUNDS_MAX
  );
}

/** The other side, which can't offer, wants the offerer to (G5). */
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

/** A candidate of this generation, of the remote description's round or a later one (G4), and fit (G10). */
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

/** Whether a round's remote description is in force: its candidates go straight to the connection (G4). */
export function isApplied(context: NegotiationContext, round: number): boolean {
  return context.pending === undefined && round === context.remoteRound;
}

/** The ICE user fragments that a description names (RFC 8839, section 5.4). */
export function ufragsOf(sdp: string): readonly string[] {
  return [...sdp.matchAll(/^a=ice-ufrag:(\S+)/gm)].map(([, ufrag = '']) => ufrag);
}

/**
 * Whether a candidate belongs to the local description in force, while the next one is being made. Some platforms
 * tell the next one's candidates before the promise that makes it has settled. A candidate without a user fragment
 * is taken for the next one's, where it does no harm; an end is taken for the first that is missing, since an end
 * that is said too early stops the other side's search.
 */
export function isOfLast(
  { localRound, localUfrags, hasGathered }: NegotiationContext,
  { candidate, ufrag }: GatheredCandidate,
): boolean {
  if (localRound === 0) return false;
  if (ufrag !== undefined && localUfrags.length > 0) return localUfrags.includes(ufrag);
  return candidate.candidate === '' && !hasGathered;
}

/** Whether a candidate belongs to a description with these user fragments, as far as anybody can tell. */
export function isOfDescription(
  ufrags: readonly string[],
  { ufrag }: Pick<GatheredCandidate, 'ufrag'>,
): boolean {
  return ufrag === undefined || ufrags.length === 0 || ufrags.includes(ufrag);
}

/** A later round's candidates push nothing out: what is over the limit is dropped (G4). */
export function holdCandidate(
  held: readonly HeldCandidate[],
  round: number,
  candidate: Candidate,
): readonly HeldCandidate[] {
  return held.length < CANDIDATES_MAX ? [...held, { round, candidate }] : held;
}

/** Whether one more candidate is within the limit of its description (G10); the end of them always is. */
export function hasRoom(
  { remoteCandidates }: Pick<NegotiationContext, 'remoteCandidates'>,
  { candidate }: Candidate,
): boolean {
  return candidate === '' || remoteCandidates < CANDIDATES_MAX;
}

export function candidateOf({ candidate, mid, line }: RemoteCandidate): Candidate {
  return { candidate, mid, line };
}

/** What of a remote description is applied, and how many candidates are in it (G10). */
export function takenFrom({ kind, sdp }: RemoteDescription): {
  readonly pending: Description;
  readonly candidates: number;
} {
  const fit = withFitCandidates(sdp);
  return { pending: { kind, sdp: fit.sdp }, candidates: fit.count };
}
