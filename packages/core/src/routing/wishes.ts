// Requests of people to a delivery or a bundle, and whether they can be met now. A machine ignores a fact that it has
// no use for; but a person who asks for something has to learn that it isn't possible.

import type { AnyMachineSnapshot } from 'xstate';
import type { BundleEvent } from '../bundle/types.ts';
import type { ReceiverDeliveryEvent, SenderDeliveryEvent } from '../delivery/types.ts';
import { LocalProtocolError } from '../errors.ts';
import { isChoice } from '../delivery/rules.ts';
import { areEntryRanges } from '../pieces/choice.ts';
import { readGift } from '../protocol/link.ts';
import { hasBytes, type Manifest } from '../protocol/types.ts';

/** The events that ask a machine for something. */
export type WishOf<Event> = Extract<
  Event,
  {
    readonly type:
      | `${string}.requested`
      | 'files.chosen'
      | 'bundle.restored'
      | 'name.changed'
      | 'sender.name.changed'
      | 'note.changed'
      | 'asking.changed'
      | 'once.changed'
      | 'sharing.stopped'
      | 'deliveries.cleared';
  }
>;

/** Requests of a person to a delivery on either end, or to the sender's bundle. */
export type Wish = WishOf<SenderDeliveryEvent | ReceiverDeliveryEvent | BundleEvent>;

const WISHES: Readonly<Record<Wish['type'], true>> = {
  'accept.requested': true,
  'decline.requested': true,
  'take.requested': true,
  'give.requested': true,
  'pause.requested': true,
  'resume.requested': true,
  'skip.requested': true,
  'retry.requested': true,
  'cancel.requested': true,
  'save.requested': true,
  'discard.requested': true,
  'files.chosen': true,
  'bundle.restored': true,
  'name.changed': true,
  'sender.name.changed': true,
  'note.changed': true,
  'asking.changed': true,
  'once.changed': true,
  'approve.requested': true,
  'refuse.requested': true,
  'sharing.stopped': true,
  'deliveries.cleared': true,
};

/** Whether an event of a delivery's or the bundle's machine is a wish, and not a fact. */
export function isWish(event: { readonly type: string }): event is Wish {
  return Object.hasOwn(WISHES, event.type);
}

/** Whether a wish has an effect now or later; `snapshot` is a delivery's or the bundle's. */
export function canWish(snapshot: AnyMachineSnapshot, wish: Wish): boolean {
  return snapshot.status === 'active' && snapshot.can(wish);
}

/**
 * Refuses a wish that would have no effect.
 *
 * @throws LocalProtocolError `state` if it isn't possible now, `argument` for a file or entries that the manifest doesn't
 *   list, for a choice that takes nothing, or for a gift that is no link.
 */
export function requireWish(snapshot: AnyMachineSnapshot, wish: Wish): void {
  const { manifest } = snapshot.context as { readonly manifest?: Manifest };
  if (wish.type === 'give.requested' && readGift(wish.link) === undefined)
    throw new LocalProtocolError('argument', `${wish.type}: it is no link`);
  if (manifest !== undefined && !isOfEntries(manifest, wish))
    throw new LocalProtocolError('argument', `${wish.type}: the manifest has no such choice`);
  if (!canWish(snapshot, wish)) {
    const state = JSON.stringify(snapshot.value);
    throw new LocalProtocolError('state', `${wish.type} has no place in ${state}`);
  }
  if ('file' in wish && !hasBytes(manifest?.entries[wish.file]))
    throw new LocalProtocolError('argument', `${wish.type}: the manifest lists no such file`);
}

function isOfEntries(manifest: Manifest, wish: Wish): boolean {
  switch (wish.type) {
    case 'accept.requested':
      return isChoice(manifest, wish.left);
    case 'take.requested':
      return areEntryRanges(wish.ranges, manifest.entries.length);
    default:
      return true;
  }
}
