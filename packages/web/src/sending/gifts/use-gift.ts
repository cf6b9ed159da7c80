import { formatGift, fromBase64Url, type LinkSecrets } from '@burritoshare/core';
import { useEffect, useState } from 'react';

import { offerGift } from '../../tab/gift-channel.ts';

/** Whether the person to whom something is handed back learns of it by themselves; undefined until it is known. */
export type GiftState = 'told' | 'untold' | undefined;

/** Tells the tab from which something is handed back that there is a link (SPEC.md, B). */
export function useGift(channel: string | undefined, secrets: LinkSecrets | undefined): GiftState {
  const [state, setState] = useState<GiftState>();
  useEffect(() => {
    if (channel === undefined || secrets === undefined) return undefined;
    return offerGift(channel, giftOf(secrets), (isTaken) => {
      setState(isTaken ? 'told' : 'untold');
    });
  }, [channel, secrets]);
  return state;
}

function giftOf({ room, secret, staticKeys }: LinkSecrets): string {
  return formatGift({ roomBytes: fromBase64Url(room), secret, publicKey: staticKeys.publicKey });
}
