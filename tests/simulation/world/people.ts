import {
  canWish,
  formatGift,
  leftOutBy,
  rangesOf,
  type EntryRange,
  type SenderDeliveryEvent,
  type WishOf,
} from '@burritoshare/core';
import { createRandom, type Random } from '@burritoshare/core/testing';
import type { ReceiverParty } from './receiver-party.ts';
import { wish } from '@burritoshare/peer';
import { isAsked, stateOf } from './sender-party.ts';
import type { World } from './world.ts';

type Act = (world: World, random: Random, receiver: ReceiverParty) => void;

const fileIn = ({ sender }: World, random: Random): number => random.below(sender.files.length);

// Pages offer to try failed files again. If none has failed, any file is asked for.
function failedFileIn(world: World, random: Random, { host }: ReceiverParty): number {
  const { failedFiles } = host.delivery.getSnapshot().context;
  return failedFiles[random.below(failedFiles.length)]?.file ?? fileIn(world, random);
}

function eachDelivery(world: World, event: WishOf<SenderDeliveryEvent>): void {
  for (const { actor } of world.sender.deliveries()) wish(actor, event);
}

/** People's acts on a delivery, at any time. Their page doesn't send wishes that have no place then. */
export const ACTS: Readonly<Record<string, Act>> = {
  'receiver pauses': (_world, _random, { host }) =>
    wish(host.delivery, { type: 'pause.requested' }),
  'receiver resumes': (_world, _random, { host }) =>
    wish(host.delivery, { type: 'resume.requested' }),
  'receiver skips': (world, random, { host }) =>
    wish(host.delivery, { type: 'skip.requested', file: fileIn(world, random) }),
  'receiver retries': (world, random, receiver) =>
    wish(receiver.host.delivery, {
      type: 'retry.requested',
      file: failedFileIn(world, random, receiver),
    }),
  'receiver cancels': (_world, random, { host }) => {
    if (random.chance(0.2)) wish(host.delivery, { type: 'cancel.requested' });
  },
  'receiver declines': (_world, random, { host }) => {
    if (random.chance(0.5)) wish(host.delivery, { type: 'decline.requested' });
  },
  'receiver tries now': (_world, _random, { host }) => host.retryNow(),
  'receiver changes network': (_world, _random, { host }) => host.networkChanged(),
  'receiver leaves': (world, random, receiver) => leaveAndReturn(world, random, receiver, 'stop'),
  'receiver reloads': (world, random, receiver) =>
    leaveAndReturn(world, random, receiver, 'reload'),
  'receiver is killed': (world, random, receiver) =>
    leaveAndReturn(world, random, receiver, 'kill'),
  'receiver saves': (_world, _random, { host }) =>
    wish(host.delivery, { type: 'save.requested', method: 'folder' }),
  'receiver discards': (_world, random, { host }) => {
    if (random.chance(0.5)) wish(host.delivery, { type: 'discard.requested' });
  },
  'sender renames': ({ sender: { isHere, host } }, random) => {
    if (isHere) wish(host.bundle, { type: 'name.changed', name: `secret ${random.below(9)}` });
  },
  'sender signs': ({ sender: { isHere, host } }, random) => {
    if (!isHere) return;
    wish(host.bundle, { type: 'sender.name.changed', name: `secret ${random.below(9)}` });
    wish(host.bundle, { type: 'note.changed', note: 'a "secret"\n'.repeat(random.below(99)) });
  },
  'sender clears': ({ sender: { isHere, host } }) => {
    if (isHere) wish(host.bundle, { type: 'deliveries.cleared' });
  },
  'sender pauses': (world) => eachDelivery(world, { type: 'pause.requested' }),
  'sender resumes': (world) => eachDelivery(world, { type: 'resume.requested' }),
  'sender skips': (world, random) =>
    eachDelivery(world, { type: 'skip.requested', file: fileIn(world, random) }),
  'sender retries': (world, random, receiver) =>
    eachDelivery(world, {
      type: 'retry.requested',
      file: failedFileIn(world, random, receiver),
    }),
  'sender cancels': (world, random) => {
    if (random.chance(0.2)) eachDelivery(world, { type: 'cancel.requested' });
  },
  'sender tries now': ({ sender }) => {
    if (sender.isHere) sender.host.retryNow();
  },
  'sender changes network': ({ sender }) => {
    if (sender.isHere) sender.host.networkChanged();
  },
  'sender reloads': (world, random) => leaveAsSender(world, random, 'reload'),
  'sender is killed': (world, random) => leaveAsSender(world, random, 'kill'),
};

