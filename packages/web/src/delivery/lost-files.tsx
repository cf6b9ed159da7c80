import { Button } from '../ui/button.tsx';
import { formatCount } from '../ui/format.ts';
import { Notice } from '../ui/notice.tsx';
import { lostFileText } from './failures.ts';
import type { LostFile } from './view.ts';

/** Names that are listed; the rest is counted. */
const LISTED = 20;

interface LostFilesProps {
  readonly files: readonly LostFile[];
  /** Asks for one of them again; undefined where that can't be done here and now. */
  readonly onRetry?: ((file: number) => void) | undefined;
}

/** The files that did not make it, while the others did. */
export function LostFiles({ files, onRetry }: LostFilesProps) {
  if (files.length === 0) return null;
  const rest = files.length - LISTED;
  const skipped = files.filter(({ code }) => code === 'skipped').length;
  return (
    <Notice>
      <p className="strong" key={`${skipped} ${files.length}`}>
        {skipped === files.length
          ? `${formatCount(files.length, 'file')} left out.`
          : `${formatCount(files.length, 'file')} could not be delivered.`}
      </p>
      <ul className="lost">
        {files.slice(0, LISTED).map(({ file, path, code }) => (
          <li key={path}>
            <span>
              <bdi>{path}</bdi>
              <span>{`: ${lostFileText(code)}.`}</span>
            </span>
            {onRetry !== undefined && (
              <Button
                kind="quiet"
                onClick={() => onRetry(file)}
                aria-label={code === 'skipped' ? `Take ${path} after all` : `Try ${path} again`}
              >
                {code === 'skipped' ? 'Take it after all' : 'Try again'}
              </Button>
            )}
          </li>
        ))}
        {rest > 0 && <li key={`rest ${rest}`}>{`And ${formatCount(rest, 'other')}.`}</li>}
      </ul>
    </Notice>
  );
}
