import type { SinkChoice } from '@burritoshare/core';

import type {
  CopyPlace,
  DeliveryView,
  HandedOver,
  ReceiverPhase,
  WaitingFor,
} from '../delivery/view.ts';
import { failedWords, type Words } from '../delivery/words.ts';
import { formatBytes, formatCount, formatMoment } from '../ui/format.ts';
import type { HandOver } from './copy-words.ts';

/** The state that the receiver's words depend on. */
export interface ReceiverSituation extends Pick<
  DeliveryView,
  'accepted' | 'quiet' | 'pauses' | 'progress' | 'failure' | 'cancelledBy' | 'lostFiles'
> {
  readonly phase: ReceiverPhase;
  readonly waitingFor: WaitingFor;
  /** Seconds until the next attempt; undefined while none is due. */
  readonly retryIn: number | undefined;
  readonly handedOver: HandedOver;
  /** Where the arrived bytes are kept. */
  readonly place: CopyPlace;
  /** When it was last handed over; undefined if it never was. */
  readonly handOver: HandOver | undefined;
}

/** The words of the receiver's page. */
export function receiverWords(situation: ReceiverSituation): Words {
  return RECEIVER[situation.phase](situation);
}

/** What stands behind a bundle's name in the headline while it is offered or on its way. */
export const FOR_YOU = ', for you.';

/** What the headline says behind the bundle's name. */
export function headlineAround(
  phase: ReceiverPhase,
  cancelledBy: 'me' | 'them' | undefined,
): string {
  if (phase === 'failed') return ', not yet.';
  if (phase === 'declined') return '? No, thanks.';
  if (phase !== 'cancelled') return FOR_YOU;
  return cancelledBy === 'me' ? ', cancelled.' : ', not any more.';
}

/** The headline once everything is here. */
export function arrivedHeadline(lost: number): string {
  return lost === 0 ? 'You have it.' : `You have all but ${formatCount(lost, 'file')}.`;
}

const WAITING: Readonly<Record<Exclude<WaitingFor, 'retry'>, Words>> = {
  server: { title: 'Calling the sender.', detail: 'This takes a second or two.' },
  absentServer: {
    title: 'The server that introduces you two can’t be reached right now.',
    detail:
      'This page goes on trying by itself. Check that you are online; a VPN, a firewall or a browser extension can be in the way, too. If others can’t reach it either, it may be down for a while.',
  },
  sender: {
    title: 'The sender isn’t here right now.',
    detail:
      'If they are back within a few minutes, it goes on by itself. If they closed their tab, ask them to open it again and to go on sharing.',
  },
  connection: { title: 'Connecting to the sender.', detail: 'This takes a few seconds.' },
  answer: {
    title: 'The sender is asked first.',
    detail: 'As soon as they say yes, you see what there is. Keep this tab open.',
  },
  place: {
    title: 'Others are ahead of you.',
    detail: 'You come in as soon as there is a place. Keep this tab open.',
  },
  serverPlace: {
    title: 'The server has no room for you right now.',
    detail:
      'Too many pages are open there, or too many from your network. This page asks again by itself: keep it open.',
  },
  offer: { title: 'Connected. Hearing what there is.', detail: 'A long list takes a while.' },
};

const CONNECTING_AGAIN: Words = {
  title: 'The connection was lost. Connecting again.',
  detail: 'What has arrived stays here. It goes on where it was.',
};

// The words for an accepted delivery without a connection. Everything that arrived is safe in each case.
const LOST: Readonly<Record<Exclude<WaitingFor, 'retry'>, Words>> = {
  server: CONNECTING_AGAIN,
  connection: CONNECTING_AGAIN,
  offer: { title: 'Connected again.', detail: CONNECTING_AGAIN.detail },
  absentServer: {
    title: 'The connection was lost, and the server that introduces you two can’t be reached.',
    detail:
      'What has arrived stays here. It goes on by itself as soon as there is a way: check that you are online.',
  },
  answer: {
    title: 'The connection was lost, and the sender is asked again.',
    detail: 'What has arrived stays here. As soon as they say yes, it goes on where it was.',
  },
  place: {
    title: 'The connection was lost, and others are ahead of you now.',
    detail: 'What has arrived stays here. As soon as there is a place, it goes on where it was.',
  },
  serverPlace: {
    title: 'The connection was lost, and the server has no room for you right now.',
    detail: 'What has arrived stays here. This page asks again by itself: keep it open.',
  },
  sender: {
    title: 'The sender isn’t here right now.',
    detail:
      'What has arrived stays here, also if you close this tab. It goes on by itself when they are back.',
  },
};

