import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnyStateMachine, InputFrom, SnapshotFrom } from 'xstate';

import { fromBase64Url } from '../../src/bytes.ts';
import { STANDSTILLS_MAX } from '../../src/constants.ts';
import {
  deliveryStateOf,
  receiverDeliveryMachine,
  senderDeliveryMachine,
  type DeliveryCommand,
} from '../../src/delivery/index.ts';
import { emptyPieces, hasPiece } from '../../src/pieces/piece-set.ts';
import { hasBytes } from '../../src/protocol/types.ts';
import { createCoverage } from '../support/coverage.ts';
import {
  DIGEST,
  MANIFEST,
  RECEIVER_COURSES,
  receiverEvents,
  RESUMED_AFTER_FAILURE,
  SENDER_COURSES,
  senderEvents,
  strewn,
} from '../support/delivery-events.ts';
import { RECEIVER_SAMPLES, SENDER_SAMPLES } from './delivery-samples.ts';
import { Stepper } from '../support/stepper.ts';

const RUNS = { numRuns: 1_000 };
const count = (commands: readonly DeliveryCommand[], type: DeliveryCommand['type']): number =>
  commands.filter((command) => command.type === type).length;

const releasesOf = (commands: readonly DeliveryCommand[]): readonly string[] =>
  commands.flatMap((command) => (command.type === 'delivery.release' ? [command.sink] : []));

type Receiver = SnapshotFrom<typeof receiverDeliveryMachine>;
type Snapshot = Receiver | SnapshotFrom<typeof senderDeliveryMachine>;

/** After these failures, the stored pieces can never be used. */
const USELESS: ReadonlySet<string> = new Set([
  'integrity',
  'protocol',
  'source.changed',
  'skipped',
]);

/** What may happen to a receiver's sink, by the receiver's state. */
function fatesOf(snapshot: Receiver, commands: readonly DeliveryCommand[]): readonly string[] {
  const { context } = snapshot;
  const kept = context.confirmation === 'given' ? ['keep'] : [];
  if (snapshot.matches('left')) return [...kept, 'close'];
  switch (deliveryStateOf(snapshot)) {
    case 'complete':
      return kept;
    case 'cancelled':
    case 'declined':
      return ['discard'];
    case 'failed': {
      return [USELESS.has(context.failure ?? '') ? 'discard' : 'close'];
    }
    default:
      expect(commands).not.toContainEqual({ type: 'sink.discard' });
      return [];
  }
}

/** The total is the size of all files that neither failed nor were left out. */
function checkTally({ manifest, total, bytes, failedFiles, leftOut }: Snapshot['context']): void {
  const sizes = (manifest?.entries ?? []).map((entry) => (hasBytes(entry) ? entry.size : 0));
  const lost = failedFiles.map(({ file }) => file);
  const isAbsent = (file: number): boolean => lost.includes(file) || hasPiece(leftOut, file);
  expect(total, 'K5, E3: what is absent is not counted').toBe(
    sizes.reduce((sum, size, file) => sum + (isAbsent(file) ? 0 : size), 0),
  );
  expect(
    lost.filter((file) => hasPiece(leftOut, file)),
    'E3: no failure',
  ).toEqual([]);
  expect(bytes, 'I2: no more than there is').toBeLessThanOrEqual(total);
  expect(lost).toEqual([...new Set(lost)].toSorted((one, other) => one - other));
}

function checkPauses(snapshot: Snapshot): void {
  const { pauses } = snapshot.context;
  expect(new Set(pauses).size).toBe(pauses.length);
  const state = deliveryStateOf(snapshot);
  if (state === 'paused' || snapshot.matches({ open: 'moving' }))
    expect(state === 'paused').toBe(pauses.length > 0);
  // An end that isn't connected pauses nothing.
  if (state !== 'interrupted' || snapshot.matches('left')) return;
  expect(pauses, 'P2: a pause of theirs ends with its connection').not.toContain('them');
  // Only the receiver has a disk.
  if (snapshot.machine.id === 'senderDelivery')
    expect(pauses, 'P2: so does their disk’s').not.toContain('disk');
}

/**
 * Forks of one place of a course: unchanged, and after each of its timers has elapsed, once or several times in a row.
 */
function waitedFrom<M extends AnyStateMachine>(
  here: Stepper<M>,
  input: InputFrom<M>,
): readonly Stepper<M>[] {
  return [
    here,
    ...[...here.timers.keys()].flatMap((first) => {
      const waited: Stepper<M>[] = [];
      let name = first;
      for (let times = 0; times <= STANDSTILLS_MAX + 1; times++) {
        const next: Stepper<M> = (waited.at(-1) ?? here).fork(input);
        next.elapse(name);
        waited.push(next);
        const [following] = next.timers.keys();
        if (following === undefined) break;
        name = next.timers.has(name) ? name : following;
      }
      return waited;
    }),
  ];
}

