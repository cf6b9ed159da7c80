import {
  formatBytes,
  formatMovingBytes,
  formatPercent,
  formatRate,
  formatTimeLeft,
  percentOf,
} from '../ui/format.ts';
import type { Progress } from './view.ts';

interface ProgressBarProps {
  readonly progress: Progress;
  /** What it is the progress of, for those who don't see it. */
  readonly label: string;
  readonly done: boolean;
}

/** What has come, as a bar that lies on the line. The line's style has its place. */
export function ProgressBar({ progress: { arrived, total }, label, done }: ProgressBarProps) {
  return (
    <div
      className={done ? 'bar bar-done' : 'bar'}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percentOf(arrived, total)}
      aria-valuetext={`${formatBytes(arrived)} of ${formatBytes(total)}`}
    >
      <div className="bar-fill" />
    </div>
  );
}

interface FiguresProps {
  readonly progress: Progress;
  /** `row`: one of several, whose size is said above them; `page`: with the size; `none`: nothing is left to count. */
  readonly kind: 'row' | 'page' | 'none';
  /** Speed and time left are said only while something moves. */
  readonly moving: boolean;
}

/** The figures of the progress. */
export function Figures({ progress, kind, moving }: FiguresProps) {
  const { bytes, arrived, total, speed, secondsLeft } = progress;
  const left = secondsLeft === undefined ? undefined : formatTimeLeft(secondsLeft);
  const said = [
    kind === 'page' ? `${formatMovingBytes(arrived)} of ${formatBytes(total)}` : undefined,
    moving && speed !== undefined ? formatRate(speed) : undefined,
    moving ? left : undefined,
  ].filter((one) => one !== undefined);
  return (
    // Changes twice a second: a translator would be behind, and leave old figures.
    <div
      className="figures"
      translate="no"
      data-testid="progress"
      data-bytes={bytes}
      data-arrived={arrived}
      data-total={total}
    >
      {kind !== 'none' && (
        <>
          <p className="lane-title">{formatPercent(arrived, total)}</p>
          <p className="lane-detail">{said.join(', ')}</p>
        </>
      )}
    </div>
  );
}
