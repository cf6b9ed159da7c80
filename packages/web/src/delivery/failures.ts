import { MEMORY_SINK_BYTES_MAX, type FailureCode, type FinalRefusalCode } from '@burritoshare/core';

import { formatBytes } from '../ui/format.ts';
import type { CopyPlace, Role } from './view.ts';

/** The three sentences that the page shows for every failure. */
export interface FailureText {
  /** What happened. */
  readonly what: string;
  /** What is safe, and what isn't. */
  readonly safe: string;
  /** What to do about it. */
  readonly next: string;
  /** What only whoever runs the server can do about it. */
  readonly operator?: string;
}

type Texts = Readonly<Record<FailureCode, Readonly<Record<Role, FailureText>>>>;

const UNTOUCHED = 'Your own files are untouched.';
const NOT_KEPT = 'The part that had arrived here was not kept.';
const KEPT_BEFORE = 'What had arrived before, if anything, stays in this browser.';
const KEPT = 'What had arrived stays in this browser.';
const ASK_AGAIN = 'Ask them to open the link again.';
const NO_RELAY = 'No relay is used, so that nobody else carries the bytes.';
const NETWORKS = {
  next: 'It works when both of you are on the same network, such as one phone’s hotspot.',
  operator:
    'Name a STUN server (ICE_SERVERS), so that browsers on different networks find each other. Some networks let nothing through even then.',
};

const TEXTS: Texts = {
  security: {
    sender: {
      what: 'Whoever answered could not prove that they have your link.',
      safe: `${UNTOUCHED} No connection was made to them.`,
      next: 'If you expected somebody, copy the link again, all of it, and send it to them another way.',
    },
    receiver: {
      what: 'Whoever answered could not prove that this link is theirs.',
      safe: `Nothing was taken from them. ${KEPT_BEFORE}`,
      next: 'Ask the sender to copy the link again, all of it, and to send it to you another way.',
    },
  },
  unreachable: {
    sender: {
      what: 'No direct way between your two networks was found.',
      safe: `${UNTOUCHED} ${NO_RELAY}`,
      ...NETWORKS,
    },
    receiver: {
      what: 'No direct way between your two networks was found.',
      safe: `Nothing was taken. ${NO_RELAY}`,
      ...NETWORKS,
    },
  },
  stalled: {
    sender: {
      what: 'Nothing moved any more, although the connection to them was there.',
      safe: `${UNTOUCHED} What they had received is not complete.`,
      next: 'Your link still works: they can open it again. If it happens once more, reload the page on both sides.',
    },
    receiver: {
      what: 'The sender’s page was there, and nothing more came from it.',
      safe: KEPT_BEFORE,
      next: 'Ask the sender to reload their page and to go on sharing, then try again.',
    },
  },
  'connection.lost': {
    sender: {
      what: 'They have gone: their tab was closed or reloaded, or the connection was lost.',
      safe: `${UNTOUCHED} What they had received is not complete.`,
      next: 'Your link still works: they can open it again.',
    },
    receiver: {
      what: 'The sender has gone: their tab was closed, or the connection was lost.',
      safe: KEPT,
      next: 'Try again. If their tab is closed, ask them to open it again and to go on sharing.',
    },
  },
  protocol: {
    sender: {
      what: 'The other side said something that makes no sense here.',
      safe: `${UNTOUCHED} The connection was closed at once.`,
      next: `Reload the page on their side, so that both of you run the same version. ${ASK_AGAIN}`,
    },
    receiver: {
      what: 'The other side said something that makes no sense here.',
      safe: `The connection was closed at once. ${NOT_KEPT}`,
      next: 'Reload this page, so that you have its newest version. If it happens again, ask the sender to reload theirs and to share once more.',
    },
  },
  integrity: {
    sender: {
      what: 'What arrived is not what you sent.',
      safe: `${UNTOUCHED} The damaged copy was not handed to them.`,
      next: ASK_AGAIN,
    },
    receiver: {
      what: 'What arrived is not what was sent.',
      safe: 'The damaged copy was not handed to you, and nothing of it was kept.',
      next: 'Try again. If it happens once more, tell the sender.',
    },
  },
  'disk.full': {
    sender: {
      what: 'There is no room left on their device.',
      safe: UNTOUCHED,
      next: `Once they have made room: ${lower(ASK_AGAIN)}`,
    },
    receiver: {
      what: 'There is no room left on this device.',
      safe: KEPT,
      next: 'Make room, then try again. Saving takes room twice for a moment: once in this browser, once where you save to.',
    },
  },
  'disk.failed': {
    sender: {
      what: 'Their browser could not write to its disk.',
      safe: UNTOUCHED,
      next: 'They could try another browser, or a window that isn’t private. Your link still works.',
    },
    receiver: {
      what: 'This browser could not write to its disk.',
      safe: KEPT,
      next: 'Open the link in another browser, or in a window that isn’t private.',
    },
  },
  'memory.limit': {
    // A browser's first number takes it long, so none is formatted before it is read.
    sender: {
      get what() {
        return `Their browser keeps deliveries in memory, ${formatBytes(MEMORY_SINK_BYTES_MAX)} at most, and this is more.`;
      },
      safe: UNTOUCHED,
      next: 'They could open the link in another browser, or in a window that isn’t private.',
    },
    receiver: {
      get what() {
        return `This browser keeps deliveries in memory, ${formatBytes(MEMORY_SINK_BYTES_MAX)} at most, and this is more.`;
      },
      safe: 'Nothing was taken.',
      next: 'Open the link in another browser, or in a window that isn’t private.',
    },
  },
  'source.changed': {
    sender: {
      what: 'A file changed after you chose it.',
      safe: 'Your file is as you left it. A mix of the old one and the new one was not handed over.',
      next: 'Stop sharing, choose it again, and send the new link.',
    },
    receiver: {
      what: 'A file changed on the sender’s side while it was on its way.',
      safe: 'You were not given a mix of the old one and the new one.',
      next: 'Ask the sender to choose it again and to send you the new link.',
    },
  },
  'source.unreadable': {
    sender: {
      what: 'A file can’t be read any more.',
      safe: 'It may have been moved, renamed or deleted, or its drive was unplugged.',
      next: 'Stop sharing, choose it again, and send the new link.',
    },
    receiver: {
      what: 'The sender’s browser can’t read a file any more.',
      safe: 'It may have been moved or deleted there. You were not given half of it.',
      next: 'Ask the sender to choose it again and to send you the new link.',
    },
  },
  skipped: {
    sender: {
      what: 'Every file was left out.',
      safe: UNTOUCHED,
      next: 'Your link still works: they can open it again.',
    },
    receiver: {
      what: 'Every file was left out.',
      safe: 'Nothing was kept here.',
      next: 'Try again if you want some of it after all.',
    },
  },
  'sender.ended': {
    sender: {
      what: 'You ended this delivery while they were away.',
      safe: `${UNTOUCHED} Nothing more is sent.`,
      next: 'If they should have it after all, ask them to open the link again, or share once more.',
    },
    receiver: {
      what: 'This delivery is over on the sender’s side.',
      safe: KEPT,
      next: 'Try again to go on from there. If they no longer share it, ask them for a new link.',
    },
  },
  'sender.declined': {
    sender: {
      what: 'You turned them away.',
      safe: `${UNTOUCHED} They were told nothing of what you share.`,
      next: 'If they should have it after all, ask them to open the link again.',
    },
    receiver: {
      what: 'The sender turned this visit away.',
      safe: `Nothing was taken. ${KEPT_BEFORE}`,
      next: 'If you expected something, tell the sender that it is you, then try again.',
    },
  },
  'room.idle': {
    sender: {
      what: 'They did not accept for a long while, so that the server gave their place up.',
      safe: 'Nothing was sent. Your link still works.',
      next: ASK_AGAIN,
    },
    receiver: {
      what: 'Nothing was accepted here for a long while, so the server gave this page’s place up.',
      safe: 'Nothing was taken.',
      next: 'Try again. If the sender isn’t there, ask them first whether they still have the link open.',
    },
  },
  replaced: {
    sender: {
      what: 'They opened your link once more, and go on there.',
      safe: UNTOUCHED,
      next: 'Look for their newer row.',
    },
    receiver: {
      what: 'This delivery is open in another tab or window.',
      safe: 'It goes on there.',
      next: 'Look for the other tab. If you can’t find it, try again here.',
    },
  },
  refused: {
    sender: {
      what: 'The server did not let them in.',
      safe: UNTOUCHED,
      next: 'Ask them to reload the page and to open the link again in a while.',
    },
    receiver: {
      what: 'The server did not let this page in.',
      safe: 'Nothing was taken, and the link may still work.',
      next: 'Try again in a while, or reload this page.',
    },
  },
  internal: {
    sender: {
      what: 'Something in this page broke. That is a mistake of ours, not of yours.',
      safe: `${UNTOUCHED} Deliveries to others are not affected.`,
      next: ASK_AGAIN,
    },
    receiver: {
      what: 'Something in this page broke. That is a mistake of ours, not of yours.',
      safe: KEPT,
      next: 'Try again. If it happens once more, reload this page.',
    },
  },
};