describe('the sender’s delivery', () => {
  const coverage = createCoverage(senderDeliveryMachine);

  test('I2, I11, I12, I14 hold after every event of any course', () => {
    fc.assert(
      fc.property(strewn(SENDER_COURSES, senderEvents), (events) => {
        const stepper = new Stepper(coverage.machine, { manifest: MANIFEST });
        let accepts = 0;
        let agreed: string | undefined;
        for (const event of events) {
          const wasOver = stepper.isOver;
          stepper.send(event);
          if (event.type === 'accept.received') accepts += 1;
          if (event.type === 'verified.received' && !wasOver) agreed = event.digest;

          const { commands, context } = stepper;
          // C5, I14: nothing moves before the other side has accepted, and then in one generation at a time.
          const starts = count(commands, 'outflow.start');
          expect(starts, 'I14, C5: nothing moves before `accept`').toBeLessThanOrEqual(accepts);
          expect(starts - count(commands, 'outflow.stop'), 'I7: one flow').toBeLessThanOrEqual(1);
          expect(count(commands, 'source.digest')).toBeLessThanOrEqual(
            count(commands, 'outflow.start'),
          );
          // I11: an end releases once, and an open delivery never.
          expect(releasesOf(commands), 'I11: an end releases once').toEqual(
            stepper.isOver ? ['discard'] : [],
          );
          expect(context.bytes, 'I2: no more than there is').toBeLessThanOrEqual(context.total);
          checkTally(context);
          expect(context.failure === undefined).toBe(
            deliveryStateOf(stepper.snapshot) !== 'failed',
          );
          expect(context.cancelledBy === undefined).toBe(
            !['cancelled', 'declined'].includes(deliveryStateOf(stepper.snapshot)),
          );
          checkPauses(stepper.snapshot);
          if (deliveryStateOf(stepper.snapshot) === 'complete') {
            // I2, I12: the receiver sent the digest that this side computed.
            expect(context.digest?.all).toEqual(fromBase64Url(agreed ?? ''));
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

  test('I11: any event at any place of a course is handled, and everything is released once', () => {
    for (const course of SENDER_COURSES) {
      const stepper = new Stepper(coverage.machine, { manifest: MANIFEST });
      for (const event of [...course, undefined]) {
        for (const waited of waitedFrom(stepper, { manifest: MANIFEST }))
          for (const stray of SENDER_SAMPLES) {
            const strayed = waited.fork({ manifest: MANIFEST });
            strayed.send(stray);
            checkTally(strayed.context);
            checkPauses(strayed.snapshot);
            expect(releasesOf(strayed.commands)).toEqual(strayed.isOver ? ['discard'] : []);
          }
        if (event !== undefined) stepper.send(event);
      }
    }
  });

  test('every state and transition is reached', () => {
    expect(coverage.missed()).toEqual({ states: [], transitions: [] });
  });
});

describe('the receiver’s delivery', () => {
  const coverage = createCoverage(receiverDeliveryMachine);

  test('I2, I11, I14 hold after every event of any course', () => {
    fc.assert(
      fc.property(strewn(RECEIVER_COURSES, receiverEvents), (events) => {
        const stepper = new Stepper(coverage.machine, undefined);
        let wishes = 0;
        let started = 0;
        for (const event of events) {
          if (event.type === 'accept.requested') wishes += 1;
          if (event.type === 'inflow.started') started += 1;
          stepper.send(event);

          const { commands, context } = stepper;
          const state = deliveryStateOf(stepper.snapshot);
          // I14: nothing is opened or asked for before the person accepts.
          const opened = count(commands, 'sink.open');
          expect(opened, 'I14: nothing is opened before its person accepts').toBeLessThanOrEqual(
            Math.min(1, wishes),
          );
          const starts = count(commands, 'inflow.start');
          expect(starts === 0 || opened === 1).toBe(true);
          // The sender is told only once this end can take its bytes, and once in each generation.
          const accepts = count(commands, 'accept.send');
          expect(accepts, 'R1: `accept` once in a generation').toBeLessThanOrEqual(
            Math.min(starts, started),
          );
          expect(starts).toBeLessThanOrEqual(count(commands, 'sink.list'));
          expect(starts - count(commands, 'inflow.stop'), 'I7: one flow').toBeLessThanOrEqual(1);
          // P2: no pause is sent before it accepts.
          if (accepts === 0)
            expect(count(commands, 'pause.send'), 'P2: said after `accept`').toBe(0);
          checkTally(context);
          checkPauses(stepper.snapshot);
          // I11: one release at an end; a page that closes also closes a sink that was kept to save from.
          expect(releasesOf(commands), 'I11: an end releases once').toEqual(
            fatesOf(stepper.snapshot, commands),
          );
          expect(context.bytes, 'I2: no more than there is').toBeLessThanOrEqual(context.total);
          expect(context.failure === undefined).toBe(state !== 'failed');
          if (state === 'complete') {
            // I2: everything was verified and flushed first.
            expect(count(commands, 'sink.seal')).toBeGreaterThan(0);
            expect(commands).toContainEqual({ type: 'verified.send', digest: context.digest });
            expect(context.bytes).toBe(context.total);
          }
          // Only a complete delivery is handed over.
          if (state !== 'complete' && !stepper.isOver) expect(count(commands, 'sink.save')).toBe(0);
          expect(count(commands, 'sink.discard')).toBeLessThanOrEqual(1);
        }
      }),
      RUNS,
    );
  });

  test('files are handed over once at a time, again if wanted, and not after they were discarded', () => {
    const stepper = new Stepper(coverage.machine, undefined);
    const save = { type: 'save.requested', method: 'download' } as const;
    for (const event of RECEIVER_COURSES[0]?.slice(0, -2) ?? []) stepper.send(event);

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

  test('a delivery that was complete in an earlier visit can be saved, and releases everything else', () => {
    const failedFiles = [{ file: 1, code: 'skipped' }] as const;
    const finished = { manifest: MANIFEST, digest: DIGEST, absent: failedFiles };
    const stepper = new Stepper(coverage.machine, { finished });
    expect(deliveryStateOf(stepper.snapshot)).toBe('complete');
    checkTally(stepper.context);
    expect(stepper.context.bytes).toBe(3_000_000);
    stepper.sendInVain({ type: 'connection.failed', code: 'sender.ended' });
    expect(releasesOf(stepper.commands)).toEqual(['keep']);
    stepper.send({ type: 'save.requested', method: 'download' });
    stepper.send({ type: 'visit.ended' });
    expect(releasesOf(stepper.commands)).toEqual(['keep', 'close']);
  });

  test('files that were handed over in an earlier visit stay so, even after an attempt that failed', () => {
    const finished = { manifest: MANIFEST, digest: DIGEST, absent: [] };
    const stepper = new Stepper(coverage.machine, {
      finished: { ...finished, handedOver: 1 },
    });
    expect(stepper.snapshot.value).toEqual({ complete: 'saved' });
    expect(stepper.context.handedOver).toBe('started');
    for (const isAborted of [true, false]) {
      stepper.send({ type: 'save.requested', method: 'folder' });
      stepper.send({ type: 'save.failed', isAborted });
      expect(stepper.snapshot.value).toEqual({ complete: 'saved' });
      expect(stepper.context.handedOver).toBe(isAborted ? 'started' : 'failed');
    }
    expect(stepper.send({ type: 'discard.requested' })).toEqual([{ type: 'sink.discard' }]);
  });

  test('R1: a delivery that was accepted in an earlier visit waits for the connection', () => {
    const resumed = { manifest: MANIFEST, pieces: emptyPieces };
    const stepper = new Stepper(coverage.machine, { resumed });
    expect(deliveryStateOf(stepper.snapshot)).toBe('interrupted');
    expect(stepper.commands).toEqual([]);
  });

  test('R5: a file that failed stays failed until the next generation moves (seed -1727229024)', () => {
    const stepper = new Stepper(coverage.machine, undefined);
    for (const event of RESUMED_AFTER_FAILURE) {
      stepper.send(event);
      checkTally(stepper.context);
    }
    expect(stepper.context).toMatchObject({ total: 5, bytes: 0 });
    stepper.send({ type: 'inflow.started' });
    expect(stepper.context).toMatchObject({ total: 3_000_005, bytes: 2_097_152, failedFiles: [] });
  });

  test('I11: any event at any place of a course is handled, and everything is released once', () => {
    for (const course of RECEIVER_COURSES) {
      const stepper = new Stepper(coverage.machine, undefined);
      for (const event of [...course, undefined]) {
        for (const waited of waitedFrom(stepper, undefined))
          for (const stray of RECEIVER_SAMPLES) {
            const strayed = waited.fork(undefined);
            strayed.send(stray);
            checkTally(strayed.context);
            checkPauses(strayed.snapshot);
            expect(releasesOf(strayed.commands)).toEqual(
              fatesOf(strayed.snapshot, strayed.commands),
            );
          }
        if (event !== undefined) stepper.send(event);
      }
    }
  });

  test('every state and transition is reached', () => {
    expect(coverage.missed()).toEqual({ states: [], transitions: [] });
  });
});
