import { wish } from '@burritoshare/peer';
import { useEffect, useState } from 'react';

import type { ReceiverDelivery } from '../../delivery/use-delivery.ts';
import { drawGiftChannel, takeGifts } from '../../tab/gift-channel.ts';
import { givingFragment } from '../../tab/page-of-fragment.ts';

/**
 * Tells the sender of what the person shares to hand back (SPEC.md, B), for as long as the page is there.
 *
 * @returns opens the page on which it is shared, in a tab of its own.
 */
export function useGiving(actor: ReceiverDelivery): () => void {
  const [channel] = useState(drawGiftChannel);
  useEffect(
    () => takeGifts(channel, (link) => wish(actor, { type: 'give.requested', link })),
    [actor, channel],
  );
  return () => {
    // Without `noopener` that tab could reach into this one.
    window.open(`/${givingFragment(channel)}`, '_blank', 'noopener');
  };
}
