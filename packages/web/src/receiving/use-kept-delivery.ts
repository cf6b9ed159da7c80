import type { Link } from '@burritoshare/core';
import { useLayoutEffect, useState } from 'react';

import { createPageSaver } from './create-receiver.ts';
import { firstLook } from './early-visit.ts';
import {
  discardStored,
  listStored,
  openStored,
  type ListedDelivery,
  type OpenedDelivery,
} from './opfs/stored-deliveries.ts';

/** The search for a delivery of this link from an earlier visit, and the person's decision about it. */
export type KeptDelivery =
  | { readonly state: 'looking' }
  /** An unfinished delivery was found, and the person decides. */
  | {
      readonly state: 'asking';
      readonly delivery: ListedDelivery;
      readonly resume: () => void;
      readonly startOver: () => void;
    }
  /** Nothing was found, or the person has decided. `opened` is undefined for a new delivery. */
  | { readonly state: 'answered'; readonly opened: OpenedDelivery | undefined };

type Look =
  | { readonly state: 'looking' }
  | { readonly state: 'found'; readonly delivery: ListedDelivery }
  | { readonly state: 'answered'; readonly opened: OpenedDelivery | undefined };

const NEW: Look = { state: 'answered', opened: undefined };

/** Looks for a kept delivery of a link. A finished one is opened at once, without a question. */
export function useKeptDelivery(link: Link): KeptDelivery {
  const [look, setLook] = useState<Look>({ state: 'looking' });
  // Before the page is painted: the socket waits for it.
  useLayoutEffect(() => {
    let over = false;
    const answer = (next: Look) => {
      if (!over) setLook(next);
    };
    const find = async () => {
      if ((await firstLook(link.room)) === 'nothing') return answer(NEW);
      const all = await listStored();
      const delivery = all.find((one) => one.link.room === link.room && !one.isElsewhere);
      if (delivery === undefined) return answer(NEW);
      if (delivery.state === 'unfinished') return answer({ state: 'found', delivery });
      const opened = await openOrNothing(delivery.id);
      if (over) await opened?.sink.close();
      else answer({ state: 'answered', opened });
    };
    void find();
    return () => {
      over = true;
    };
  }, [link]);

  if (look.state !== 'found') return look;
  const { delivery } = look;
  return {
    state: 'asking',
    delivery,
    resume: () =>
      void openOrNothing(delivery.id).then((opened) => setLook({ state: 'answered', opened })),
    // What can't be removed now goes at a later visit.
    startOver: () =>
      void discardStored(delivery.id)
        .catch(() => undefined)
        .finally(() => setLook(NEW)),
  };
}

// If it can't be opened, the delivery starts anew.
async function openOrNothing(id: string): Promise<OpenedDelivery | undefined> {
  return openStored(id, createPageSaver()).catch(() => undefined);
}
