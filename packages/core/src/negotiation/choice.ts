// Which of its own candidates a side names where few are enough (SPEC.md, W7). They come one by one, those that STUN
// servers know late, and it can't be known whether more will. So places are kept until the end.

import { LANE_CANDIDATES_MAX, LANE_HOSTS_AT_ONCE, LANE_MAPPED_AT_ONCE } from '../lane-constants.ts';
import type { Candidate } from '../protocol/types.ts';
import { kindOf, type CandidateKind } from './candidates.ts';

/** What has been said of a description's candidates. */
export interface Choice {
  /** Kinds of those that have been said, in their order. */
  readonly said: readonly CandidateKind[];
  /** Those that get the places that are left at the end. */
  readonly held: readonly { readonly kind: CandidateKind; readonly candidate: Candidate }[];
  readonly hasEnded: boolean;
}

export const NOTHING_CHOSEN: Choice = { said: [], held: [], hasEnded: false };

/**
 * Takes one more candidate, or their end, which is an empty one. Returns what is to be said now. Unfit candidates, which
 * the other side wouldn't take, are left out, and so is a second end. What comes behind the end gets a place that is
 * left: not every platform keeps that order.
 */
export function choose(
  choice: Choice,
  candidate: Candidate,
): readonly [Choice, readonly Candidate[]] {
  if (candidate.candidate === '') return choice.hasEnded ? [choice, []] : end(choice, candidate);
  const kind = kindOf(candidate.candidate);
  if (kind === undefined) return [choice, []];
  const { said, held, hasEnded } = choice;
  const isNow = hasEnded ? said.length < LANE_CANDIDATES_MAX : isAtOnce(said, kind);
  return isNow
    ? [{ ...choice, said: [...said, kind] }, [candidate]]
    : [{ ...choice, held: [...held, { kind, candidate }] }, []];
}

function isAtOnce(said: readonly CandidateKind[], kind: CandidateKind): boolean {
  const mapped = said.filter((one) => one === 'mapped').length;
  if (kind === 'mapped') return mapped < LANE_MAPPED_AT_ONCE;
  return !said.includes(kind) || said.length - mapped < LANE_HOSTS_AT_ONCE;
}

/** Says those for which there are places after all, what servers know first. */
function end(
  { said, held }: Choice,
  candidate: Candidate,
): readonly [Choice, readonly Candidate[]] {
  const mapped = held.filter(({ kind }) => kind === 'mapped');
  const hosts = held.filter(({ kind }) => kind !== 'mapped');
  const last = [...mapped, ...hosts].slice(0, LANE_CANDIDATES_MAX - said.length);
  return [
    { said: [...said, ...last.map(({ kind }) => kind)], held: [], hasEnded: true },
    [...last.map((one) => one.candidate), candidate],
  ];
}
