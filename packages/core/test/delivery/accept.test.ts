import { expect, test } from 'vitest';

import {
  deliveryStateOf,
  receiverDeliveryMachine,
  type ReceiverDeliveryEvent,
} from '../../src/delivery/index.ts';
import { createManifest, pagesOf } from '../../src/protocol/manifest.ts';
import { OFFER } from '../support/delivery-events.ts';
import { Stepper } from '../support/stepper.ts';

const ACCEPT = { type: 'accept.requested' } as const;
const LOST = { type: 'connection.lost' } as const;
const ROOM = { type: 'sink.probed', sink: { kind: 'memory' } } as const;
const NO_ROOM = {
  type: 'sink.probed',
  sink: { kind: 'none', code: 'disk.full', limit: 1 },
} as const;

const OTHER_OFFER = pagesOf(
  createManifest('other', [
    { kind: 'file', path: 'other', size: 1, modified: null, mediaType: '' },
  ]),
).map((message) => ({ ...message, type: `${message.type}.received` }) as ReceiverDeliveryEvent);

function after(events: readonly ReceiverDeliveryEvent[]): Stepper<typeof receiverDeliveryMachine> {
  const stepper = new Stepper(receiverDeliveryMachine, undefined);
  for (const event of events) stepper.send(event);
  return stepper;
}

function opened(stepper: Stepper<typeof receiverDeliveryMachine>): number {
  return stepper.commands.filter(({ type }) => type === 'sink.open').length;
}

test('I14: accepting while it is not known where the bytes will be stored waits until it is', () => {
  const stepper = after([...OFFER, ACCEPT]);
  expect(deliveryStateOf(stepper.snapshot)).toBe('offered');
  expect(opened(stepper)).toBe(0);
  stepper.send(ROOM);
  expect(stepper.snapshot.matches({ open: 'preparing' })).toBe(true);
  expect(opened(stepper)).toBe(1);
});

test('while nothing has room, accepting waits until something has', () => {
  const stepper = after([...OFFER, ACCEPT, NO_ROOM]);
  expect([deliveryStateOf(stepper.snapshot), opened(stepper)]).toEqual(['offered', 0]);
  stepper.send(ROOM);
  expect(opened(stepper)).toBe(1);
});

test('a waiting accept outlives the connection, for the same offer', () => {
  const stepper = after([...OFFER, ACCEPT, LOST, ...OFFER]);
  expect(opened(stepper)).toBe(0);
  stepper.send(ROOM);
  expect(opened(stepper)).toBe(1);
});

test('I14: a waiting accept holds for no other offer', () => {
  const stepper = after([...OFFER, ACCEPT, LOST, ...OTHER_OFFER, ROOM]);
  expect([deliveryStateOf(stepper.snapshot), opened(stepper)]).toEqual(['offered', 0]);
  stepper.send(ACCEPT);
  expect(opened(stepper)).toBe(1);
});
