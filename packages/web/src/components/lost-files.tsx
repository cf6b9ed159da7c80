import { lostFileText } from '../app/failures.ts';
import { formatCount } from '../app/format.ts';
import type { LostFile } from '../app/view.ts';
import { Notice } from './problem.tsx';

/** Names that are listed; the rest is counted. */
const LISTED = 20;

/** The files that did not make it, while the others did. */
export function LostFiles({ files }: { readonly files: readonly LostFile[] }) {
  if (files.length === 0) return null;
  const rest = files.length - LISTED;
  return (
    <Notice>
      <p className="strong">{formatCount(files.length, 'file')} could not be delivered.</p>
      <ul className="lost">
        {files.slice(0, LISTED).map(({ path, code }) => (
          <li key={path}>
            <bdi>{path}</bdi>: {lostFileText(code)}.
          </li>
        ))}
        {rest > 0 && <li>And {formatCount(rest, 'other')}.</li>}
      </ul>
    </Notice>
  );
}
