import type { SinkChoice } from '@burritoshare/core';

import { failureText } from './failures.ts';
import { formatBytes } from './format.ts';
import type { DeliveryView, HandedOver, ReceiverPhase } from './view.ts';

/** What a delivery says of itself: one line, and what it needs or what comes next. */
export interface Words {
  readonly title: string;
  readonly detail: string;
}

/**
 * The sender's row of one receiver.
 *
 * @param who how the page names the other end: `Receiver 1`.
 */
export function senderWords(
  view: Pick<DeliveryView, 'state' | 'failure' | 'cancelledBy' | 'progress'>,
  who: string,
): Words {
  switch (view.state) {
    case 'connecting':
      return { title: `Connecting to ${who}.`, detail: 'This takes a few seconds.' };
    case 'offered':
      return {
        title: `${who} is looking at your offer.`,
        detail: 'Nothing moves until they accept.',
      };
    case 'moving':
      return { title: `On its way to ${who}.`, detail: 'Keep this tab open.' };
    case 'paused':
      return {
        title: `Paused for ${who}.`,
        detail: 'What they have is safe. Keep this tab open.',
      };
    case 'interrupted':
      return view.progress.bytes === 0
        ? { title: `${who} left before accepting.`, detail: 'If they come back, it goes on here.' }
        : {
            title: `The connection to ${who} dropped.`,
            detail: 'It comes back by itself once both of you are online. Keep this tab open.',
          };
    case 'verifying':
      return { title: 'All sent. Comparing the two copies.', detail: 'Keep this tab open.' };
    case 'complete':
      return { title: `${who} has everything.`, detail: 'Both copies are the same.' };
    case 'cancelled':
      return view.cancelledBy === 'me'
        ? { title: `You cancelled the delivery to ${who}.`, detail: 'The link still works.' }
        : { title: `${who} cancelled.`, detail: 'The link still works.' };
    case 'failed':
      return failed(view.failure, 'sender');
  }
}

/** What the receiver's page knows beyond the view that both ends share. */
export interface ReceiverSituation {
  readonly phase: ReceiverPhase;
  readonly waitingFor: 'server' | 'sender' | 'connection';
  readonly handedOver: HandedOver;
  readonly failure: DeliveryView['failure'];
  readonly cancelledBy: DeliveryView['cancelledBy'];
}

/** The receiver's page. */
export function receiverWords(situation: ReceiverSituation): Words {
  switch (situation.phase) {
    case 'connecting':
      return WAITING[situation.waitingFor];
    case 'offered':
      return { title: 'This is for you.', detail: 'Nothing moves until you accept.' };
    case 'preparing':
      return { title: 'Making room.', detail: 'The files come as soon as there is a place for them.' };
    case 'moving':
      return { title: 'On its way to you.', detail: 'Keep this tab open.' };
    case 'interrupted':
      return {
        title: 'The connection dropped.',
        detail:
          'It comes back by itself once both of you are online. What has arrived stays here. Keep this tab open.',
      };
    case 'verifying':
      return { title: 'All here. Comparing the two copies.', detail: 'Keep this tab open.' };
    case 'cancelled':
      return situation.cancelledBy === 'me'
        ? { title: 'You cancelled.', detail: 'Nothing was kept. Open the link again if you change your mind.' }
        : { title: 'The sender has stopped.', detail: 'Nothing was kept. Ask them for a new link if you still need it.' };
    case 'failed':
      return failed(situation.failure, 'receiver');
    case 'discarded':
      return situation.handedOver === 'finished' ? SAVED_AND_SEEN : ARRIVED.discarded;
    case 'unsaved':
    case 'saving':
    case 'saved':
      return ARRIVED[situation.phase];
  }
}

const WAITING: Readonly<Record<ReceiverSituation['waitingFor'], Words>> = {
  server: { title: 'Calling the sender.', detail: 'This takes a second or two.' },
  sender: {
    title: 'The sender isn’t here right now.',
    detail: 'Their tab may be closed. It goes on by itself when they are back. Keep this tab open.',
  },
  connection: { title: 'Connecting to the sender.', detail: 'This takes a few seconds.' },
};

const ARRIVED: Readonly<Record<'unsaved' | 'saving' | 'saved' | 'discarded', Words>> = {
  unsaved: {
    title: 'Everything is here.',
    detail: 'It is the same as the sender’s. Save it before you close this tab.',
  },
  saving: { title: 'Saving.', detail: 'Keep this tab open.' },
  saved: {
    title: 'Handed to your browser to save.',
    detail: 'Look among your downloads, or in the folder that you chose.',
  },
  discarded: {
    title: 'All done.',
    detail: 'The copy in this browser is gone. Safe to close this tab.',
  },
};

const SAVED_AND_SEEN: Words = {
  title: 'Saved in the folder that you chose.',
  detail: 'Safe to close this tab.',
};

function failed(code: DeliveryView['failure'], role: 'sender' | 'receiver'): Words {
  const { what, safe } = failureText(code ?? 'internal', role);
  return { title: what, detail: safe };
}

/** Where the bytes will go, before the person accepts. */
export function landingWords(sink: SinkChoice | undefined, bytes: number): string {
  if (sink === undefined) return 'Looking for a place to put it.';
  if (sink.kind === 'private') {
    return 'Kept in this browser until you save it. Reloading this page loses it: this version can’t resume yet.';
  }
  if (sink.kind === 'memory') {
    return 'Kept in this tab’s memory until you save it. Closing or reloading the tab loses it.';
  }
  const size = formatBytes(bytes);
  const limit = formatBytes(sink.limit);
  return sink.code === 'memory.limit'
    ? `This browser can’t take it: it is ${size}, and only ${limit} fit into its memory. Open the link in another browser, or in a window that isn’t private.`
    : `It probably doesn’t fit: it is ${size}, and this browser has room for ${limit}. Make room on this device, then reload this page.`;
}
