import { useState } from 'react';

import { canNotify, startNotifying, stopNotifying, type Notifying } from '../../tab/news.ts';

/** Whether the browser shows a notification when somebody comes while this tab is hidden. */
export function NewsChoice() {
  const [state, setState] = useState<Notifying>('off');
  if (!canNotify()) return null;
  const change = async (isWanted: boolean) => {
    if (isWanted) return setState(await startNotifying().catch(() => 'refused' as const));
    stopNotifying();
    setState('off');
  };
  return (
    <div>
      <label className="choice">
        <input
          type="checkbox"
          checked={state === 'on'}
          onChange={({ target: { checked } }) => void change(checked)}
        />
        Tell me when somebody comes.
      </label>
      {/* Always there, so that what comes into it is spoken. */}
      <p className="detail" role="status">
        {state === 'refused' &&
          'Your browser doesn’t allow notifications here. A dot on this tab’s icon tells you.'}
      </p>
    </div>
  );
}
