import {
  formatBytes,
  formatMovingBytes,
  formatPercent,
  formatRate,
  formatTimeLeft,
  percentOf,
} from '../ui/format.ts';
import { styleAt } from '../ui/style-at.ts';
import type { Progress } from './view.ts';

interface ProgressBarProps {
  readonly progress: Progress;
  /** What it is the progress of, for those who don't see it. */
  readonly label: string;
  /** Speed and time left are said only while something moves. */
  readonly moving: boolean;
  readonly done: boolean;
}

/** A bar, with its figures in words under it. */
export function ProgressBar({ progress, label, moving, done }: ProgressBarProps) {
  const { bytes, arrived, total } = progress;
  const percent = percentOf(arrived, total);
  return (
    <div
      className="progress"
      data-testid="progress"
      data-bytes={bytes}
      data-arrived={arrived}
      data-total={total}
    >
      <div
        className={done ? 'bar bar-done' : 'bar'}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={`${formatBytes(arrived)} of ${formatBytes(total)}`}
      >
        <div className="bar-fill" style={styleAt(percent)} />
      </div>
      {/* Changes twice a second: a translator would be behind, and leave old figures. */}
      <p className="figures" translate="no">
        <span>
          {done ? formatBytes(total) : `${formatMovingBytes(arrived)} of ${formatBytes(total)}`}
        </span>
        {moving && <Pace progress={progress} />}
        {!done && <span className="figures-end">{formatPercent(arrived, total)}</span>}
      </p>
    </div>
  );
}

function Pace({ progress: { speed, secondsLeft } }: { readonly progress: Progress }) {
  const left = secondsLeft === undefined ? undefined : formatTimeLeft(secondsLeft);
  return (
    <>
      {speed !== undefined && <span>{formatRate(speed)}</span>}
      {left !== undefined && <span>{left}</span>}
    </>
  );
}
