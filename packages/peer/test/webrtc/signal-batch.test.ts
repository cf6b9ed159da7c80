import {
  CONTROL_CHANNEL_ID,
  LANE_SIGNALS_DELAY,
  parseControlMessage,
  type ControlMessage,
  type LaneSignal,
} from '@burritoshare/core';
import { createRandom, createVirtualClock, createVirtualNetwork } from '@burritoshare/core/testing';
import { expect, test } from 'vitest';
import {
  createFakeInternet,
  createFakeParty,
  createPartyClock,
  FakePeerConnection,
  type FakeServer,
} from '../../src/testing/index.ts';
import { createLaneZero } from '../../src/webrtc/lane-zero.ts';
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

test('W1: no other control message overtakes what waits', () => {
  const { clock } = createRun();
  const random = createRandom(1);
  const internet = createFakeInternet(createVirtualNetwork(clock, random), clock, random);
  const connection = new FakePeerConnection(internet, 'fingerprint');
  const party = createFakeParty({
    clock,
    random,
    internet,
    owner: 'sender',
    server: { openSocket: () => expect.unreachable() } as unknown as FakeServer,
  });
  const laneZero = createLaneZero({
    platform: {
      ...party.platform,
      createPeerConnection: () => connection as unknown as RTCPeerConnection,
    },
    adopt: () => ({
      number: 1,
      awaitChunks: () => undefined,
      close: () => undefined,
      release: () => undefined,
    }),
    iceServers: () => [],
    tell: () => undefined,
    onNegotiation: () => undefined,
    onControl: () => undefined,
    onPath: () => undefined,
    misbehaved: () => undefined,
    onError: () => undefined,
  });
  laneZero.start(1, true);
  const said: string[] = [];
  const control = connection.channels.get(CONTROL_CHANNEL_ID);
  Object.assign(control ?? {}, {
    readyState: 'open',
    send: (text: string) => said.push(parseControlMessage(text).type),
  });
  laneZero.say({ type: 'lane.signals', signals: [ofLane(1)] });
  expect(said).toEqual([]);
  laneZero.say({ type: 'lane.close', lane: 1, chunks: 0 });
  expect(said).toEqual(['lane.signals', 'lane.close']);
});
