import { describe, expect, test } from 'vitest';
import type { AnyMachineSnapshot } from 'xstate';

import { LEAF_BYTES } from '../../src/constants.ts';
import {
  deliveryStateOf,
  receiverDeliveryMachine,
  senderDeliveryMachine,
  type SenderDeliveryEvent,
} from '../../src/delivery/index.ts';
import { emptyPieces, piecesOf, rangesOf } from '../../src/pieces/piece-set.ts';
import { requireWish } from '../../src/routing/wishes.ts';
import { MANIFEST, OFFER } from '../support/delivery-events.ts';
import { Stepper } from '../support/stepper.ts';

const SECOND = [{ first: 1, end: 2 }];
const established = { type: 'connection.established' } as const;
const leave = (first: number, end: number, more = false): SenderDeliveryEvent => ({
  type: 'leave.received',
  ranges: [{ first, end }],
  more,
});
const accept = (entries: number): SenderDeliveryEvent => ({
  type: 'accept.received',
  credit: 16_777_216,
  entries,
});
const held = (first: number): SenderDeliveryEvent => ({
  type: 'held.received',
  first,
  leaves: new Uint8Array(LEAF_BYTES),
});

function stateAfter(...events: readonly SenderDeliveryEvent[]): unknown {
  const stepper = new Stepper(senderDeliveryMachine, { manifest: MANIFEST });
  for (const event of [established, ...events]) stepper.send(event);
  return deliveryStateOf(stepper.snapshot);
}

describe('the sender', () => {
  test.each<readonly [string, readonly SenderDeliveryEvent[]]>([
    ['takes nothing', [leave(0, 3), accept(3)]],
    ['takes nothing of what was seen', [leave(0, 1), accept(1)]],
    ['is not whole', [leave(0, 1, true), accept(3)]],
    ['is not whole before `held`', [leave(1, 2, true), held(0)]],
    ['goes on after its last message', [leave(0, 1), leave(1, 2)]],
    ['comes after `held`', [held(0), leave(1, 2)]],
    ['descends', [leave(1, 2, true), leave(0, 1)]],
    ['leaves out what the bundle doesn’t have', [leave(2, 4)]],
    ['leaves out what was not seen', [leave(2, 3), accept(2)]],
    ['sees more than there is', [accept(4)]],
    ['leaves out what is held', [leave(0, 1), held(0), accept(3)]],
    ['is empty', [{ type: 'leave.received', ranges: [], more: true }]],
  ])('E1, E2 refuses a choice that %s', (_, events) => {
    expect(stateAfter(...events)).toBe('failed');
  });

  test('E2, E3 treats as absent what was left out and what was not seen', () => {
    const stepper = new Stepper(senderDeliveryMachine, { manifest: MANIFEST });
    for (const event of [established, leave(1, 2), held(0), accept(2)]) stepper.send(event);
    expect(stepper.context).toMatchObject({ failedFiles: [], total: 3_000_000 });
    expect(rangesOf(stepper.context.leftOut)).toEqual([{ first: 1, end: 3 }]);
    expect(stepper.send({ type: 'outflow.finished' })).toEqual([
      {
        type: 'source.digest',
        absent: [
          { file: 1, code: 'left.out' },
          { file: 2, code: 'left.out' },
        ],
      },
    ]);
  });
});

function receiving(left?: typeof SECOND): Stepper<typeof receiverDeliveryMachine> {
  const stepper = new Stepper(receiverDeliveryMachine, undefined);
  for (const event of [established, ...OFFER]) stepper.send(event);
  stepper.send({ type: 'sink.probed', sink: { kind: 'memory' } });
  stepper.send({ type: 'accept.requested', ...(left && { left }) });
  return stepper;
}

describe('the receiver', () => {
  test('E1, E4 records what is left out with the sink, and says it before what it holds', () => {
    const stepper = receiving(SECOND);
    const leftOut = piecesOf(SECOND);
    expect(stepper.commands.find(({ type }) => type === 'sink.open')).toMatchObject({ leftOut });
    stepper.send({ type: 'sink.listed', pieces: piecesOf([{ first: 0, end: 4 }]) });
    const pieces = piecesOf([{ first: 0, end: 3 }]);
    expect(stepper.send({ type: 'inflow.started' }).slice(1)).toEqual([
      { type: 'leave.send', leftOut },
      { type: 'held.send', pieces },
      { type: 'accept.send', credit: stepper.context.window, entries: 3 },
    ]);
    expect(stepper.context.total).toBe(3_000_000);
  });

  test('E5 asks for what it left out once that is recorded, and counts it once it is taken in', () => {
    const stepper = receiving(SECOND);
    for (const event of [
      { type: 'sink.listed', pieces: emptyPieces },
      { type: 'inflow.started' },
    ] as const)
      stepper.send(event);
    expect(stepper.send({ type: 'take.requested', ranges: SECOND })).toEqual([
      { type: 'choice.record', entries: 3, leftOut: emptyPieces, taken: SECOND },
    ]);
    expect(stepper.send({ type: 'choice.recorded', taken: SECOND })).toEqual([
      { type: 'take.send', ranges: SECOND },
    ]);
    expect(stepper.context.total).toBe(3_000_000);
    stepper.send({ type: 'entries.taken', ranges: SECOND });
    expect(stepper.context).toMatchObject({ total: 3_000_005, leftOut: emptyPieces });
    stepper.send({ type: 'entries.taken', ranges: SECOND });
    expect(stepper.context.failure).toBe('protocol');
  });

  test('E4, E5 leaves out after a reload what it left out before, but for what is wanted', () => {
    const leftOut = piecesOf([{ first: 1, end: 3 }]);
    const resumed = { manifest: MANIFEST, pieces: piecesOf([{ first: 0, end: 4 }]), leftOut };
    const stepper = new Stepper(receiverDeliveryMachine, { resumed });
    expect(stepper.context).toMatchObject({ total: 3_000_000, bytes: 3_000_000 });
    stepper.send({ type: 'take.requested', ranges: SECOND });
    for (const event of [established, ...OFFER]) stepper.send(event);
    stepper.send({ type: 'sink.listed', pieces: emptyPieces });
    const said = stepper.send({ type: 'inflow.started' });
    expect(said).toContainEqual({ type: 'leave.send', leftOut: piecesOf([{ first: 2, end: 3 }]) });
    expect(stepper.context.total).toBe(3_000_005);
  });

  test.each([
    [{ type: 'accept.requested', left: [{ first: 0, end: 3 }] }],
    [{ type: 'accept.requested', left: [{ first: 2, end: 4 }] }],
    [{ type: 'take.requested', ranges: [{ first: 2, end: 4 }] }],
  ] as const)('E2, Y2: the wish %j is refused', (wish) => {
    const stepper = new Stepper(receiverDeliveryMachine, undefined);
    for (const event of [established, ...OFFER]) stepper.send(event);
    expect(() => requireWish(stepper.snapshot as AnyMachineSnapshot, wish)).toThrow(
      expect.objectContaining({ name: 'LocalProtocolError', code: 'argument' }),
    );
  });
});
