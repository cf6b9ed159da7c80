import type { DeliveryState } from '@burritoshare/core';

import type { DeliveryView } from '../delivery/view.ts';
import { failedWords, type Words } from '../delivery/words.ts';
import { formatBitRate, formatCount, formatRate } from '../ui/format.ts';

/** The parts of a delivery that the sender's words depend on. */
export type SenderSituation = Pick<
  DeliveryView,
  'state' | 'accepted' | 'quiet' | 'pauses' | 'failure' | 'cancelledBy' | 'lostFiles'
>;

/**
 * The words of the sender's row for one receiver.
 *
 * @param who the page's name for the receiver: `Receiver 1`.
 */
export function senderWords(situation: SenderSituation, who: string): Words {
  return SENDER[situation.state](who, situation);
}

/** The words of the sender's row for a receiver that waits for a place. */
export function waitingWords(who: string): Words {
  return {
    title: `${who} waits for a place.`,
    detail: 'As many as can receive at once are here. They are let in by themselves.',
  };
}

type SenderSentence = (who: string, situation: SenderSituation) => Words;

const SENDER: Readonly<Record<DeliveryState, SenderSentence>> = {
  connecting: (who) => ({
    title: `Connecting to ${who}.`,
    detail: 'This takes a few seconds.',
  }),
  waiting: waitingWords,
  offered: (who) => ({
    title: `${who} is looking at your offer.`,
    detail: 'Nothing moves until they accept.',
  }),
  moving: (who, { quiet }) =>
    quiet
      ? {
          title: `Nothing arrives at ${who} at the moment.`,
          detail: 'The connection is there. It goes on by itself: keep this tab open.',
        }
      : { title: `On its way to ${who}.`, detail: 'Keep this tab open.' },
  paused: (who, { pauses }) => {
    if (pauses.includes('disk'))
      return {
        title: `The disk of ${who} is full.`,
        detail: 'What they have stays there. It goes on when they have made room.',
      };
    return pauses.includes('me')
      ? { title: `You paused the delivery to ${who}.`, detail: 'It goes on when you do.' }
      : { title: `${who} paused.`, detail: 'It goes on when they do. Keep this tab open.' };
  },
  interrupted: (who, { accepted }) =>
    accepted
      ? {
          title: `The connection to ${who} was lost.`,
          detail:
            'What they have stays there. It goes on by itself as soon as they are back: keep this tab open.',
        }
      : {
          title: `${who} left before accepting.`,
          detail: 'Nothing was sent. The link still works.',
        },
  verifying: () => ({
    title: 'All sent. Comparing the two copies.',
    detail: 'Keep this tab open.',
  }),
  complete: (who, { lostFiles }) =>
    lostFiles.length === 0
      ? { title: `${who} has everything.`, detail: 'Both copies are the same.' }
      : {
          title: `${who} has everything but ${formatCount(lostFiles.length, 'file')}.`,
          detail: 'What they have is the same as yours.',
        },
  cancelled: (who, { cancelledBy }) => ({
    title: cancelledBy === 'me' ? `You cancelled the delivery to ${who}.` : `${who} cancelled.`,
    detail: 'The link still works.',
  }),
  declined: (who) => ({
    title: `${who} said no, thanks.`,
    detail: 'Nothing was sent. The link still works.',
  }),
  failed: (_, { failure }) => failedWords(failure, 'sender'),
};

/**
 * The speed limits that a sender can choose, in bytes a second: 1 to 50 Mbit/s, from hardly noticeable to half of a
 * common uplink.
 */
export const SPEED_LIMITS = [1, 2, 5, 10, 20, 50].map((megabits) => megabits * 125_000);

export const SPEED_LIMIT = {
  label: 'Speed limit',
  detail:
    'For all receivers of this page together, so that your network has room for other things.',
  useAll: 'Use all of the line, even if calls and downloads beside it suffer.',
} as const;

/** A limit in Mbit/s, as networks are sold, and in bytes, as the page counts. Undefined stands for no limit. */
export function speedLimitWords(bytesPerSecond: number | undefined, locale?: string): string {
  if (bytesPerSecond === undefined) return 'No limit';
  return `${formatBitRate(bytesPerSecond, locale)} (${formatRate(bytesPerSecond, locale)})`;
}