// Bytes in memory are lost with the window or the tab.
const LOST_IN_MEMORY: Readonly<Record<Exclude<CopyPlace, 'disk'>, Words>> = {
  window: {
    title: LOST.sender.title,
    detail:
      'What has arrived stays until you close this private window. It goes on by itself when they are back.',
  },
  tab: {
    title: LOST.sender.title,
    detail:
      'What has arrived stays until you close this tab. It goes on by itself when they are back.',
  },
};

function waiting({ phase, waitingFor, retryIn, place }: ReceiverSituation): Words {
  const isLost = phase === 'interrupted';
  if (isLost && waitingFor === 'sender' && place !== 'disk') return LOST_IN_MEMORY[place];
  if (waitingFor !== 'retry') return (isLost ? LOST : WAITING)[waitingFor];
  if (retryIn === undefined || retryIn <= 0) return (isLost ? LOST : WAITING).connection;
  const soon = `Trying again in ${formatCount(retryIn, 'second')}.`;
  return isLost
    ? { title: `The connection was lost. ${soon}`, detail: CONNECTING_AGAIN.detail }
    : { title: `No connection yet. ${soon}`, detail: 'This page goes on trying by itself.' };
}

function paused({ pauses, progress }: ReceiverSituation): Words {
  if (pauses.includes('disk')) {
    const here = formatBytes(progress.bytes);
    const more = formatBytes(progress.total - progress.bytes);
    return {
      title: 'The disk is full.',
      detail: `${here} are here and stay here. Free ${more} and press Continue.`,
    };
  }
  return pauses.includes('me')
    ? { title: 'You paused.', detail: 'What has arrived stays here. Press Continue to go on.' }
    : { title: 'The sender paused.', detail: 'It goes on when they do. Keep this tab open.' };
}

const RECEIVER: Readonly<Record<ReceiverPhase, (situation: ReceiverSituation) => Words>> = {
  connecting: waiting,
  interrupted: waiting,
  paused,
  offered: () => ({
    title: 'From their browser to yours.',
    detail: 'Nothing moves until you take it.',
  }),
  preparing: () => ({
    title: 'Making room.',
    detail: 'The files come as soon as there is a place for them.',
  }),
  moving: ({ quiet }) =>
    quiet
      ? {
          title: 'Nothing comes at the moment.',
          detail: 'What has arrived stays here, and it goes on by itself.',
        }
      : { title: 'On its way to you.', detail: 'Keep this tab open.' },
  verifying: () => ({
    title: 'All here. Comparing the two copies.',
    detail: 'Keep this tab open.',
  }),
  unsaved: ({ lostFiles }) => ({
    title:
      lostFiles.length === 0
        ? 'Everything is here.'
        : `Everything but ${formatCount(lostFiles.length, 'file')} is here.`,
    detail: 'It is the same as the sender’s. Save it where you want it.',
  }),
  saving: () => ({ title: 'Saving.', detail: 'Keep this tab open.' }),
  saved: ({ handOver }) =>
    handOver?.isEarlier === true
      ? {
          title: `Handed to your browser ${formatMoment(handOver.at)}.`,
          detail: 'Look among your downloads. It is saved again only if you say so.',
        }
      : { title: 'Handed to your browser.', detail: 'Look among your downloads.' },
  discarded: ({ handedOver }) =>
    handedOver === 'finished'
      ? { title: 'Saved in the folder that you chose.', detail: 'Safe to close this tab.' }
      : {
          title: 'All done.',
          detail: 'The copy in this browser is gone. Safe to close this tab.',
        },
  cancelled: ({ cancelledBy }) =>
    cancelledBy === 'me'
      ? {
          title: 'You cancelled.',
          detail: 'Nothing was kept. Try again if you change your mind.',
        }
      : {
          title: 'The sender has stopped.',
          detail:
            'Nothing was kept. If you still need it, ask them whether this link still works, or for a new one.',
        },
  declined: () => ({
    title: 'You said no, thanks.',
    detail: 'The sender has been told. Nothing was kept. Try again if you change your mind.',
  }),
  failed: ({ failure }) => failedWords(failure, 'receiver'),
};

/** The words about where the bytes will go, before the person accepts. */
export function landingWords(sink: SinkChoice | undefined, bytes: number): string {
  if (sink === undefined) return 'Looking for a place to put it.';
  if (sink.kind === 'private') {
    return sink.volatile === true
      ? 'Kept in this private window’s memory until you save it. Closing the window loses it.'
      : 'Kept in this browser until a day after you save it. If the connection breaks, it picks up where it was.';
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
