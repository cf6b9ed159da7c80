import type { Use } from '@burritoshare/peer';
import { ChevronDown } from 'lucide-react';
import { useId } from 'react';

import { SPEED_LIMIT, SPEED_LIMITS, speedLimitWords } from './speed-words.ts';

interface SpeedLimitProps {
  /** Bytes a second; undefined for no limit. */
  readonly limit: number | undefined;
  readonly onChange: (bytesPerSecond: number | undefined) => void;
  /** Whether deliveries take all of the line, or leave something to others on it. */
  readonly use: Use;
  readonly onUse: (use: Use) => void;
}

/** How fast this page sends at most. What is chosen holds at once. */
export function SpeedLimit({ limit, onChange, use, onUse }: SpeedLimitProps) {
  const id = useId();
  return (
    <div className="speed-limit">
      <label className="field-label" htmlFor={id}>
        {SPEED_LIMIT.label}
      </label>
      <span className="select">
        <select
          id={id}
          aria-describedby={`${id}-detail`}
          data-testid="speed-limit"
          value={limit ?? ''}
          onChange={({ target: { value } }) => onChange(value === '' ? undefined : Number(value))}
        >
          <option value="">{speedLimitWords(undefined)}</option>
          {SPEED_LIMITS.map((bytesPerSecond) => (
            <option key={bytesPerSecond} value={bytesPerSecond}>
              {speedLimitWords(bytesPerSecond)}
            </option>
          ))}
        </select>
        <ChevronDown className="icon" aria-hidden />
      </span>
      <p className="detail" id={`${id}-detail`}>
        {SPEED_LIMIT.detail}
      </p>
      <label className="choice">
        <input
          type="checkbox"
          data-testid="use-all"
          checked={use === 'all'}
          onChange={({ target: { checked } }) => onUse(checked ? 'all' : 'polite')}
        />
        {SPEED_LIMIT.useAll}
      </label>
    </div>
  );
}
