import { LANE_SIGNALS_DELAY, type ControlMessage, type LaneSignal } from '@burritoshare/core';
import { createVirtualClock } from '@burritoshare/core/testing';
import { expect, test } from 'vitest';
import { createPartyClock } from '../../src/testing/index.ts';
import { createSignalBatch } from '../../src/webrtc/signal-batch.ts';

const ofLane = (lane: number): LaneSignal => ({
  type: 'description',
  lane,
  kind: 'offer',
  sdp: 'v=0\r\n',
});

function createRun() {
  const clock = createPartyClock(createVirtualClock());
  const said: ControlMessage[] = [];
  const platformClock = {
    setTimeout: (callback: () => void, milliseconds: number) =>
      clock.setTimeout(callback, milliseconds),
    clearTimeout: (id: unknown) => {
      clock.clearTimeout(id as number);
    },
  };
  const batch = createSignalBatch(platformClock, (message) => said.push(message));
  return { clock, said, batch };
}

test('W1: what comes within the delay of the first goes together', () => {
  const { clock, said, batch } = createRun();
  batch.add([ofLane(1)]);
  clock.advance(LANE_SIGNALS_DELAY - 1);
  batch.add([ofLane(2)]);
  expect(said).toEqual([]);
  clock.advance(1);
  const together = { type: 'lane.signals', signals: [ofLane(1), ofLane(2)] };
  expect(said).toEqual([together]);
  batch.add([ofLane(3)]);
  clock.advance(LANE_SIGNALS_DELAY);
  expect(said).toEqual([together, { type: 'lane.signals', signals: [ofLane(3)] }]);
  expect(clock.pending).toBe(0);
});

test('W1: what waits can go at once, or be forgotten', () => {
  const { clock, said, batch } = createRun();
  batch.flush();
  batch.add([ofLane(1)]);
  batch.flush();
  batch.add([ofLane(2)]);
  batch.drop();
  expect(clock.pending).toBe(0);
  clock.advance(LANE_SIGNALS_DELAY);
  expect(said).toEqual([{ type: 'lane.signals', signals: [ofLane(1)] }]);
});
