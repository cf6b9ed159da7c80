import { equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LANE_NUMBERS_MAX, LANES_MAX } from '../../src/constants.ts';
import {
  receiverLanesMachine,
  type ReceiverLanesCommand,
  type ReceiverLanesEvent,
} from '../../src/lanes/index.ts';
import { createDriver, createVirtualClock } from '../../src/testing/index.ts';
import { createCoverage } from '../support/coverage.ts';
import { ANSWER, OFFER } from './lanes-sender.ts';

describe('the receiver’s lanes', () => {
  const coverage = createCoverage(receiverLanesMachine);

  const begin = (): {
    send: (event: ReceiverLanesEvent) => void;
    commands: ReceiverLanesCommand[];
    lanes: () => readonly number[];
    state: () => unknown;
  } => {
    const commands: ReceiverLanesCommand[] = [];
    const driver = createDriver(coverage.machine, undefined, {
      clock: createVirtualClock(),
      onCommand: (command) => commands.push(command),
    });
    driver.start();
    return {
      send: (event) => {
        driver.send(event);
      },
      commands,
      lanes: () => driver.snapshot.context.lanes,
      state: () => driver.snapshot.value,
    };
  };

  it('W2 W3 W4: joins offered lanes, waits for their chunks, and reports how many there were', () => {
    const receiver = begin();
    receiver.send({ type: 'lane.message.received', lane: 1, message: OFFER });
    receiver.send({ type: 'lane.close.received', lane: 1, chunks: 7 });
    receiver.send({ type: 'chunks.taken', lane: 1, chunks: 7 });
    // Messages that cross with the end have no effect.
    receiver.send({ type: 'lane.message.received', lane: 1, message: ANSWER });
    receiver.send({ type: 'lane.close.received', lane: 1, chunks: 0 });
    receiver.send({ type: 'lane.failed', lane: 1, chunks: 3 });
    expect(receiver.commands).toEqual([
      { type: 'lane.join', lane: 1 },
      { type: 'lane.receive', lane: 1, message: OFFER },
      { type: 'chunks.await', lane: 1, chunks: 7 },
      { type: 'lane.shut', lane: 1 },
      { type: 'closed.send', lane: 1, chunks: 7 },
    ]);
  });

  it('W2: joins another lane in place of one that the sender has closed, before its last chunks are here', () => {
    const receiver = begin();
    for (let lane = 1; lane < LANES_MAX; lane++)
      receiver.send({ type: 'lane.message.received', lane, message: OFFER });
    receiver.send({ type: 'lane.close.received', lane: 3, chunks: 7 });
    receiver.send({ type: 'lane.close.received', lane: 3, chunks: 5 });
    receiver.send({ type: 'lane.message.received', lane: LANES_MAX, message: OFFER });
    expect([receiver.state(), receiver.lanes().length]).toEqual(['open', LANES_MAX]);
    receiver.send({ type: 'lane.message.received', lane: LANES_MAX + 1, message: OFFER });
    expect(receiver.state(), 'one more than was closed').toBe('failed');
  });

  it('W3: ignores the end of a lane that was never offered, and doesn’t join it later', () => {
    const receiver = begin();
    receiver.send({ type: 'lane.close.received', lane: 2, chunks: 0 });
    receiver.send({ type: 'lane.message.received', lane: 2, message: OFFER });
    expect(receiver.commands).toEqual([]);
  });

  it('W4: reports by itself what it has had of a lane that is gone', () => {
    const receiver = begin();
    receiver.send({ type: 'lane.message.received', lane: 3, message: OFFER });
    receiver.send({ type: 'lane.message.received', lane: 3, message: ANSWER });
    receiver.send({ type: 'lane.failed', lane: 3, chunks: 4 });
    expect(receiver.commands.slice(-2)).toEqual([
      { type: 'lane.shut', lane: 3 },
      { type: 'closed.send', lane: 3, chunks: 4 },
    ]);
  });

  it.each<readonly [string, readonly ReceiverLanesEvent[]]>([
    [
      'more than there may be',
      Array.from({ length: LANES_MAX }, (_, index) => ({
        type: 'lane.message.received',
        lane: index + 1,
        message: OFFER,
      })),
    ],
    [
      'a number above the last of a generation',
      [{ type: 'lane.message.received', lane: LANE_NUMBERS_MAX + 1, message: OFFER }],
    ],
    ['what is no offer', [{ type: 'lane.message.received', lane: 1, message: ANSWER }]],
  ])('W2: refuses %s', (_, course) => {
    const receiver = begin();
    for (const event of course) receiver.send(event);
    expect(receiver.state()).toBe('failed');
    expect(receiver.commands.at(-1)).toEqual({ type: 'lanes.failed' });
  });

  it('W2: never has more lanes than allowed, whatever it receives', () => {
    const heard: fc.Arbitrary<ReceiverLanesEvent> = fc.oneof(
      fc.record({
        type: fc.constant('lane.message.received' as const),
        lane: fc.integer({ min: 1, max: 12 }),
        message: fc.constantFrom(OFFER, ANSWER),
      }),
      fc.record({
        type: fc.constantFrom(
          'lane.close.received' as const,
          'chunks.taken' as const,
          'lane.failed' as const,
        ),
        lane: fc.integer({ min: 1, max: 12 }),
        chunks: fc.nat(),
      }),
      fc.constant({ type: 'lanes.stopped' as const }),
    );
    fc.assert(
      fc.property(fc.array(heard, { maxLength: 60 }), (course) => {
        const receiver = begin();
        for (const event of course) {
          receiver.send(event);
          ok(receiver.lanes().length < LANES_MAX);
          equal(new Set(receiver.lanes()).size, receiver.lanes().length);
        }
      }),
    );
  });

  it('every state and transition was reached', () => {
    expect(coverage.missed()).toEqual({ states: [], transitions: [] });
  });
});
