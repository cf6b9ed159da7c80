import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LocalProtocolError } from '../../src/errors.ts';
import {
  createRandom,
  createVirtualClock,
  createVirtualNetwork,
  openLossyChannel,
  type DatagramFaults,
  type LossyPath,
  type VirtualClock,
  type VirtualNetwork,
} from '../../src/testing/index.ts';

const STILL: DatagramFaults = { delay: { least: 10, most: 10 } };
const CALM: LossyPath = {
  there: STILL,
  back: STILL,
  rate: 1,
  inFlightMax: 4,
  retransmitAfter: 100,
};

/** The messages on the links of one channel, by the numbers of its sender and its receiver. */
interface Traffic {
  readonly sent: number[];
  readonly arrived: number[];
  /** The next number that the receiver waits for, as the sender knows, and how far it ever ran ahead of it. */
  acknowledged: number;
  ahead: number;
}

/** A network that keeps a record of one channel's datagrams and acknowledgements. */
function watch(network: VirtualNetwork): {
  readonly watched: VirtualNetwork;
  readonly traffic: Traffic;
} {
  const traffic: Traffic = { sent: [], arrived: [], acknowledged: 0, ahead: 0 };
  const sequenceOf = (message: unknown): number | undefined =>
    typeof message === 'number' ? undefined : (message as { sequence: number }).sequence;
  const watched: VirtualNetwork = {
    ...network,
    openDatagramLink: (faults, onMessage) => {
      const link = network.openDatagramLink<Parameters<typeof onMessage>[0]>(faults, (message) => {
        const sequence = sequenceOf(message);
        if (sequence !== undefined) traffic.arrived.push(sequence);
        else traffic.acknowledged = Math.max(traffic.acknowledged, message as number);
        onMessage(message);
      });
      const send: typeof link.send = (message) => {
        const sequence = sequenceOf(message);
        if (sequence !== undefined) {
          traffic.sent.push(sequence);
          traffic.ahead = Math.max(traffic.ahead, sequence + 1 - traffic.acknowledged);
        }
        link.send(message);
      };
      return { ...link, send };
    },
  };
  return { watched, traffic };
}

/** A network that treats its datagrams, in the order of sending, as the fates say: one delay for each copy. */
function fated(clock: VirtualClock, fates: readonly (readonly number[])[]): VirtualNetwork {
  const left = [...fates];
  return {
    ...createVirtualNetwork(clock, createRandom(0)),
    openDatagramLink: (_faults, onMessage) => ({
      send: (message) => {
        for (const delay of left.shift() ?? [1]) clock.setTimeout(() => onMessage(message), delay);
      },
      change: () => {},
    }),
  };
}

function courseOf(seed: number, path: LossyPath, messages: readonly string[]) {
  const clock = createVirtualClock();
  const { watched, traffic } = watch(createVirtualNetwork(clock, createRandom(seed)));
  const delivered: string[] = [];
  const channel = openLossyChannel<string>(clock, watched, path, {
    onMessage: (message) => delivered.push(message),
  });
  for (const message of messages) channel.send(message);
  clock.runToIdle();
  return { delivered, traffic, buffered: channel.bufferedAmount, end: clock.now() };
}

const faults: fc.Arbitrary<DatagramFaults> = fc.record({
  delay: fc.record({ least: fc.nat({ max: 20 }), most: fc.integer({ min: 20, max: 200 }) }),
  loss: fc.constantFrom(0, 0.1, 0.3, 0.6),
  duplication: fc.constantFrom(0, 0.3, 1),
});

const paths: fc.Arbitrary<LossyPath> = fc.record({
  there: faults,
  back: faults,
  rate: fc.constantFrom(0.1, 2, 1000),
  inFlightMax: fc.integer({ min: 1, max: 12 }),
  retransmitAfter: fc.integer({ min: 1, max: 500 }),
});

const messages = fc.array(fc.string({ maxLength: 40 }), { maxLength: 40 });

