import { formatCount } from '../../ui/format.ts';
import { Notice } from '../../ui/notice.tsx';
import type { SavingReport } from './report.ts';

/** Names that are listed; the rest is counted. */
const LISTED = 20;

/** Names that are shown without asking. */
const SHORT = 4;

/** What the last saving needs a word for: other names, or a picker that was closed. */
export function SavingNotes({ renamed, isWithoutFolder }: SavingReport) {
  return (
    <div role="status">
      {isWithoutFolder && (
        <Notice>
          <p>
            No folder was chosen. Browsers refuse Downloads, Documents and the desktop themselves:
            choose a folder inside one of them, or make a new one there.
          </p>
        </Notice>
      )}
      {renamed.length > 0 && (
        <Notice>
          <details open={renamed.length <= SHORT}>
            <summary className="strong" key={renamed.length}>
              {`${formatCount(renamed.length, 'name')} changed: browsers don’t save these as they are.`}
            </summary>
            <ul className="lost" data-testid="saved-as">
              {renamed.slice(0, LISTED).map(({ from, to }) => (
                <li key={from}>
                  <span>
                    <bdi>{from}</bdi> <span>is now</span> <bdi className="strong">{to}</bdi>
                  </span>
                </li>
              ))}
              {renamed.length > LISTED && (
                <li>{`And ${formatCount(renamed.length - LISTED, 'other')}.`}</li>
              )}
            </ul>
          </details>
        </Notice>
      )}
    </div>
  );
}
