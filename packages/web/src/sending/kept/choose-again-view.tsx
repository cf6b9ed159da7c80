import type { Ref } from 'react';

import { Button } from '../../ui/button.tsx';
import { Ground } from '../../ui/ground.tsx';
import { Headline } from '../../ui/headline.tsx';
import { Names } from '../../ui/name-list.tsx';
import { Notice } from '../../ui/notice.tsx';
import { DropArea } from '../source/drop-area.tsx';

/** Why it does not go on yet. */
export type ChooseAgainProblem =
  /** The browser or the person did not let the page open the files, or what it has leads nowhere. */
  | { readonly kind: 'unopened' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'missing'; readonly paths: readonly string[] }
  /** They may well be there: the browser doesn't show such names in a folder that it opens again. */
  | { readonly kind: 'hidden'; readonly paths: readonly string[] };

interface ChooseAgainViewProps {
  /** The bundle's; undefined while nobody has shown that they have any of its files. */
  readonly name: string | undefined;
  /** `3 files, 1.2 GB`. */
  readonly summary: string;
  readonly hovering: boolean;
  readonly reading: boolean;
  readonly problem: ChooseAgainProblem | undefined;
  readonly headingRef?: Ref<HTMLHeadingElement>;
  readonly onChoose: (files: readonly File[]) => void;
  readonly onPick: (handles: readonly FileSystemFileHandle[]) => void;
  readonly onGoOn: () => void;
  readonly onBack: () => void;
}

/** A page can't open files by itself that were chosen before a reload: the person chooses them again. */
export function ChooseAgainView(props: ChooseAgainViewProps) {
  const { name, summary, hovering, reading, problem, headingRef } = props;
  const { onChoose, onPick, onGoOn, onBack } = props;
  return (
    <div className="spread spread-choosing">
      <Ground is="masa" />
      <div className="words">
        <Headline text="Choose the same files again" headingRef={headingRef} />
        <p className="lead">
          {name !== undefined && (
            <>
              <bdi className="strong">{name}</bdi>,{' '}
            </>
          )}
          {summary}. The link stays the same, and whoever was in the middle goes on.
        </p>
        <div role="alert">
          {problem !== undefined && (
            <Notice key={problem.kind}>
              <Problem problem={problem} />
            </Notice>
          )}
        </div>
        <div className="actions">
          {(problem?.kind === 'missing' || problem?.kind === 'hidden') && (
            <Button onClick={onGoOn}>Go on without them</Button>
          )}
          <Button kind="quiet" onClick={onBack}>
            Not now
          </Button>
        </div>
      </div>
      <DropArea
        hovering={hovering}
        reading={reading}
        calls={CALLS}
        onChoose={onChoose}
        onPick={onPick}
      />
    </div>
  );
}

const CALLS = { drop: 'Drop them here', letGo: 'Let go' };

function Problem({ problem }: { readonly problem: ChooseAgainProblem }) {
  if (problem.kind === 'unopened') {
    return <p>This page can’t open the files by itself. Choose them here, and it goes on.</p>;
  }
  if (problem.kind === 'nothing') {
    return (
      <p>
        None of that is as you shared it. Look for the same files, unchanged; for other files, go
        back and share them under a new link.
      </p>
    );
  }
  if (problem.kind === 'hidden') {
    return (
      <p>
        <Names paths={problem.paths} /> can’t be opened by this page alone: your browser hides such
        names from it. Choose or drop the same folder once more, or go on without: then they can’t
        be fetched, and everything else can.
      </p>
    );
  }
  return (
    <p>
      Still missing: <Names paths={problem.paths} />. Choose what is missing too, or go on without:
      then it can’t be fetched, and everything else can.
    </p>
  );
}
