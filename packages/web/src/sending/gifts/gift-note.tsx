import { Notice } from '../../ui/notice.tsx';
import type { GiftState } from './use-gift.ts';

/** Whether the link of something that is handed back still has to be sent. */
export function GiftNote({ state }: { readonly state: GiftState }) {
  return (
    // Always there, so that what comes into it is spoken.
    <div role="status">
      {state === 'told' && <p className="detail">Their page is told: you don’t have to send it.</p>}
      {state === 'untold' && (
        <Notice>
          <p>Their page can’t be told from here any more. Send them the link.</p>
        </Notice>
      )}
    </div>
  );
}
