import { setImmediate } from 'node:timers/promises';
import type { Path } from '@burritoshare/core';
import { createVirtualClock } from '@burritoshare/core/testing';
import { expect, test } from 'vitest';

import { createPathWatch } from '../../src/webrtc/path-watch.ts';
import type { SeenPath } from '../../src/webrtc/path.ts';

const path = (kind: Path['kind']): Path => ({ kind, protocol: 'udp', roundTrip: 1 });
const found: SeenPath = { path: path('direct'), isCertain: false };
const named: SeenPath = { path: path('local'), isCertain: true };

/** Shows these looks one after the other, the last one again and again. */
function watch(...looks: readonly (SeenPath | undefined)[]) {
  const clock = createVirtualClock();
  const told: Path['kind'][] = [];
  let asked = 0;
  const pathWatch = createPathWatch(
    clock,
    () => Promise.resolve(looks[Math.min(asked++, looks.length - 1)]),
    ({ kind }) => told.push(kind),
  );
  const pass = async (milliseconds: number): Promise<void> => {
    for (let passed = 0; passed <= milliseconds; passed += 250) {
      // What was seen is a promise, so a look takes a turn.
      await setImmediate();
      clock.advance(250);
    }
  };
  return { pass, told, pathWatch, asked: () => asked };
}

test('a path is told at once where its ends are certain', async () => {
  const { pass, told, pathWatch, asked } = watch(named);
  pathWatch.look();
  await pass(60_000);
  expect([told, asked()]).toEqual([['local'], 1]);
});

test('G11 a remote end that ICE found before it was named is waited for', async () => {
  const { pass, told, pathWatch } = watch(found, found, named);
  pathWatch.look();
  await pass(250);
  expect(told).toEqual([]);
  await pass(60_000);
  expect(told).toEqual(['local']);
});

test('G11 an end that nobody names is what it looks like, after some looks', async () => {
  const { pass, told, pathWatch, asked } = watch(found);
  pathWatch.look();
  await pass(60_000);
  expect([told, asked()]).toEqual([['direct'], 6]);
});

test('a path that is forgotten, or is another one now, is not told', async () => {
  const { pass, told, pathWatch } = watch(found, named);
  pathWatch.look();
  pathWatch.look();
  await pass(60_000);
  expect(told).toEqual(['local']);
  pathWatch.look();
  pathWatch.stop();
  await pass(60_000);
  expect(told).toEqual(['local']);
});

test('a browser that reports no path is not asked again', async () => {
  const { pass, told, pathWatch, asked } = watch(undefined);
  pathWatch.look();
  await pass(60_000);
  expect([told, asked()]).toEqual([[], 1]);
});
