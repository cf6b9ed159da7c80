import type { DeliveryState } from '@burritoshare/core';

import type { DeliveryView } from '../delivery/view.ts';
import { formatCount } from '../ui/format.ts';

/** The parts of a delivery that the sender's words depend on. */
export type SenderSituation = Pick<
  DeliveryView,
  'state' | 'accepted' | 'quiet' | 'pauses' | 'cancelledBy' | 'lostFiles'
>;

/** The words of one lane. */
export interface LaneWords {
  /** A whole sentence, for those who listen; empty where the lane has one that is spoken. */
  readonly spoken: string;
  /** What the receiver is doing, said behind their name. */
  readonly title: string;
  /** What comes next. */
  readonly detail: string;
}

/**
 * The words of the sender's lane for one receiver.
 *
 * @param who the page's name for the receiver: `Receiver 1`.
 */
export function senderWords(situation: SenderSituation, who: string): LaneWords {
  return SENDER[situation.state](who, situation);
}

/** The words of the sender's lane for a receiver that waits for a place. */
export function waitingWords(who: string): LaneWords {
  return {
    spoken: `${who} waits for a place.`,
    title: 'waits for a place',
    detail: 'is let in by itself',
  };
}

/** The words of the sender's lane for a receiver that waits for the person's yes. */
export function askingWords(who: string): LaneWords {
  return {
    spoken: `${who} opened the link, and waits for your yes.`,
    title: 'waits for your yes',
    detail: 'has been told nothing yet',
  };
}

type SenderSentence = (who: string, situation: SenderSituation) => LaneWords;

const SENDER: Readonly<Record<DeliveryState, SenderSentence>> = {
  connecting: (who) => ({
    spoken: `Connecting to ${who}.`,
    title: 'is connecting',
    detail: 'a few seconds',
  }),
  waiting: waitingWords,
  offered: (who) => ({
    spoken: `${who} is looking at your offer.`,
    title: 'is looking',
    detail: 'nothing moves yet',
  }),
  moving: (who, { quiet }) =>
    quiet
      ? {
          spoken: `Nothing arrives at ${who} at the moment.`,
          title: 'nothing arrives',
          detail: 'it goes on by itself',
        }
      : { spoken: `On its way to ${who}.`, title: 'is taking it', detail: '' },
  paused: (who, { pauses }) => {
    if (pauses.includes('disk'))
      return {
        spoken: `The disk of ${who} is full.`,
        title: 'has a full disk',
        detail: 'goes on when there is room',
      };
    return pauses.includes('me')
      ? {
          spoken: `You paused the delivery to ${who}.`,
          title: 'you paused',
          detail: 'goes on when you do',
        }
      : { spoken: `${who} paused.`, title: 'paused', detail: 'goes on when they do' };
  },
  interrupted: (who, { accepted }) =>
    accepted
      ? {
          spoken: `The connection to ${who} was lost.`,
          title: 'is cut off',
          detail: 'goes on when they are back',
        }
      : {
          spoken: `${who} left before accepting.`,
          title: 'left before accepting',
          detail: 'nothing was sent',
        },
  verifying: () => ({
    spoken: 'All sent. Comparing the two copies.',
    title: 'has all of it',
    detail: 'comparing the two copies',
  }),
  complete: (who, { lostFiles }) =>
    lostFiles.length === 0
      ? { spoken: `${who} has everything.`, title: 'has everything', detail: '' }
      : {
          spoken: `${who} has everything but ${formatCount(lostFiles.length, 'file')}.`,
          title: `has all but ${formatCount(lostFiles.length, 'file')}`,
          detail: '',
        },
  cancelled: (who, { cancelledBy }) =>
    cancelledBy === 'me'
      ? {
          spoken: `You cancelled the delivery to ${who}.`,
          title: 'you cancelled',
          detail: 'the link still works',
        }
      : { spoken: `${who} cancelled.`, title: 'cancelled', detail: 'the link still works' },
  declined: (who) => ({
    spoken: `${who} said no, thanks.`,
    title: 'said no, thanks',
    detail: 'the link still works',
  }),
  failed: () => ({ spoken: '', title: 'did not get it', detail: '' }),
};

/** The headline of the sender's page when everybody who took it has it. `lost` files did not come along. */
export function deliveredHeadline(complete: number, who: string, lost: number): string {
  if (complete > 1) return 'Everybody has it.';
  return lost === 0 ? `${who} has everything.` : `${who} has all but ${formatCount(lost, 'file')}.`;
}
