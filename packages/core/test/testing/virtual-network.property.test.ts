import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LocalProtocolError } from '../../src/errors.ts';
import {
  createRandom,
  createVirtualClock,
  createVirtualNetwork,
  type DatagramFaults,
} from '../../src/testing/index.ts';

function networkOf(seed: number) {
  const clock = createVirtualClock();
  return { clock, network: createVirtualNetwork(clock, createRandom(seed)) };
}

describe('a random stream', () => {
  it('is the same with one seed, keeps to its ranges, and forks without changing its own draws', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 50 }), (seed, limit) => {
        const [one, other] = [createRandom(seed), createRandom(seed)];
        const fork = one.fork();
        other.fork();
        for (let turn = 0; turn < 20; turn++) {
          fork.next();
          const value = one.below(limit);
          expect(value).toBe(other.below(limit));
          expect(Number.isInteger(value) && value >= 0 && value < limit).toBe(true);
          const between = one.between(3, 4);
          expect(between).toBe(other.between(3, 4));
          expect(between >= 3 && between <= 4).toBe(true);
        }
        expect([one.chance(0), one.chance(1)]).toEqual([false, true]);
      }),
    );
  });

  it('spreads evenly over seeds and turns', () => {
    const counts = Array.from({ length: 10 }, () => 0);
    for (let seed = 0; seed < 1000; seed++) {
      const random = createRandom(seed);
      for (let turn = 0; turn < 10; turn++) {
        const value = random.below(10);
        counts[value] = (counts[value] ?? 0) + 1;
      }
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});

const faults: fc.Arbitrary<DatagramFaults> = fc.record({
  delay: fc.record({ least: fc.nat({ max: 20 }), most: fc.integer({ min: 20, max: 90 }) }),
  loss: fc.constantFrom(0, 0.3, 1),
  duplication: fc.constantFrom(0, 0.3, 1),
});

describe('a datagram link', () => {
  it('delivers what was sent, late, doubled, reordered or never, and the same with one seed', () => {
    fc.assert(
      fc.property(fc.integer(), faults, fc.nat({ max: 40 }), (seed, given, count) => {
        const course = (): readonly (readonly [number, number])[] => {
          const { clock, network } = networkOf(seed);
          const arrivals: (readonly [number, number])[] = [];
          const link = network.openDatagramLink<number>(given, (message) =>
            arrivals.push([clock.now(), message]),
          );
          for (let message = 0; message < count; message++) link.send(message);
          clock.runToIdle();
          return arrivals;
        };
        const arrivals = course();
        expect(course()).toEqual(arrivals);
        const copies = given.duplication === 1 ? 2 : 1;
        if (given.loss === 0) expect(arrivals.length).toBeGreaterThanOrEqual(count * copies);
        if (given.duplication === 0)
          expect(new Set(arrivals.map(([, message]) => message)).size).toBe(arrivals.length);
        if (given.loss === 1) expect(arrivals).toEqual([]);
        for (const [time, message] of arrivals) {
          expect(message).toBeLessThan(count);
          expect(time >= given.delay.least && time <= given.delay.most).toBe(true);
        }
      }),
    );
  });

  it('really loses, doubles and reorders, and can be changed', () => {
    const { clock, network } = networkOf(7);
    const arrivals: number[] = [];
    const delay = { least: 0, most: 100 };
    const link = network.openDatagramLink<number>(
      { delay, loss: 0.2, duplication: 0.2 },
      (message) => arrivals.push(message),
    );
    for (let message = 0; message < 200; message++) link.send(message);
    clock.runToIdle();
    const distinct = new Set(arrivals);
    expect(distinct.size).toBeLessThan(200);
    expect(distinct.size).toBeGreaterThan(100);
    expect(arrivals.length).toBeGreaterThan(distinct.size);
    expect(arrivals).not.toEqual(arrivals.toSorted((a, b) => a - b));
    link.change({ delay, loss: 1 });
    link.send(1000);
    clock.runToIdle();
    expect(arrivals).not.toContain(1000);
  });
});

const messages = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 30 });

describe('a channel', () => {
  it('delivers everything once and in order, no sooner than its rate and delay allow', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        messages,
        fc.nat({ max: 30 }),
        fc.nat({ max: 50 }),
        (seed, all, jitter, delay) => {
          const { clock, network } = networkOf(seed);
          const rate = 2;
          const arrivals: Uint8Array[] = [];
          let bytes = 0;
          const channel = network.openChannel<Uint8Array>(
            { delay, jitter, rate },
            {
              onMessage: (message) => {
                arrivals.push(message);
                bytes += message.length;
                expect(clock.now()).toBeGreaterThanOrEqual(delay + bytes / rate - 1e-6);
              },
            },
          );
          for (const message of all) channel.send(message);
          expect(channel.bufferedAmount).toBe(all.reduce((sum, { length }) => sum + length, 0));
          clock.runToIdle();
          expect(channel.bufferedAmount).toBe(0);
          expect(arrivals.length).toBe(all.length);
          for (const [index, message] of arrivals.entries()) expect(message).toBe(all[index]);
        },
      ),
    );
  });

  it('reports once that its queue falls to the threshold, and only if it crosses it', () => {
    const { clock, network } = networkOf(1);
    const heard: number[] = [];
    const channel = network.openChannel<Uint8Array>(
      { delay: 0, rate: 1 },
      { onMessage: () => {}, onBufferedAmountLow: () => heard.push(channel.bufferedAmount) },
    );
    channel.bufferedAmountLowThreshold = 20;
    for (let count = 0; count < 2; count++) channel.send(new Uint8Array(10));
    clock.runToIdle();
    expect(heard).toEqual([]);
    for (let count = 0; count < 5; count++) channel.send(new Uint8Array(10));
    clock.runToIdle();
    expect(heard).toEqual([20]);
  });

  it('throws when its queue is full, and when it is closed', () => {
    const { network } = networkOf(1);
    const channel = network.openChannel<Uint8Array>(
      { delay: 0, rate: 1, bufferMax: 10 },
      { onMessage: () => {} },
    );
    channel.send(new Uint8Array(10));
    expect(() => channel.send(new Uint8Array(1))).toThrow(LocalProtocolError);
    channel.close();
    expect(() => channel.send(new Uint8Array(1))).toThrow(LocalProtocolError);
  });

  it('loses messages that have not arrived when it closes, and reports it once', () => {
    const { clock, network } = networkOf(1);
    const arrivals: Uint8Array[] = [];
    let closed = 0;
    const channel = network.openChannel<Uint8Array>(
      { delay: 10, rate: 1 },
      { onMessage: (message) => arrivals.push(message), onClose: () => void (closed += 1) },
    );
    for (let count = 0; count < 3; count++) channel.send(new Uint8Array(10));
    clock.advance(20);
    expect(arrivals.length).toBe(1);
    channel.close();
    channel.close();
    clock.runToIdle();
    expect([arrivals.length, closed, channel.bufferedAmount]).toEqual([1, 1, 0]);
  });
});