function leaveAndReturn(
  world: World,
  random: Random,
  receiver: ReceiverParty,
  how: 'stop' | 'reload' | 'kill',
): void {
  receiver.leave(how);
  world.at(world.place.clock.now() + random.between(10, 30_000), () => {
    if (receiver.isHere || world.isEnding) return;
    world.tell(receiver.name, 'comes back');
    receiver.comeBack();
  });
}

function leaveAsSender(world: World, random: Random, how: 'reload' | 'kill'): void {
  world.sender.leave(how);
  world.at(world.place.clock.now() + random.between(10, 30_000), () => {
    if (world.sender.isHere || world.isEnding) return;
    world.tell('sender', 'comes back');
    world.sender.comeBack();
  });
}

/** Lets people act until `end`. */
export function scheduleActs(world: World, random: Random, end: number): void {
  const names = Object.keys(ACTS);
  const count = random.below(6);
  for (let number = 0; number < count; number++) {
    const name = names[random.below(names.length)]!;
    const receiver = world.receivers[random.below(world.receivers.length)]!;
    world.at(world.drawTime(random, end), () => {
      if (name.startsWith('receiver') && !receiver.isHere) return;
      world.counts.fault(name);
      world.tell(name.startsWith('receiver') ? receiver.name : 'sender', name);
      ACTS[name]!(world, random, receiver);
    });
  }
}

/** Lets a person who wants the files look at the page: accept, make room, go on. */
export function attend(world: World, receiver: ReceiverParty, isCalm: boolean): void {
  if (!receiver.isHere) return;
  const { delivery } = receiver.host;
  const { context } = delivery.getSnapshot();
  // Some people accept before the platform has found a place for the files.
  const isPlaceKnown = context.sink !== undefined;
  if (receiver.state === 'offered' && (isPlaceKnown || world.place.random.chance(0.3))) {
    receiver.hasAccepted = true;
    wish(delivery, { type: 'accept.requested', ...choose(world, receiver) });
  }
  takeLater(world, receiver);
  sayName(world, receiver);
  giveBack(world, receiver);
  const isOurs = context.pauses.includes('me') || context.pauses.includes('disk');
  if (isCalm && isOurs) wish(delivery, { type: 'resume.requested' });
  if (isCalm && delivery.getSnapshot().matches({ complete: 'unsaved' }))
    wish(delivery, { type: 'save.requested', method: 'download' });
  // The person may click twice.
  if (world.place.random.chance(0.1)) ACTS['receiver saves']!(world, world.place.random, receiver);
  if (world.place.random.chance(0.02)) wish(delivery, { type: 'discard.requested' });
  if (context.failedFiles.length > 0 && world.place.random.chance(0.2))
    ACTS['receiver retries']!(world, world.place.random, receiver);
}

// Draws of their own, so that all else in a world stays as it is without them.
function choosersOf({ seed }: World, receiver: ReceiverParty): Random | undefined {
  const isChooser = seed % CHOOSE_EVERY === 1;
  return isChooser ? (receiver.choosing ??= createRandom(seed + receiver.name.length)) : undefined;
}

/** One world in CHOOSE_EVERY has people who take some of the entries. */
const CHOOSE_EVERY = 3;