/**
 * The text for a delivery that failed.
 *
 * @param place - where the arrived bytes are kept. Memory keeps nothing after a failure.
 */
export function failureText(code: FailureCode, role: Role, place: CopyPlace = 'disk'): FailureText {
  const text = TEXTS[code][role];
  return place === 'tab' ? { ...text, safe: text.safe.replace(KEPT, NOT_KEPT) } : text;
}

const LOST_FILES: Readonly<Partial<Record<FailureCode, string>>> = {
  'source.changed': 'it changed while it was on its way',
  'source.unreadable': 'it could not be read',
  skipped: 'it was left out',
};

/** Why one file of a delivery is missing, as a text to put behind its name. */
export function lostFileText(code: FailureCode): string {
  return LOST_FILES[code] ?? 'it could not be sent';
}

/** The texts for the server's refusals of the sender's tab. */
export const REFUSALS: Readonly<Record<FinalRefusalCode, FailureText>> = {
  malformed: {
    what: 'The server did not understand this page.',
    safe: UNTOUCHED,
    next: 'Reload the page: it may be older than the server.',
  },
  version: {
    what: 'This page and the server are of different versions.',
    safe: UNTOUCHED,
    next: 'Reload the page, then choose the files again.',
  },
  'seat.refused': {
    what: 'The server did not accept that this link is yours.',
    safe: `${UNTOUCHED} What is already on its way goes on.`,
    next: 'Start again for a new link.',
  },
  idle: {
    what: 'The server closed this link, since nothing happened on it.',
    safe: UNTOUCHED,
    next: 'Start again for a new link.',
  },
};

function lower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
