import type { Pause } from '@burritoshare/core';
import { expect, test } from 'vitest';

import {
  isOver,
  isUnsuccessful,
  type ReceiverPhase,
  type WaitingFor,
} from '../../src/delivery/view.ts';
import { receiverWords } from '../../src/receiving/words.ts';
import { SPEED_LIMITS, speedLimitWords } from '../../src/sending/more/speed-words.ts';
import { senderWords } from '../../src/sending/words.ts';

const PHASES: Readonly<Record<ReceiverPhase, 'under way' | 'without the files' | 'done'>> = {
  connecting: 'under way',
  offered: 'under way',
  interrupted: 'under way',
  paused: 'under way',
  preparing: 'under way',
  moving: 'under way',
  verifying: 'under way',
  unsaved: 'under way',
  saving: 'under way',
  saved: 'under way',
  discarded: 'done',
  cancelled: 'without the files',
  declined: 'without the files',
  failed: 'without the files',
};
const phases = Object.keys(PHASES) as readonly ReceiverPhase[];

const QUIET = {
  accepted: true,
  quiet: false,
  pauses: [],
  progress: {
    bytes: 4.1e9,
    arrived: 4.1e9,
    total: 6.4e9,
    speed: undefined,
    secondsLeft: undefined,
  },
  failure: undefined,
  cancelledBy: undefined,
  lostFiles: [],
} as const;

function words(changes: Partial<Parameters<typeof receiverWords>[0]>) {
  return receiverWords({
    ...QUIET,
    phase: 'connecting',
    waitingFor: 'connection',
    retryIn: undefined,
    handedOver: 'no',
    place: 'disk',
    handOver: undefined,
    ...changes,
  });
}

function waitingWords(waitingFor: WaitingFor) {
  return words({ waitingFor });
}

test('a tab is needed until its files are handed over or can no longer arrive', () => {
  expect(phases.filter((phase) => !isOver(phase))).toEqual(
    phases.filter((phase) => PHASES[phase] === 'under way'),
  );
});

test('another attempt is offered after every end without the files', () => {
  expect(phases.filter(isUnsuccessful)).toEqual(
    phases.filter((phase) => PHASES[phase] === 'without the files'),
  );
});

test('calling a server that stays silent is not said to take a second or two', () => {
  expect(waitingWords('server').detail).toContain('a second or two');
  const { title, detail } = waitingWords('absentServer');
  expect(title).toMatch(/server .* can’t be reached right now/);
  expect(detail).not.toContain('a second');
  expect(detail).toMatch(/goes on trying.*Check/);
});

test('S11: the words name a wait for a place, and the next step', () => {
  const [place, serverPlace] = [waitingWords('place'), waitingWords('serverPlace')];
  expect([place.title, serverPlace.title]).toEqual([
    'Others are ahead of you.',
    'The server has no room for you right now.',
  ]);
  expect([place.detail, serverPlace.detail]).toEqual([
    expect.stringContaining('as soon as there is a place'),
    expect.stringContaining('asks again by itself'),
  ]);
});

test('the words about waiting for the sender promise no more than the server’s time-out allows', () => {
  expect(waitingWords('sender').detail).toContain('within a few minutes');
});

test('the words for a receiver that left before accepting don’t promise its return in the same row', () => {
  const interrupted = { ...QUIET, state: 'interrupted' } as const;
  expect(senderWords({ ...interrupted, accepted: false }, 'Receiver 1')).toEqual({
    spoken: 'Receiver 1 left before accepting.',
    title: 'left before accepting',
    detail: 'nothing was sent',
  });
  expect(senderWords(interrupted, 'Receiver 1')).toEqual({
    spoken: 'The connection to Receiver 1 was lost.',
    title: 'is cut off',
    detail: 'goes on when they are back',
  });
});

