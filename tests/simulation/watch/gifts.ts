import { GIFTS_MAX } from '@burritoshare/core';
import type { AnyMachineSnapshot } from 'xstate';
import type { Place } from '../world/place.ts';
import type { ReceiverParty } from '../world/receiver-party.ts';

/** B2, B3: a sender has each gift once, no more than there may be, and all of them in the end. */
export function checkGifts(
  place: Place,
  receiver: ReceiverParty | undefined,
  snapshot: AnyMachineSnapshot,
  previous: AnyMachineSnapshot | undefined,
): void {
  const { gifts } = snapshot.context as { readonly gifts: readonly string[] };
  if (gifts.length > GIFTS_MAX) place.violated(`B2: the sender has ${gifts.length} gifts`);
  if (new Set(gifts).size < gifts.length) place.violated('B2: the sender has a gift twice');
  if (receiver?.isHonest !== true) return;
  const given = receiver.gifts.get(receiver.host.id) ?? [];
  if (gifts.some((link, index) => link !== given[index]))
    place.violated(`B2: the sender’s gifts are not what ${receiver.name} gave, in its order`);
  // Over the connection over which everything was verified, all were said before.
  const isVerified =
    snapshot.value === 'complete' && previous?.matches({ open: 'verifying' }) === true;
  const { gifts: said } = receiver.host.delivery.getSnapshot().context;
  if (isVerified && said !== undefined && said.length !== gifts.length)
    place.violated(`B2: the sender is complete, and lacks gifts of ${receiver.name}`);
}
