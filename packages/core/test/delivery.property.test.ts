import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { fromBase64Url } from '../src/bytes.ts';
import {
  deliveryStateOf,
  receiverDeliveryMachine,
  senderDeliveryMachine,
  type DeliveryCommand,
} from '../src/delivery/index.ts';
import { createCoverage } from './support/coverage.ts';
import {
  MANIFEST,
  RECEIVER_COURSE,
  receiverEvents,
  SENDER_COURSE,
  senderEvents,
  strewn,
} from './support/delivery-events.ts';
import { Stepper } from './support/stepper.ts';

const RUNS = { numRuns: 4_000 };
const count = (commands: readonly DeliveryCommand[], type: DeliveryCommand['type']): number =>
  commands.filter((command) => command.type === type).length;

describe('the sender’s delivery', () => {
  const coverage = createCoverage(senderDeliveryMachine);

  test('I2, I11, I12, I14 hold after every event of any course', () => {
    fc.assert(
      fc.property(strewn(SENDER_COURSE, senderEvents), (events) => {
        const stepper = new Stepper(coverage.machine, { manifest: MANIFEST });
        let accepts = 0;
        let agreed: string | undefined;
        for (const event of events) {
          const before = stepper.context;
          const wasOver = stepper.isOver;
          stepper.send(event);
          if (event.type === 'accept.received') accepts += 1;
          if (event.type === 'verified.received' && !wasOver) agreed = event.digest;

          const { commands, context } = stepper;
          // C5, I14: nothing moves before the other side accepted, and it moves once.
          expect(count(commands, 'outflow.start')).toBeLessThanOrEqual(Math.min(1, accepts));
          expect(count(commands, 'source.digest')).toBeLessThanOrEqual(
            count(commands, 'outflow.start'),
          );
          // I11: an end releases once, and an open delivery never.
          expect(count(commands, 'delivery.release')).toBe(stepper.isOver ? 1 : 0);
          expect(context.bytes).toBeLessThanOrEqual(context.total);
          expect(context.failedFiles.length).toBeGreaterThanOrEqual(before.failedFiles.length);
          expect(context.failure === undefined).toBe(
            deliveryStateOf(stepper.snapshot) !== 'failed',
          );
          expect(context.cancelledBy === undefined).toBe(
            deliveryStateOf(stepper.snapshot) !== 'cancelled',
          );
          if (deliveryStateOf(stepper.snapshot) === 'complete') {
            // I2, I12: the receiver said the digest that this side computed.
            expect(context.digest).toEqual(fromBase64Url(agreed ?? ''));
            expect(context.bytes).toBe(context.total);
          }
          expect(count(commands, 'complete.send')).toBe(
            deliveryStateOf(stepper.snapshot) === 'complete' ? 1 : 0,
          );
        }
      }),
      RUNS,
    );
  });

  test('every state and transition is reached', () => {
    expect(coverage.missed()).toEqual({ states: [], transitions: [] });
  });
});

describe('the receiver’s delivery', () => {
  const coverage = createCoverage(receiverDeliveryMachine);

  test('I2, I11, I14 hold after every event of any course', () => {
    fc.assert(
      fc.property(strewn(RECEIVER_COURSE, receiverEvents), (events) => {
        const stepper = new Stepper(coverage.machine, undefined);
        let wishes = 0;
        for (const event of events) {
          if (event.type === 'accept.requested') wishes += 1;
          stepper.send(event);

          const { commands, context } = stepper;
          const state = deliveryStateOf(stepper.snapshot);
          // I14: nothing is opened or asked for before the person accepts.
          const opened = count(commands, 'sink.open');
          expect(opened).toBeLessThanOrEqual(Math.min(1, wishes));
          expect(count(commands, 'accept.send')).toBeLessThanOrEqual(opened);
          expect(count(commands, 'inflow.start')).toBe(count(commands, 'accept.send'));
          // I11: one release at an end, which keeps what a person may still want.
          const releases = commands.filter((command) => command.type === 'delivery.release');
          const isEnd = ['complete', 'cancelled', 'failed'].includes(state);
          expect(releases.map(({ keepSink }) => keepSink)).toEqual(
            isEnd ? [state === 'complete'] : [],
          );
          expect(context.bytes).toBeLessThanOrEqual(context.total);
          expect(context.failure === undefined).toBe(state !== 'failed');
          if (state === 'complete') {
            // I2: all was verified and flushed first.
            expect(count(commands, 'sink.seal')).toBe(1);
            expect(commands).toContainEqual({ type: 'verified.send', digest: context.digest });
            expect(context.bytes).toBe(context.total);
          }
          // Nothing is handed over that isn't complete.
          if (state !== 'complete') expect(count(commands, 'sink.save')).toBe(0);
          expect(count(commands, 'sink.discard')).toBeLessThanOrEqual(1);
        }
      }),
      RUNS,
    );
  });

  test('files are handed over once at a time, again if wanted, and not after they were discarded', () => {
    const stepper = new Stepper(coverage.machine, undefined);
    const save = { type: 'save.requested', method: 'download' } as const;
    for (const event of RECEIVER_COURSE.slice(0, -2)) stepper.send(event);

    expect(stepper.send(save)).toEqual([{ type: 'sink.save', method: 'download' }]);
    stepper.sendInVain(save);
    stepper.sendInVain({ type: 'discard.requested' });
    stepper.send({ type: 'save.failed', isAborted: false });
    expect(stepper.context.handedOver).toBe('failed');
    stepper.send(save);
    stepper.send({ type: 'save.started' });
    expect(stepper.context.handedOver).toBe('started');
    expect(stepper.send(save)).toEqual([{ type: 'sink.save', method: 'download' }]);
    stepper.send({ type: 'save.started' });
    expect(stepper.send({ type: 'discard.requested' })).toEqual([{ type: 'sink.discard' }]);
    stepper.sendInVain(save);
    stepper.sendInVain({ type: 'discard.requested' });
  });

  test('every state and transition is reached', () => {
    expect(coverage.missed()).toEqual({ states: [], transitions: [] });
  });
});
