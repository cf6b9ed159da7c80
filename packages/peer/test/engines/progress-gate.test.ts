import { createVirtualClock } from '@burritoshare/core/testing';
import { expect, test } from 'vitest';
import { createProgressGate } from '../../src/engines/progress-gate.ts';
import { createPartyClock } from '../../src/testing/index.ts';

type Told = { readonly type: 'progress.made'; readonly bytes: number } | { readonly type: 'other' };

function begin() {
  const clock = createPartyClock(createVirtualClock());
  const told: (number | string)[] = [];
  const gate = createProgressGate<Told>(
    {
      setTimeout: (callback, milliseconds) => clock.setTimeout(callback, milliseconds),
      clearTimeout: (id) => {
        if (id !== undefined) clock.clearTimeout(id as number);
      },
    },
    (command) => told.push(command.type === 'other' ? 'other' : command.bytes),
  );
  const progress = (bytes: number): void => gate.pass({ type: 'progress.made', bytes });
  return { clock, told, gate, progress };
}

test('the first report passes at once, of those that follow soon only the newest, and none twice', () => {
  const { clock, told, progress } = begin();
  for (const bytes of [1, 2, 3]) progress(bytes);
  expect(told).toEqual([1]);
  clock.advance(10_000);
  expect(told).toEqual([1, 3]);
  expect(clock.pending).toBe(0);
  progress(4);
  expect(told).toEqual([1, 3, 4]);
});

test('a held report passes before any other command', () => {
  const { clock, told, gate, progress } = begin();
  for (const bytes of [1, 2, 3]) progress(bytes);
  gate.pass({ type: 'other' });
  expect(told).toEqual([1, 3, 'other']);
  clock.advance(10_000);
  expect(told).toEqual([1, 3, 'other']);
});

test('I11: once it is closed nothing passes, and no timer runs', () => {
  const { clock, told, gate, progress } = begin();
  for (const bytes of [1, 2]) progress(bytes);
  gate.close();
  expect(clock.pending).toBe(0);
  clock.advance(10_000);
  expect(told).toEqual([1]);
});