// E1: some of the entries, at least one.
function choose(world: World, receiver: ReceiverParty): { readonly left?: readonly EntryRange[] } {
  receiver.choice = { left: new Set(), taken: new Set() };
  const random = choosersOf(world, receiver);
  const { manifest } = receiver.host.delivery.getSnapshot().context;
  if (random === undefined || manifest === undefined) return {};
  const { length } = manifest.entries;
  const all = Array.from({ length }, (_, index) => index);
  const sure = random.below(length);
  const chosen = all.filter((index) => index === sure || random.chance(0.6));
  receiver.choice = {
    left: new Set(all.filter((index) => !chosen.includes(index))),
    taken: new Set(),
  };
  world.counts.fault('receiver chooses');
  return { left: leftOutBy(length, chosen) };
}

// E5: now and then something that was left out is wanted after all.
function takeLater(world: World, receiver: ReceiverParty): void {
  const random = choosersOf(world, receiver);
  const { delivery } = receiver.host;
  const { leftOut } = delivery.getSnapshot().context;
  if (random === undefined || leftOut.size === 0 || !random.chance(0.2)) return;
  const [first] = rangesOf(leftOut);
  if (first === undefined) return;
  const event = {
    type: 'take.requested',
    ranges: [{ first: first.first, end: first.first + 1 }],
  } as const;
  if (!canWish(delivery.getSnapshot(), event)) return;
  receiver.choice.taken.add(first.first);
  receiver.choice.left.delete(first.first);
  world.counts.fault('receiver takes');
  wish(delivery, event);
}

// N11: now and then a person says who they are, above all while the sender is asked.
function sayName({ seed, counts }: World, receiver: ReceiverParty): void {
  if (!isAsked(seed)) return;
  const random = (receiver.naming ??= createRandom(seed * 7 + Number(receiver.name.at(-1))));
  const { waitingFor } = receiver.host.delivery.getSnapshot().context;
  if (!random.chance(waitingFor === 'answer' ? 0.3 : 0.05)) return;
  counts.fault('receiver says a name');
  receiver.host.introduce('secret name');
}

/** One world in GIVE_EVERY has people who hand something back. */
const GIVE_EVERY = 24;

// B: now and then, and sometimes more often than a delivery takes.
function giveBack({ seed, counts }: World, receiver: ReceiverParty): void {
  if (seed % GIVE_EVERY !== 5) return;
  const random = (receiver.giving ??= createRandom(seed * 31 + Number(receiver.name.at(-1))));
  if (!random.chance(0.4)) return;
  const { id, delivery } = receiver.host;
  const given = receiver.gifts.get(id) ?? [];
  const link = formatGift({
    roomBytes: new Uint8Array(16).fill(given.length),
    secret: new Uint8Array(16).fill(seed),
    publicKey: new Uint8Array(32).fill(1),
  });
  if (!wish(delivery, { type: 'give.requested', link })) return;
  counts.fault('receiver gives');
  receiver.gifts.set(id, [...given, link]);
}

// A8: the person takes their time, and says no now and then.
function answer(world: World): void {
  const { seed, counts, sender } = world;
  if (!isAsked(seed) || !sender.isHere) return;
  const random = (sender.answering ??= createRandom(seed * 17 + 1));
  const { bundle } = sender.host;
  for (const { id, waitsFor } of bundle.getSnapshot().context.waiting) {
    if (waitsFor !== 'answer' || random.chance(0.5)) continue;
    const isYes = random.chance(0.9);
    counts.fault(isYes ? 'sender approves' : 'sender refuses');
    wish(bundle, { type: isYes ? 'approve.requested' : 'refuse.requested', delivery: id });
  }
}

export function attendSender(world: World): void {
  const { sender } = world;
  answer(world);
  const isLost = ['replaced', 'refused'].some((state) =>
    sender.host.bundle.getSnapshot().matches({ offering: state as 'refused' }),
  );
  // The page says that it is not in the room any more, and offers a reload.
  if (sender.isHere && isLost) {
    sender.leave('reload');
    sender.comeBack();
  }
  for (const { actor } of world.sender.deliveries())
    if (stateOf(actor) === 'paused' || stateOf(actor) === 'interrupted')
      wish(actor, { type: 'resume.requested' });
}
