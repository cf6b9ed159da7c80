import { FILES_MAX } from '@burritoshare/core';
import type { ReactNode, Ref } from 'react';

import { formatCount } from '../ui/format.ts';
import { Ground } from '../ui/ground.tsx';
import { Headline } from '../ui/headline.tsx';
import { Notice } from '../ui/notice.tsx';
import { DropArea } from './source/drop-area.tsx';

/** Why what was chosen is not being shared. */
export type ChoosingProblem =
  | { readonly kind: 'empty' }
  | { readonly kind: 'limit' }
  | { readonly kind: 'unreadable'; readonly path: string };

interface ChoosingViewProps {
  readonly hovering: boolean;
  readonly reading: boolean;
  readonly problem: ChoosingProblem | undefined;
  /** Takes the focus when the page comes back to here. */
  readonly headingRef?: Ref<HTMLHeadingElement>;
  readonly onChoose: (files: readonly File[]) => void;
  readonly onPick: (handles: readonly FileSystemFileHandle[]) => void;
  /** Where a text is written. */
  readonly writing?: ReactNode;
  /** What was shared from here before. */
  readonly children?: ReactNode;
}

/** The sender's page before there is anything to share. */
export function ChoosingView({
  hovering,
  reading,
  problem,
  headingRef,
  onChoose,
  onPick,
  writing,
  children,
}: ChoosingViewProps) {
  return (
    <div className="spread spread-choosing">
      <Ground is="masa" />
      <div className="words">
        <Headline text="What are you handing over?" headingRef={headingRef}>
          <span className="headline-line">What are you</span>{' '}
          <span className="headline-line">handing over?</span>
        </Headline>
        <p className="lead">
          Put files, a folder or a text on the tortilla. You get a link, they unwrap it. Nothing is
          kept on a server.
        </p>
        <div role="alert">
          {problem !== undefined && (
            <Notice key={JSON.stringify(problem)}>
              <ChoosingProblemText problem={problem} />
            </Notice>
          )}
        </div>
      </div>
      <DropArea hovering={hovering} reading={reading} onChoose={onChoose} onPick={onPick} />
      {writing}
      {children}
    </div>
  );
}

function ChoosingProblemText({ problem }: { readonly problem: ChoosingProblem }) {
  if (problem.kind === 'empty') {
    return <p>There was nothing in that. Nothing is shared yet: choose at least one file.</p>;
  }
  if (problem.kind === 'limit') {
    return (
      <p>
        That is too much for one link, which takes {formatCount(FILES_MAX, 'file')} at most. Nothing
        is shared yet: choose fewer, or put them into a ZIP file first.
      </p>
    );
  }
  return (
    <p>
      <bdi className="strong">{problem.path}</bdi> can’t be read. Nothing is shared yet: check that
      you may open it, and choose it again.
    </p>
  );
}