test('the words for a lost connection name the next attempt and the safe bytes', () => {
  const lost = { phase: 'interrupted', waitingFor: 'retry' } as const;
  expect(words({ ...lost, retryIn: 4 }).title).toBe(
    'The connection was lost. Trying again in 4 seconds.',
  );
  expect(words({ ...lost, retryIn: 0 }).title).toBe('The connection was lost. Connecting again.');
  const all: readonly WaitingFor[] = [
    'server',
    'absentServer',
    'sender',
    'connection',
    'retry',
    'place',
    'serverPlace',
  ];
  for (const waitingFor of all)
    expect(words({ ...lost, waitingFor, retryIn: 4 }).detail).toContain(
      'What has arrived stays here',
    );
});

test('the words for a full disk name the bytes that are here and those that don’t fit', () => {
  const { title, detail } = words({ phase: 'paused', pauses: ['me', 'disk'] });
  expect(title).toBe('The disk is full.');
  expect(detail.replaceAll('\u00a0', ' ')).toBe(
    '4.1 GB are here and stay here. Free 2.3 GB and press Continue.',
  );
});

test('each of the two people is told which of them paused', () => {
  expect(words({ phase: 'paused', pauses: ['me', 'them'] }).title).toBe('You paused.');
  expect(words({ phase: 'paused', pauses: ['them'] }).title).toBe('The sender paused.');
  const paused = { ...QUIET, state: 'paused' } as const;
  const said = (pauses: readonly Pause[]) => {
    const { spoken, title } = senderWords({ ...paused, pauses }, 'Receiver 1');
    return [spoken, title];
  };
  expect(said(['me'])).toEqual(['You paused the delivery to Receiver 1.', 'you paused']);
  expect(said(['them'])).toEqual(['Receiver 1 paused.', 'paused']);
  expect(said(['disk'])).toEqual(['The disk of Receiver 1 is full.', 'has a full disk']);
});

test('a no is not said to be a cancel, on either end', () => {
  const theirs = { ...QUIET, cancelledBy: 'them' } as const;
  const titleOf = (state: 'cancelled' | 'declined') =>
    senderWords({ ...theirs, state }, 'Receiver 1').title;
  expect(titleOf('declined')).toBe('said no, thanks');
  expect(titleOf('cancelled')).toBe('cancelled');
  const mine = { accepted: false, cancelledBy: 'me' } as const;
  expect(words({ ...mine, phase: 'declined' }).title).toBe('You said no, thanks.');
  expect(words({ ...mine, phase: 'cancelled' }).title).toBe('You cancelled.');
});

test('speed limits are written in Mbit/s, as networks are sold, and in bytes, as the page counts', () => {
  expect([undefined, ...SPEED_LIMITS].map((limit) => speedLimitWords(limit, 'en'))).toEqual([
    'No limit',
    '1\u00a0Mbit/s (125\u00a0KB/s)',
    '2\u00a0Mbit/s (250\u00a0KB/s)',
    '5\u00a0Mbit/s (625\u00a0KB/s)',
    '10\u00a0Mbit/s (1.3\u00a0MB/s)',
    '20\u00a0Mbit/s (2.5\u00a0MB/s)',
    '50\u00a0Mbit/s (6.3\u00a0MB/s)',
  ]);
});

test('T5: if nothing moves, both ends say so, and that nothing is lost', () => {
  const quiet = words({ phase: 'moving', quiet: true });
  expect(quiet.title).toContain('Nothing comes');
  expect(quiet.detail).toContain('stays here');
  expect(words({ phase: 'moving' }).title).toContain('On its way');
  const row = senderWords({ ...QUIET, state: 'moving', quiet: true }, 'Receiver 1');
  expect(row.spoken).toContain('Nothing arrives at Receiver 1');
  expect(row.title).toBe('nothing arrives');
  expect(senderWords({ ...QUIET, state: 'moving' }, 'Receiver 1').spoken).toContain('On its way');
});

test('M1: a receiver that is connected and waits for the offer is not said to be connecting', () => {
  expect(waitingWords('offer').title).toMatch(/^Connected/);
  expect(words({ phase: 'interrupted', waitingFor: 'offer' }).title).toMatch(/^Connected again/);
});
