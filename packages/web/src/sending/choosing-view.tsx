import { FILES_MAX } from '@burritoshare/core';
import type { ReactNode, Ref } from 'react';

import { formatCount } from '../ui/format.ts';
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
  children,
}: ChoosingViewProps) {
  return (
    <>
      <h1 className="page-title" tabIndex={-1} ref={headingRef}>
        Hand somebody a file
      </h1>
      <p className="lead">
        Straight from your browser to theirs, as you would hand over a USB stick. No account, no
        size limit, nothing kept on a server.
      </p>
      {children}
      <DropArea hovering={hovering} reading={reading} onChoose={onChoose} onPick={onPick} />
      <div role="alert">
        {problem !== undefined && (
          <Notice key={JSON.stringify(problem)}>
            <ChoosingProblemText problem={problem} />
          </Notice>
        )}
      </div>
    </>
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
