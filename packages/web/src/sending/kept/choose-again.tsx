import { useState, type RefObject } from 'react';

import { isListed } from '../../delivery/allowed-names.ts';
import { summaryOf } from '../../delivery/summary.ts';
import { useTitle } from '../../tab/use-title.ts';
import type { Choice } from '../source/entries.ts';
import { useChoosing } from '../source/use-choosing.ts';
import { ChooseAgainView, type ChooseAgainProblem } from './choose-again-view.tsx';
import type { RestoredFiles } from './keeper.ts';
import type { KeptBundle } from './kept-bundle.ts';
import { matchFiles, type Match } from './matching.ts';

/** A kept bundle that this tab has locked, and the files of it that were found so far. */
export interface LockedBundle {
  readonly bundle: KeptBundle;
  readonly found: Pick<Choice, 'items' | 'roots'>;
}

/** What a bundle goes on with, and the paths of what can't be fetched any more. */
export interface Resumption extends RestoredFiles {
  readonly unfit: readonly string[];
}

interface ChooseAgainProps {
  readonly locked: LockedBundle;
  readonly headingRef: RefObject<HTMLHeadingElement | null>;
  readonly onGoOn: (resumption: Resumption) => void;
  readonly onBack: () => void;
}

/** Where the same files are chosen again; it goes on by itself once none is missing. */
export function ChooseAgain({ locked, headingRef, onGoOn, onBack }: ChooseAgainProps) {
  const { bundle } = locked;
  const { manifest } = bundle;
  const [found, setFound] = useState(locked.found);
  const [problem, setProblem] = useState(() => firstProblem(locked));
  const choosing = useChoosing(({ items, roots }) => {
    // Files that lie in several places are chosen one place after the other.
    const both = { items: [...found.items, ...items], roots: [...found.roots, ...roots] };
    const match = matchFiles(manifest, both.items);
    if (isEnough(match)) return onGoOn(resumptionOf(bundle, both, match));
    setFound(both);
    setProblem(problemOf(match));
  });
  // Whoever is at this computer now may not be who shared it: a name is for who has some of the files.
  const name = matchFiles(manifest, found.items).found > 0 ? manifest.name : undefined;
  useTitle(name ?? '');
  return (
    <ChooseAgainView
      {...choosing}
      headingRef={headingRef}
      name={name}
      summary={summaryOf(manifest.entries, manifest.bytes)}
      problem={problem}
      onGoOn={() => onGoOn(resumptionOf(bundle, found, matchFiles(manifest, found.items)))}
      onBack={onBack}
    />
  );
}

/** What can go on at once, if nothing is missing from what was found. */
export function resume({ bundle, found }: LockedBundle): Resumption | undefined {
  const match = matchFiles(bundle.manifest, found.items);
  return isEnough(match) ? resumptionOf(bundle, found, match) : undefined;
}

// What has changed can't be had by choosing it again; but a bundle of which nothing is left can't go on.
function isEnough({ found, changed, missing }: Match): boolean {
  return missing.length === 0 && (found > 0 || changed.length === 0);
}

function resumptionOf(
  bundle: KeptBundle,
  { roots }: LockedBundle['found'],
  match: Match,
): Resumption {
  return { bundle, files: match.files, roots, unfit: [...match.changed, ...match.missing] };
}

function problemOf({ found, missing }: Pick<Match, 'found' | 'missing'>): ChooseAgainProblem {
  return found === 0 ? { kind: 'nothing' } : { kind: 'missing', paths: missing };
}

function firstProblem({ bundle, found }: LockedBundle): ChooseAgainProblem | undefined {
  if (found.items.length > 0) {
    const match = matchFiles(bundle.manifest, found.items);
    const { missing } = match;
    const hidden = missing.filter((path) => !isListed(path));
    if (hidden.length > 0 && hidden.length === missing.length)
      return { kind: 'hidden', paths: hidden };
    return problemOf(match);
  }
  return bundle.roots.length > 0 ? { kind: 'unopened' } : undefined;
}