describe('a channel over lossy datagrams', () => {
  it('delivers everything once and in order, and keeps to its window, the same with one seed', () => {
    fc.assert(
      fc.property(fc.integer(), paths, messages, (seed, path, all) => {
        const course = courseOf(seed, path, all);
        expect(course.delivered).toEqual(all);
        expect(course.buffered).toBe(0);
        expect(course.traffic.ahead).toBeLessThanOrEqual(path.inFlightMax);
        expect(courseOf(seed, path, all)).toEqual(course);
      }),
      { numRuns: 300 },
    );
  });

  it('does so whatever happens to each datagram and each acknowledgement', () => {
    const fates = fc.array(fc.array(fc.integer({ min: 0, max: 90 }), { maxLength: 3 }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(fates, paths, messages, (given, path, all) => {
        const clock = createVirtualClock();
        const delivered: string[] = [];
        const channel = openLossyChannel<string>(clock, fated(clock, given), path, {
          onMessage: (message) => delivered.push(message),
        });
        for (const message of all) channel.send(message);
        clock.runToIdle();
        expect(delivered).toEqual(all);
        expect(channel.bufferedAmount).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  it('really loses, doubles and reorders underneath, and resends messages without an acknowledgement', () => {
    const harsh = { delay: { least: 0, most: 100 }, loss: 0.3, duplication: 0.2 };
    const all = Array.from({ length: 100 }, (_, index) => String(index));
    const { delivered, traffic } = courseOf(7, { ...CALM, there: harsh, back: harsh }, all);
    expect(delivered).toEqual(all);
    expect(traffic.sent.length).toBeGreaterThan(120);
    expect(traffic.arrived.length).toBeGreaterThan(new Set(traffic.arrived).size);
    expect(traffic.arrived).not.toEqual(traffic.arrived.toSorted((a, b) => a - b));
  });

  it('sends each message once if nothing is lost, and fills its window', () => {
    const all = Array.from({ length: 30 }, () => 'x');
    const { traffic, end } = courseOf(1, CALM, all);
    expect(traffic.sent).toEqual([...all.keys()]);
    expect(traffic.ahead).toBe(CALM.inFlightMax);
    expect(end).toBeLessThan(30 * 20);
  });

  it('has the queue of a channel: it reports once that it is low, and throws when it is full', () => {
    const clock = createVirtualClock();
    const network = createVirtualNetwork(clock, createRandom(1));
    const heard: number[] = [];
    const path = { ...CALM, bufferMax: 50 };
    const channel = openLossyChannel<Uint8Array>(clock, network, path, {
      onMessage: () => {},
      onBufferedAmountLow: () => heard.push(channel.bufferedAmount),
    });
    channel.bufferedAmountLowThreshold = 20;
    for (let count = 0; count < 5; count++) channel.send(new Uint8Array(10));
    expect(channel.bufferedAmount).toBe(50);
    expect(() => channel.send(new Uint8Array(1))).toThrow(LocalProtocolError);
    clock.runToIdle();
    expect(heard).toEqual([20]);
  });

  it('goes on while nothing arrives, and stops when it is closed', () => {
    const clock = createVirtualClock();
    const network = createVirtualNetwork(clock, createRandom(1));
    const events: string[] = [];
    const path = { ...CALM, there: { ...STILL, loss: 1 } };
    const channel = openLossyChannel<string>(clock, network, path, {
      onMessage: (message) => events.push(message),
      onClose: () => events.push('closed'),
    });
    for (const message of 'burrito') channel.send(message);
    clock.advance(10_000);
    expect([events, channel.bufferedAmount]).toEqual([[], 7 - CALM.inFlightMax]);
    channel.close();
    channel.close();
    clock.runToIdle();
    expect([events, channel.bufferedAmount]).toEqual([['closed'], 0]);
    expect(() => channel.send('late')).toThrow(LocalProtocolError);
  });

  it('loses messages that have not arrived when one makes its receiver close it', () => {
    const clock = createVirtualClock();
    const network = createVirtualNetwork(clock, createRandom(1));
    const delivered: string[] = [];
    const channel = openLossyChannel<string>(clock, network, CALM, {
      onMessage: (message) => {
        delivered.push(message);
        channel.close();
      },
    });
    for (const message of 'abc') channel.send(message);
    clock.runToIdle();
    expect(delivered).toEqual(['a']);
  });

  it.each([{ retransmitAfter: 0 }, { inFlightMax: 0 }, { rate: 0 }])(
    'refuses a path on which nothing arrives: %o',
    (wrong) => {
      const clock = createVirtualClock();
      const network = createVirtualNetwork(clock, createRandom(1));
      const open = (): unknown =>
        openLossyChannel<string>(clock, network, { ...CALM, ...wrong }, { onMessage: () => {} });
      expect(open).toThrow(LocalProtocolError);
    },
  );
});
