// The fakes keep to the platform's rules, as they were measured in browsers.

import { createRandom, createVirtualClock, createVirtualNetwork } from '@burritoshare/core/testing';
import { expect, test } from 'vitest';
import {
  createFakeInternet,
  createPartyClock,
  FakePeerConnection,
  type FakeDataChannel,
} from '../../src/testing/index.ts';

const MIB = 1024 * 1024;

async function connect(tamper = (sdp: string) => sdp) {
  const clock = createPartyClock(createVirtualClock());
  const random = createRandom(1);
  const speed = { delay: 5, jitter: 0, rate: 1_000 };
  const internet = createFakeInternet(createVirtualNetwork(clock, random), clock, random, {
    speed,
  });
  const make = (name: string) => new FakePeerConnection(internet, name, name[0]);
  const [a, b] = [make('aa'), make('bb')];
  const ends = [a, b].map((one) => one.createDataChannel('bulk', { negotiated: true, id: 1 }));
  const gathered: (() => Promise<void>)[] = [];
  const gather = (from: FakePeerConnection, to: FakePeerConnection): void => {
    from.onicecandidate = ({ candidate }) => {
      if (candidate !== null) gathered.push(() => to.addIceCandidate(candidate));
    };
  };
  gather(a, b);
  gather(b, a);
  const flush = async (): Promise<void> => {
    for (let turn = 0; turn < 200; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(1);
    }
  };
  const negotiate = async (): Promise<void> => {
    const offer = await a.createOffer();
    await b.setRemoteDescription({ ...offer, sdp: tamper(offer.sdp ?? '') });
    await a.setLocalDescription(offer);
    const answer = await b.createAnswer();
    await b.setLocalDescription(answer);
    await a.setRemoteDescription(answer);
  };
  const done = negotiate();
  await flush();
  await done;
  const added = Promise.all(gathered.map((add) => add()));
  await flush();
  await added;
  return {
    a,
    b,
    clock,
    internet,
    mine: ends[0] as FakeDataChannel,
    theirs: ends[1] as FakeDataChannel,
  };
}

test('two connections with each other’s descriptions connect, and their agreed channels open', async () => {
  const { a, b, mine, theirs } = await connect();
  expect([a.connectionState, b.connectionState]).toEqual(['connected', 'connected']);
  expect([mine.readyState, theirs.readyState]).toEqual(['open', 'open']);
});

test('a fingerprint that is not the other side’s ends in failure', async () => {
  const { a, b, mine } = await connect((sdp) => sdp.replace('256 aa', '256 cc'));
  expect([a.connectionState, b.connectionState, mine.readyState]).toEqual([
    'failed',
    'failed',
    'connecting',
  ]);
});

test('bufferedamountlow comes on a downward crossing alone', async () => {
  const { mine, clock } = await connect();
  let drained = 0;
  mine.onbufferedamountlow = () => (drained += 1);
  mine.bufferedAmountLowThreshold = 1_000;
  mine.send(new Uint8Array(500));
  clock.advance(100);
  expect(drained, 'it was never above').toBe(0);
  mine.send(new Uint8Array(5_000));
  expect(mine.bufferedAmount).toBe(5_000);
  mine.send(new Uint8Array(500));
  clock.advance(100);
  expect([drained, mine.bufferedAmount]).toEqual([1, 0]);
});

test('a full queue throws, and so does a channel that is closing', async () => {
  const { mine, clock } = await connect();
  mine.send(new Uint8Array(16 * MIB));
  expect(() => mine.send(new Uint8Array(1))).toThrow('full');
  clock.advance(60_000);
  mine.close();
  expect(() => mine.send('late')).toThrow('not open');
});

test('closing a channel lets through what is queued; closing the connection doesn’t', async () => {
  const gentle = await connect();
  const heard: unknown[] = [];
  gentle.theirs.onmessage = ({ data }) => heard.push(data);
  gentle.mine.send('last');
  gentle.mine.close();
  gentle.clock.advance(1_000);
  expect([heard, gentle.theirs.readyState, gentle.mine.readyState]).toEqual([
    ['last'],
    'closed',
    'closed',
  ]);

  const abrupt = await connect();
  let ended = 0;
  abrupt.theirs.onmessage = ({ data }) => heard.push(data);
  abrupt.theirs.onclose = () => (ended += 1);
  abrupt.mine.send('lost');
  abrupt.a.close();
  abrupt.clock.advance(1_000);
  expect([heard, ended, abrupt.b.connectionState]).toEqual([['last'], 1, 'closed']);
});

test('a path that was cut tells nobody, until consent runs out', async () => {
  const { a, b, mine, theirs, clock } = await connect();
  theirs.onmessage = () => expect.unreachable();
  a.cut();
  mine.send('lost');
  clock.advance(29_000);
  const states = () => [mine.readyState, theirs.readyState, b.connectionState];
  expect(states()).toEqual(['open', 'open', 'connected']);
  clock.advance(2_000);
  expect(states()).toEqual(['open', 'open', 'failed']);
  clock.advance(20_000);
  expect(states()).toEqual(['closed', 'closed', 'failed']);
});

test('messages held up by a way that is blocked in one direction arrive in order afterwards', async () => {
  const { mine, theirs, clock, internet } = await connect();
  const heard: unknown[] = [];
  mine.onmessage = theirs.onmessage = ({ data }) => heard.push(data);
  mine.send('one');
  internet.block('a', 'b');
  mine.send('two');
  theirs.send('back');
  clock.advance(10_000);
  expect([heard, mine.bufferedAmount]).toEqual([['back'], 6]);
  internet.unblock('a', 'b');
  mine.send('three');
  clock.advance(1_000);
  expect([heard, mine.bufferedAmount]).toEqual([['back', 'one', 'two', 'three'], 0]);
});

test('a connection whose process is gone says nothing', async () => {
  const { a, theirs, b, clock } = await connect();
  a.vanish();
  clock.advance(29_000);
  expect([a.connectionState, b.connectionState, theirs.readyState]).toEqual([
    'closed',
    'connected',
    'open',
  ]);
});

test('messages without a handler are lost', async () => {
  const { mine, theirs, clock } = await connect();
  mine.send('early');
  clock.advance(1_000);
  expect(theirs.lost).toBe(1);
});
