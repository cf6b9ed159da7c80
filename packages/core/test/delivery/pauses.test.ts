// P2: pauses of a delivery, from one connection to the next.

import { describe, expect, test } from 'vitest';

import {
  receiverDeliveryMachine,
  senderDeliveryMachine,
  type ReceiverDeliveryEvent,
  type SenderDeliveryEvent,
} from '../../src/delivery/index.ts';
import { emptyPieces } from '../../src/pieces/piece-set.ts';
import { MANIFEST, OFFER } from '../support/delivery-events.ts';
import { Stepper } from '../support/stepper.ts';

const again: readonly SenderDeliveryEvent[] = [
  { type: 'connection.lost' },
  { type: 'connection.established' },
  { type: 'accept.received', credit: 16_777_216, entries: 3 },
];

describe('the sender’s', () => {
  const moving = (...events: readonly SenderDeliveryEvent[]) => {
    const stepper = new Stepper(senderDeliveryMachine, { manifest: MANIFEST });
    for (const event of [...again.slice(1), ...events]) stepper.send(event);
    return stepper;
  };
  const types = (commands: readonly { readonly type: string }[]) =>
    commands.map(({ type }) => type);

  test.each(['person', 'disk.full'] as const)(
    'P2: a pause of the receiver’s (%s) ends with its connection; the receiver repeats it if it still holds',
    (reason) => {
      const stepper = moving({ type: 'pause.received', reason });
      expect(stepper.value).toEqual({ open: { moving: 'paused' } });
      stepper.send({ type: 'connection.lost' });
      expect(stepper.context.pauses).toEqual([]);
      stepper.send({ type: 'connection.established' });
      const said = types(stepper.send({ type: 'accept.received', credit: 16_777_216, entries: 3 }));
      expect(said).toEqual(['outflow.start']);
      expect(stepper.value).toEqual({ open: { moving: 'flowing' } });
      stepper.send({ type: 'pause.received', reason });
      expect(stepper.value).toEqual({ open: { moving: 'paused' } });
    },
  );

  test('P2: a pause of its own person’s outlives the connection, pauses the next flow, and is repeated', () => {
    const stepper = moving({ type: 'pause.requested' });
    for (const event of again.slice(0, 2)) stepper.send(event);
    const said = stepper.send({ type: 'accept.received', credit: 16_777_216, entries: 3 });
    expect(types(said)).toEqual(['outflow.start', 'outflow.pause', 'pause.send']);
    expect(stepper.value).toEqual({ open: { moving: 'paused' } });
    expect(types(stepper.send({ type: 'resume.requested' }))).toEqual([
      'resume.send',
      'outflow.resume',
    ]);
  });

  test('P2: of both, only its own is left', () => {
    const stepper = moving(
      { type: 'pause.requested' },
      { type: 'pause.received', reason: 'person' },
      { type: 'pause.received', reason: 'disk.full' },
      { type: 'connection.lost' },
    );
    expect(stepper.context.pauses).toEqual(['me']);
  });
});

describe('the receiver’s', () => {
  const offered: readonly ReceiverDeliveryEvent[] = [{ type: 'connection.established' }, ...OFFER];
  const starting: readonly ReceiverDeliveryEvent[] = [
    { type: 'sink.listed', pieces: emptyPieces },
    { type: 'inflow.started' },
  ];

  test.each([
    ['me', { type: 'pause.requested' }, 'person'],
    ['disk', { type: 'inflow.stalled' }, 'disk.full'],
    ['them', { type: 'pause.received', reason: 'person' }, undefined],
  ] as const)('P2: a pause by `%s`, from one connection to the next', (pause, event, reason) => {
    const stepper = new Stepper(receiverDeliveryMachine, undefined);
    for (const one of [
      ...offered,
      { type: 'sink.probed', sink: { kind: 'memory' } },
      { type: 'accept.requested' },
      ...starting,
      event,
      { type: 'connection.lost' },
    ] as const)
      stepper.send(one);
    expect(stepper.context.pauses).toEqual(reason === undefined ? [] : [pause]);
    for (const one of offered) stepper.send(one);
    for (const one of starting.slice(0, -1)) stepper.send(one);
    const said = stepper.send({ type: 'inflow.started' });
    expect(said.filter(({ type }) => type === 'pause.send')).toEqual(
      reason === undefined ? [] : [{ type: 'pause.send', reason }],
    );
  });
});
