import {
  CANDIDATES_MAX,
  LANE_CANDIDATES_MAX,
  RESTARTS_WANTED_MAX,
  ROUNDS_MAX,
} from '../constants.ts';
import type { Candidate, Description, NegotiationMessage } from '../protocol/types.ts';
import { isFitCandidate, withFitCandidates, withoutCandidates } from './candidates.ts';
import { choose, type Choice } from './choice.ts';
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

type Limits = Pick<NegotiationContext, 'isFrugal'>;

/** How many candidates of a remote description are taken (G10, W7). */
function candidatesMax({ isFrugal }: Limits): number {
  return isFrugal ? LANE_CANDIDATES_MAX : CANDIDATES_MAX;
}

/**
 * Candidates of a later round push none out: those over the limit are dropped (G4). Where few are taken, all of them
 * come with their description and are held while it is applied, and so is their end.
 */
export function holdCandidate(
  context: Pick<NegotiationContext, 'held' | 'isFrugal'>,
  round: number,
  candidate: Candidate,
): readonly HeldCandidate[] {
  const { held, isFrugal } = context;
  const most = candidatesMax(context) + (isFrugal ? 1 : 0);
  return held.length < most ? [...held, { round, candidate }] : held;
}

/** Whether one more candidate is within its description's limit (G10, W7). The end of candidates always is. */
export function hasRoom(
  context: Pick<NegotiationContext, 'remoteCandidates' | 'isFrugal'>,
  { candidate }: Candidate,
): boolean {
  return candidate === '' || context.remoteCandidates < candidatesMax(context);
}

/** What is said of an own description (W7): platforms report the candidates in it as well. */
export function saidOf({ isFrugal }: Limits, { kind, sdp }: Description): Description {
  return { kind, sdp: isFrugal ? withoutCandidates(sdp) : sdp };
}

/** Which own candidates are said, now that these have come (W7). */
export function chooseAll(
  { isFrugal }: Limits,
  choice: Choice,
  gathered: readonly Candidate[],
): readonly [Choice, readonly Candidate[]] {
  if (!isFrugal) return [choice, gathered];
  return gathered.reduce<readonly [Choice, readonly Candidate[]]>(
    ([before, said], candidate) => {
      const [next, more] = choose(before, candidate);
      return [next, [...said, ...more]];
    },
    [choice, []],
  );
}

export function candidateOf({ candidate, mid, line }: RemoteCandidate): Candidate {
  return { candidate, mid, line };
}

/** The part of a remote description that is applied, and its number of candidates (G10). */
export function takenFrom(
  limits: Limits,
  { kind, sdp }: RemoteDescription,
): {
  readonly pending: Description;
  readonly candidates: number;
} {
  const fit = withFitCandidates(sdp, candidatesMax(limits));
  return { pending: { kind, sdp: fit.sdp }, candidates: fit.count };
}
