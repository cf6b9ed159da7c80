import { expect, test } from 'vitest';

import { isOver, isUnsuccessful, type ReceiverPhase, type WaitingFor } from '../src/app/view.ts';
import { receiverWords, senderWords } from '../src/app/words.ts';

const PHASES: Readonly<Record<ReceiverPhase, 'under way' | 'without the files' | 'done'>> = {
  connecting: 'under way',
  offered: 'under way',
  preparing: 'under way',
  moving: 'under way',
  verifying: 'under way',
  unsaved: 'under way',
  saving: 'under way',
  saved: 'under way',
  discarded: 'done',
  cancelled: 'without the files',
  failed: 'without the files',
};
const phases = Object.keys(PHASES) as readonly ReceiverPhase[];

function waitingWords(waitingFor: WaitingFor) {
  return receiverWords({
    phase: 'connecting',
    waitingFor,
    failure: undefined,
    cancelledBy: undefined,
    lostFiles: [],
    handedOver: 'no',
  });
}

test('a tab is needed until the files are out of it or will never be in it', () => {
  expect(phases.filter((phase) => !isOver(phase))).toEqual(
    phases.filter((phase) => PHASES[phase] === 'under way'),
  );
});

test('another attempt is offered after every end without the files', () => {
  expect(phases.filter(isUnsuccessful)).toEqual(
    phases.filter((phase) => PHASES[phase] === 'without the files'),
  );
});

test('a server that stays away is not said to take a second or two', () => {
  expect(waitingWords('server').detail).toContain('a second or two');
  const { title, detail } = waitingWords('absentServer');
  expect(title).toMatch(/server .* can’t be reached right now/);
  expect(detail).not.toContain('a second');
  expect(detail).toMatch(/goes on trying.*Check/);
});

test('waiting for the sender promises no more than the server’s patience', () => {
  expect(waitingWords('sender').detail).toContain('within a few minutes');
});

test('who left before accepting is not said to come back into the same row', () => {
  const words = senderWords(
    { state: 'interrupted', failure: undefined, cancelledBy: undefined, lostFiles: [] },
    'Receiver 1',
  );
  expect(words).toEqual({
    title: 'Receiver 1 left before accepting.',
    detail: 'Nothing was sent. The link still works.',
  });
});
