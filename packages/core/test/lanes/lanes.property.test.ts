import { equal } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  LANE_CLOSE_TIMEOUT,
  LANE_FAR,
  LANE_FIRST_INTERVAL,
  LANE_NUMBERS_MAX,
  LANE_OPEN_TIMEOUT,
  LANE_PATIENCE_MIN,
  LANE_SAMPLE_INTERVAL,
  LANE_STALL_TIMEOUT,
  LANES_MAX,
  LANES_NEAR_MAX,
} from '../../src/constants.ts';
import { laneAllowance, senderLanesMachine, type SenderLanesEvent } from '../../src/lanes/index.ts';
import { createCoverage } from '../support/coverage.ts';
import { ANSWER, Sender, type Path } from './lanes-sender.ts';

describe('the sender’s lanes', () => {
  const coverage = createCoverage(senderLanesMachine);
  const begin = (path: Path, allowance?: number): Sender => {
    const sender = new Sender(coverage.machine, path, allowance);
    sender.send({ type: 'lanes.started' });
    return sender;
  };

  it('opens as many lanes as allowed, within five seconds, if each adds its share', () => {
    const sender = begin({ rate: (lanes) => lanes * 1_000_000 });
    sender.pass(5_000);
    expect(sender.lanes).toBe(LANES_MAX);
    sender.pass(60_000);
    expect(sender.lanes).toBe(LANES_MAX);
  });

  it.each([
    ['four times as many at a time over a long path', LANE_FAR, [1, 6, 24]],
    ['twice as many over a short one', LANE_FAR - 1, [1, 2, 4, 8, 16]],
    ['twice as many while the round trip is not known', undefined, [1, 2, 4, 8, 16]],
  ])('opens %s', (_, roundTrip, steps) => {
    const sender = begin({ rate: (lanes) => lanes * 1_000_000, roundTrip });
    sender.pass(10_000);
    const counts: number[] = [];
    let before: string | undefined;
    for (const { type } of sender.commands) {
      if (type === 'lane.open' && before === 'lane.open') counts[counts.length - 1]! += 1;
      else if (type === 'lane.open') counts.push(1);
      before = type;
    }
    expect(counts).toEqual(steps);
  });

  it('keeps two where more bring a little each: others may be on the path', () => {
    const sender = begin({ rate: (lanes) => 1_000_000 * lanes ** 0.25 });
    sender.pass(60_000);
    expect(sender.lanes).toBe(2);
    // Two at a time, and less and less often.
    expect(sender.used.size).toBeLessThanOrEqual(7);
  });

  it('over a short path tries for less, and has no more than the processors gain by', () => {
    const sender = begin({ rate: (lanes) => 1_000_000 * lanes ** 0.15, roundTrip: 1 });
    sender.pass(10_000);
    expect(sender.lanes).toBe(LANES_NEAR_MAX);
    const full = begin({ rate: () => 1_000_000, roundTrip: 1 });
    full.pass(60_000);
    expect(full.lanes, 'where one is enough').toBe(1);
  });

  it('W2: stops at the last number of a generation, however often the path changes', () => {
    const sender = begin({ rate: () => 1_000_000 });
    for (let change = 0; change < 2 * LANE_NUMBERS_MAX; change++) {
      sender.pass(10_000);
      sender.send({ type: 'path.changed' });
    }
    expect(sender.used.size).toBe(LANE_NUMBERS_MAX);
    expect(sender.lanes).toBe(1);
  });

  it('goes back to one if more don’t help, and tries less and less often', () => {
    const sender = begin({ rate: () => 10_000_000 });
    sender.pass(10_000);
    expect([sender.lanes, sender.open.size]).toEqual([1, 0]);
    sender.pass(10 * 60_000);
    expect(sender.lanes).toBe(1);
    expect(sender.used.size).toBeLessThanOrEqual(8);
  });

  it('keeps the lanes that helped, and closes those that didn’t', () => {
    const sender = begin({ rate: (lanes) => Math.min(lanes, 4) * 1_000_000 });
    sender.pass(10_000);
    expect(sender.lanes).toBe(4);
  });

  it('reopens what it closed if fewer lanes carry less: a fast start is no measure', () => {
    const sender = begin({
      // Bytes that still leave a closed lane don't show what the other lanes carry.
      rate: () => (sender.clock.now() < 200 ? 50_000_000 : sender.open.size * 1e6 + 1e6),
      drain: 1_200,
    });
    sender.pass(3_700);
    expect([sender.lanes, sender.used.size]).toEqual([1, 1]);
    // Nothing can be measured while there is nothing to send.
    sender.path = { ...sender.path, inFlight: 0 };
    sender.pass(60_000);
    expect([sender.lanes, sender.used.size]).toEqual([1, 1]);
    sender.path = { ...sender.path, inFlight: 1 };
    sender.pass(5_000);
    expect(sender.lanes).toBe(LANES_MAX);
  });

  it('opens none if the path does not limit the delivery', () => {
    const sender = begin({ rate: (lanes) => lanes * 1_000_000, inFlight: 0 });
    sender.pass(60_000);
    expect(sender.used.size).toBe(0);
  });

  it('tries again when the path has changed, and after a while by itself', () => {
    const sender = begin({ rate: () => 1_000_000 });
    sender.pass(10_000);
    sender.path = { rate: (lanes) => lanes * 1_000_000 };
    sender.send({ type: 'path.changed' });
    sender.pass(5_000);
    expect(sender.lanes).toBe(LANES_MAX);
    const patient = begin({ rate: () => 1_000_000 });
    patient.pass(10_000);
    patient.path = { rate: (lanes) => lanes * 1_000_000 };
    patient.pass(2 * LANE_PATIENCE_MIN + 5_000);
    expect(patient.lanes).toBe(LANES_MAX);
  });

  it('W2: gives up lanes that don’t open, and tells the receiver', () => {
    const sender = begin({ rate: (lanes) => lanes * 1_000_000, opens: false });
    sender.pass(LANE_OPEN_TIMEOUT + 2 * LANE_SAMPLE_INTERVAL);
    expect(sender.commands.filter(({ type }) => type === 'lane.withdraw')).toEqual([
      { type: 'lane.withdraw', lane: 1 },
    ]);
    expect(sender.driver.snapshot.matches({ running: { climbing: 'holding' } })).toBe(true);
  });

  it('W5: gives up all of them when no credit comes for what is out', () => {
    const sender = begin({ rate: (lanes) => lanes * 1_000_000 });
    sender.pass(5_000);
    sender.clock.advance(LANE_STALL_TIMEOUT);
    expect(sender.lanes).toBe(1);
    expect(sender.commands.filter(({ type }) => type === 'lane.lose')).toHaveLength(LANES_MAX - 1);
  });

  it('W5: keeps them during a pause, and watches for credit again afterwards', () => {
    const sender = begin({ rate: (lanes) => lanes * 1_000_000 });
    sender.pass(5_000);
    sender.send({ type: 'flow.paused' });
    // The last credit for the bytes that were out.
    sender.pass(500);
    sender.path = { rate: () => 0, inFlight: 0 };
    sender.clock.advance(60 * 60_000);
    expect(sender.lanes).toBe(LANES_MAX);
    sender.send({ type: 'flow.resumed' });
    sender.clock.advance(LANE_STALL_TIMEOUT);
    expect(sender.lanes).toBe(1);
  });

  describe('under a cap', () => {
    const CAP = 1_000_000;
    const capped = (path: Path): Sender => {
      const sender = new Sender(coverage.machine, path);
      sender.send({ type: 'rate.changed', bytesPerSecond: CAP });
      sender.send({ type: 'lanes.started' });
      return sender;
    };

    it.each([
      ['what was just handed over is still under way', { rate: () => CAP, inFlight: 150_000 }],
      ['little arrives, and no lane waits', { rate: () => 1, inFlight: 0 }],
      ['a late timer’s worth is under way', { rate: () => CAP, inFlight: 900_000 }],
    ])('opens no lane because of it, if %s', (_, path) => {
      const sender = capped(path);
      sender.pass(120_000);
      expect(sender.used.size).toBe(0);
    });

    it('opens some if the path is slower than the cap, as far as they help', () => {
      const sender = capped({ rate: (lanes) => lanes * 300_000, inFlight: 2_000_000 });
      sender.pass(10_000);
      expect(sender.lanes).toBe(4);
    });

    it('climbs as soon as the cap is lifted', () => {
      const sender = capped({ rate: (lanes) => lanes * CAP, inFlight: 100_000 });
      sender.pass(60_000);
      sender.send({ type: 'rate.changed', bytesPerSecond: undefined });
      sender.pass(5_000);
      expect(sender.lanes).toBe(LANES_MAX);
    });

    it('forgets its measurements under another cap, and its patience', () => {
      const sender = begin({ rate: () => 10 * CAP });
      sender.pass(60_000);
      expect(sender.lanes).toBe(1);
      sender.path = { rate: (lanes) => lanes * CAP, inFlight: 20 * CAP };
      sender.send({ type: 'rate.changed', bytesPerSecond: 50 * CAP });
      sender.pass(5_000);
      expect(sender.lanes).toBe(LANES_MAX);
    });

    it('keeps its lanes when a cap comes, and doubts none of them', () => {
      const sender = begin({ rate: (lanes) => lanes * CAP });
      sender.pass(5_000);
      sender.path = { rate: () => CAP };
      sender.send({ type: 'rate.changed', bytesPerSecond: CAP });
      sender.pass(60_000);
      expect(sender.lanes).toBe(LANES_MAX);
    });

    it('W5: waits for credit as long as the cap requires', () => {
      const sender = begin({ rate: (lanes) => lanes * CAP });
      sender.pass(5_000);
      // At 64 kB a second a piece takes 16 s, and so does a batch.
      sender.send({ type: 'rate.changed', bytesPerSecond: 64_000 });
      sender.clock.advance(LANE_STALL_TIMEOUT + 30_000);
      expect(sender.lanes).toBe(LANES_MAX);
      sender.clock.advance(5_000);
      expect(sender.lanes).toBe(1);
    });

    it('W5: returns to its usual patience once it is lifted', () => {
      const sender = begin({ rate: (lanes) => lanes * CAP });
      sender.pass(5_000);
      sender.send({ type: 'rate.changed', bytesPerSecond: 1 });
      sender.clock.advance(60_000);
      sender.send({ type: 'rate.changed', bytesPerSecond: undefined });
      sender.clock.advance(LANE_STALL_TIMEOUT);
      expect(sender.lanes).toBe(1);
    });
  });

  it('keeps to its allowance, and gives back the lanes above it', () => {
    const sender = begin({ rate: (lanes) => lanes * 1_000_000 }, 3);
    sender.pass(10_000);
    expect(sender.lanes).toBe(3);
    sender.send({ type: 'allowance.changed', allowance: 2 });
    sender.pass(1_000);
    expect(sender.lanes).toBe(2);
    const idle = new Sender(coverage.machine, { rate: () => 1 });
    idle.send({ type: 'allowance.changed', allowance: 0 });
    expect(idle.driver.snapshot.context.allowance).toBe(1);
  });

  describe('beside others on the path', () => {
    it('waits with a step until the path has room for all of it', () => {
      const sender = new Sender(coverage.machine, { rate: (lanes) => lanes * 1_000_000 });
      sender.send({ type: 'manners.changed', lanes: 1 });
      sender.send({ type: 'lanes.started' });
      sender.pass(30_000);
      expect(sender.used.size).toBe(0);
      sender.send({ type: 'manners.changed', lanes: 3 });
      sender.pass(30_000);
      expect(sender.lanes).toBe(2);
      sender.send({ type: 'manners.changed', lanes: 4 });
      sender.pass(2_000);
      expect(sender.lanes).toBe(4);
    });

    it('counts a step whose lanes open while the path gets more or less room', () => {
      const sender = new Sender(coverage.machine, { rate: (lanes) => lanes * 1_000_000 });
      sender.send({ type: 'manners.changed', lanes: 20 });
      sender.send({ type: 'lanes.started' });
      sender.pass(LANE_FIRST_INTERVAL);
      sender.send({ type: 'manners.changed', lanes: 30 });
      sender.send({ type: 'allowance.changed', allowance: 30 });
      sender.pass(3_000);
      expect(sender.lanes).toBe(30);
    });

    it('doesn’t judge a step that the path had too little room for, but the next one', () => {
      const rate = (lanes: number): number => 1_000_000 * lanes ** 0.1;
      const sender = new Sender(coverage.machine, { rate, roundTrip: LANE_FAR });
      sender.send({ type: 'manners.changed', lanes: 2 });
      sender.send({ type: 'lanes.started' });
      for (const lanes of [5, 10]) {
        sender.pass(2_000);
        sender.send({ type: 'manners.changed', lanes });
      }
      sender.pass(1_000);
      expect(sender.lanes, 'each came although none brought a quarter').toBe(10);
      sender.send({ type: 'manners.changed', lanes: LANES_MAX });
      sender.pass(LANE_PATIENCE_MIN - 1_000);
      expect([sender.lanes, sender.used.size]).toEqual([10, LANES_MAX - 1]);
    });

    it('gives lanes back at once, the newest first, and tries again after a while', () => {
      const sender = begin({ rate: (lanes) => lanes * 1_000_000 });
      sender.pass(5_000);
      sender.send({ type: 'manners.changed', lanes: 2 });
      expect([...sender.inUse]).toEqual([1]);
      sender.send({ type: 'manners.changed', lanes: LANES_MAX });
      sender.pass(LANE_PATIENCE_MIN);
      expect(sender.lanes).toBe(2);
      sender.pass(LANE_PATIENCE_MIN + 10_000);
      expect(sender.lanes).toBe(LANES_MAX);
    });

    it('doesn’t use a lane that opens when there is no room for it any more', () => {
      const sender = begin({ rate: (lanes) => lanes * 1_000_000, opens: false });
      sender.pass(LANE_SAMPLE_INTERVAL);
      sender.send({ type: 'manners.changed', lanes: 1 });
      sender.send({ type: 'lane.opened', lane: 1 });
      expect(sender.commands.slice(-2)).toEqual([
        { type: 'lane.shut', lane: 1 },
        { type: 'lane.withdraw', lane: 1 },
      ]);
    });
  });

  it('W4: shuts lanes that the receiver has closed, and ignores unknown ones', () => {
    const sender = begin({ rate: (lanes) => lanes * 1_000_000, opens: false });
    sender.pass(LANE_SAMPLE_INTERVAL);
    sender.send({ type: 'lane.message.received', lane: 1, message: ANSWER });
    expect(sender.commands.filter(({ type }) => type === 'lane.receive')).toHaveLength(1);
    sender.send({ type: 'lane.closed', lane: 1 });
    expect(sender.open.size).toBe(0);
    sender.send({ type: 'lane.message.received', lane: 1, message: ANSWER });
    sender.send({ type: 'lane.closed', lane: 1 });
    expect(sender.commands.filter(({ type }) => type === 'lane.receive')).toHaveLength(1);
    expect(sender.driver.snapshot.status).toBe('active');
  });

  it.each([
    { type: 'lane.message.received', lane: 2, message: ANSWER },
    { type: 'lane.closed', lane: 2 },
  ] as const)('C1, W2: $type of a lane that has never been is a violation', (said) => {
    const sender = begin({ rate: (lanes) => lanes * 1_000_000, opens: false });
    sender.pass(LANE_SAMPLE_INTERVAL);
    sender.send(said);
    expect(sender.commands.at(-1)).toEqual({ type: 'lanes.failed' });
    expect([sender.open.size, sender.driver.held]).toEqual([0, 0]);
  });

  it('T4, W3: a closed lane without an answer is released, and the receiver asked once more', () => {
    const sender = begin({ rate: (lanes) => lanes * 1_000_000, drain: Infinity });
    sender.pass(5_000);
    sender.send({ type: 'allowance.changed', allowance: LANES_MAX - 2 });
    sender.pass(LANE_CLOSE_TIMEOUT - 1_000);
    expect(sender.open.size).toBe(LANES_MAX - 1);
    sender.pass(2_000);
    expect(sender.open.size).toBe(LANES_MAX - 3);
    expect(sender.commands.filter(({ type }) => type === 'lane.lose')).toHaveLength(2);
  });

  it('W4: releases a lane that fails, and withdraws one that had not opened', () => {
    const sender = begin({ rate: (lanes) => lanes * 1_000_000 });
    sender.pass(5_000);
    sender.send({ type: 'lane.failed', lane: 1 });
    expect(sender.commands.slice(-2)).toEqual([
      { type: 'lane.shut', lane: 1 },
      { type: 'lane.lose', lane: 1 },
    ]);
    const opening = begin({ rate: () => 1_000_000, opens: false });
    opening.pass(LANE_SAMPLE_INTERVAL);
    opening.send({ type: 'lane.failed', lane: 1 });
    expect(opening.commands.filter(({ type }) => /shut|lose|withdraw/.test(type))).toEqual([
      { type: 'lane.shut', lane: 1 },
      { type: 'lane.withdraw', lane: 1 },
    ]);
  });

  const events: fc.Arbitrary<SenderLanesEvent | number> = fc.oneof(
    fc.integer({ min: 1, max: 20_000 }),
    fc.record({
      type: fc.constantFrom('lane.opened' as const, 'lane.failed' as const, 'lane.closed' as const),
      lane: fc.integer({ min: 0, max: 12 }),
    }),
    fc.record({ type: fc.constant('allowance.changed' as const), allowance: fc.integer() }),
    fc.record({ type: fc.constant('manners.changed' as const), lanes: fc.integer({ max: 40 }) }),
    fc.constantFrom(
      { type: 'path.changed' as const },
      { type: 'rate.changed' as const, bytesPerSecond: undefined },
      { type: 'rate.changed' as const, bytesPerSecond: 0 },
      { type: 'rate.changed' as const, bytesPerSecond: 2_000 },
      { type: 'progress.made' as const },
      { type: 'flow.paused' as const },
      { type: 'flow.resumed' as const },
      { type: 'lanes.started' as const },
      { type: 'sample.taken' as const, bytes: 5, milliseconds: 0, inFlight: 3 },
    ),
  );

  it('W1 I11: never has more lanes than allowed, and releases each, whatever happens', () => {
    fc.assert(
      fc.property(
        fc.array(events, { maxLength: 60 }),
        fc.constantFrom(1, 2, 5, 1000),
        fc.boolean(),
        (course, most, opens) => {
          const sender = begin({ rate: (lanes) => Math.min(most, lanes) * 1000, opens });
          for (const event of course) {
            if (typeof event === 'number') sender.pass(event);
            else sender.send(event);
          }
          sender.send({ type: 'lanes.stopped' });
          equal(sender.open.size, 0);
          equal(sender.driver.held, 0);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('every state and transition was reached', () => {
    expect(coverage.missed()).toEqual({ states: [], transitions: [] });
  });
});

it.each([
  [0, 32],
  [1, 32],
  [2, 24],
  [3, 16],
  [8, 6],
  [64, 1],
])('of %i deliveries each may have %i lanes', (deliveries, lanes) => {
  expect(laneAllowance(deliveries)).toBe(lanes);
});
