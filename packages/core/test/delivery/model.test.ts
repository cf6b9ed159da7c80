import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { toBase64Url } from '../../src/bytes.ts';
import {
  deliveryStateOf,
  receiverDeliveryMachine,
  senderDeliveryMachine,
  type DeliveryState,
  type ReceiverDeliveryEvent,
  type SenderDeliveryEvent,
} from '../../src/delivery/index.ts';
import { emptyPieces } from '../../src/pieces/piece-set.ts';
import { DIGEST, MANIFEST, OFFER, OTHER_DIGEST } from '../support/delivery-events.ts';
import { Stepper } from '../support/stepper.ts';

/** The whole model: the state that a person sees, and steps within it. */
interface Model {
  state: DeliveryState;
  /** Steps within the state: the offer's pages, the offer of a new connection, or the steps of verifying. */
  place: number;
  accepted: 'no' | 'yes';
}

type Machine = typeof senderDeliveryMachine | typeof receiverDeliveryMachine;

/** Something that can happen: when it may, and what it changes in the model. */
class Happening implements fc.Command<Model, Stepper<Machine>> {
  constructor(
    readonly events: readonly (SenderDeliveryEvent | ReceiverDeliveryEvent)[],
    readonly where: (model: Readonly<Model>) => boolean,
    readonly then: (model: Model) => DeliveryState,
    readonly placeAfter: number = 0,
  ) {}

  check(model: Readonly<Model>): boolean {
    return this.where(model);
  }

  run(model: Model, stepper: Stepper<Machine>): void {
    model.state = this.then(model);
    model.place = this.placeAfter;
    if (model.state === 'moving') model.accepted = 'yes';
    for (const event of this.events) stepper.send(event);
    expect(deliveryStateOf(stepper.snapshot)).toBe(model.state);
  }

  toString(): string {
    return this.events.map(({ type }) => type).join(', ');
  }
}

const open: readonly DeliveryState[] = [
  'connecting',
  'offered',
  'interrupted',
  'moving',
  'paused',
  'verifying',
];
const isOpen = ({ state }: Readonly<Model>): boolean => open.includes(state);
const isIn =
  (state: DeliveryState, place = 0) =>
  (model: Readonly<Model>): boolean =>
    model.state === state && model.place === place;

const ours = toBase64Url(DIGEST.all);
const theirs = toBase64Url(OTHER_DIGEST.all);

const endings = [
  new Happening([{ type: 'cancel.requested' }], isOpen, () => 'cancelled'),
  new Happening([{ type: 'cancel.received' }], isOpen, () => 'cancelled'),
  new Happening([{ type: 'failed.received', code: 'disk.full' }], isOpen, () => 'failed'),
  new Happening([{ type: 'platform.failed', code: 'internal' }], isOpen, () => 'failed'),
  new Happening([{ type: 'connection.failed', code: 'security' }], isOpen, () => 'failed'),
  new Happening([{ type: 'remote.misbehaved' }], isOpen, () => 'failed'),
];

const lost = [{ type: 'connection.lost' }] as const;

const isUnaccepted = (model: Readonly<Model>): boolean => isOpen(model) && model.accepted === 'no';

const senderHappenings = [
  new Happening([{ type: 'decline.received' }], isUnaccepted, () => 'declined'),
  new Happening([{ type: 'decline.received' }], isIn('moving'), () => 'failed'),
  new Happening([{ type: 'decline.received' }], isIn('verifying', 1), () => 'failed'),
  new Happening([{ type: 'connection.established' }], isIn('connecting'), () => 'offered'),
  new Happening(lost, isIn('connecting'), () => 'interrupted'),
  new Happening(lost, isIn('offered'), () => 'interrupted'),
  new Happening(
    [{ type: 'connection.established' }],
    (model) => isIn('interrupted')(model) && model.accepted === 'no',
    () => 'offered',
  ),
  // A person who has accepted isn't asked again: the shown state stays, and `accept` is sent without them.
  new Happening(
    [{ type: 'connection.established' }],
    (model) => isIn('interrupted')(model) && model.accepted === 'yes',
    () => 'interrupted',
    1,
  ),
  new Happening(lost, isIn('interrupted', 1), () => 'interrupted'),
  new Happening(
    [{ type: 'accept.received', credit: 1, entries: 1 }],
    isIn('interrupted', 1),
    () => 'moving',
  ),
  new Happening([{ type: 'credit.received' }], isIn('interrupted', 1), () => 'failed'),
  new Happening(
    [{ type: 'accept.received', credit: 1, entries: 1 }],
    isIn('offered'),
    () => 'moving',
  ),
  new Happening(
    [{ type: 'accept.received', credit: 1, entries: 1 }],
    isIn('moving'),
    () => 'failed',
  ),
  new Happening([{ type: 'credit.received' }], isIn('offered'), () => 'failed'),
  new Happening([{ type: 'credit.received' }], isIn('moving'), () => 'moving'),
  new Happening(lost, isIn('moving'), () => 'interrupted'),
  new Happening(lost, isIn('verifying', 1), () => 'interrupted'),
  new Happening([{ type: 'pause.requested' }], isIn('moving'), () => 'paused'),
  new Happening([{ type: 'resume.received' }], isIn('paused'), () => 'paused'),
  new Happening([{ type: 'resume.requested' }], isIn('paused'), () => 'moving'),
  new Happening([{ type: 'outflow.finished' }], isIn('moving'), () => 'verifying'),
  new Happening(
    [{ type: 'digest.computed', digest: DIGEST }],
    isIn('verifying'),
    () => 'verifying',
    1,
  ),
  new Happening(
    [{ type: 'verified.received', digest: ours }],
    isIn('verifying', 1),
    () => 'complete',
  ),
  new Happening(
    [{ type: 'verified.received', digest: theirs }],
    isIn('verifying', 1),
    () => 'failed',
  ),
  new Happening(
    [{ type: 'verified.received', digest: ours }],
    isIn('verifying', 0),
    () => 'failed',
  ),
];

const receiverHappenings = [
  new Happening(OFFER, isIn('connecting'), () => 'offered'),
  new Happening(lost, isIn('offered'), () => 'connecting'),
  new Happening([...OFFER].slice(1), isIn('connecting'), () => 'failed'),
  new Happening(
    [
      { type: 'sink.probed', sink: { kind: 'none', code: 'disk.full', limit: 1 } },
      { type: 'accept.requested' },
    ],
    isIn('offered'),
    () => 'offered',
  ),
  new Happening(
    [{ type: 'sink.probed', sink: { kind: 'memory' } }, { type: 'accept.requested' }],
    isIn('offered'),
    () => 'moving',
  ),
  new Happening([{ type: 'sink.listed', pieces: emptyPieces }], isIn('moving'), () => 'moving', 2),
  new Happening(lost, isIn('moving', 2), () => 'interrupted'),
  new Happening([{ type: 'bulk.received' }], isIn('moving', 2), () => 'failed'),
  new Happening([{ type: 'inflow.started' }], isIn('moving', 2), () => 'moving', 1),
  new Happening(
    [...OFFER, { type: 'sink.listed', pieces: emptyPieces }],
    isIn('interrupted'),
    () => 'moving',
    2,
  ),
  new Happening([{ type: 'inflow.stalled' }], isIn('moving', 1), () => 'paused', 1),
  new Happening([{ type: 'resume.received' }], isIn('paused', 1), () => 'paused', 1),
  new Happening([{ type: 'resume.requested' }], isIn('paused', 1), () => 'moving', 1),
  new Happening([{ type: 'inflow.verifying' }], isIn('moving', 1), () => 'verifying'),
  new Happening([{ type: 'inflow.failed', code: 'disk.full' }], isIn('moving', 1), () => 'failed'),
  new Happening(lost, isIn('moving', 1), () => 'interrupted'),
  new Happening(
    [{ type: 'inflow.verified', digest: DIGEST }],
    isIn('verifying'),
    () => 'verifying',
    1,
  ),
  new Happening([{ type: 'sink.sealed' }], isIn('verifying', 1), () => 'verifying', 2),
  new Happening(lost, isIn('verifying', 1), () => 'interrupted'),
  new Happening(lost, isIn('verifying', 2), () => 'complete'),
  new Happening(
    [{ type: 'complete.received', digest: ours }],
    isIn('verifying', 2),
    () => 'complete',
  ),
  new Happening(
    [{ type: 'complete.received', digest: theirs }],
    isIn('verifying', 2),
    () => 'failed',
  ),
  new Happening([{ type: 'save.requested', method: 'folder' }], isIn('complete'), () => 'complete'),
  new Happening([{ type: 'cancel.requested' }], isIn('complete'), () => 'complete'),
];

function follows(onward: readonly Happening[], begin: () => Stepper<Machine>): void {
  // Events that lead on are more frequent, or most courses would end before anything has moved.
  const happenings = [...onward, ...onward, ...onward, ...onward, ...endings];
  fc.assert(
    fc.property(
      fc.commands(
        happenings.map((happening) => fc.constant(happening)),
        // Most commands don't fit the state at any time; those are skipped.
        { maxCommands: 100, size: 'max' },
      ),
      (commands) => {
        fc.modelRun(
          () => ({
            model: { state: 'connecting', place: 0, accepted: 'no' } as Model,
            real: begin(),
          }),
          commands,
        );
      },
    ),
    { numRuns: 1_000 },
  );
}

test('a delivery that was accepted is shown as interrupted until it is accepted again', () => {
  const stepper = new Stepper<Machine>(senderDeliveryMachine, { manifest: MANIFEST });
  stepper.send({ type: 'connection.established' });
  stepper.send({ type: 'accept.received', credit: 1, entries: 1 });
  stepper.send({ type: 'connection.lost' });
  stepper.send({ type: 'connection.established' });
  expect(deliveryStateOf(stepper.snapshot)).toBe('interrupted');
  stepper.send({ type: 'accept.received', credit: 1, entries: 1 });
  expect(deliveryStateOf(stepper.snapshot)).toBe('moving');
});

test('the sender’s delivery follows its model', () => {
  follows(
    senderHappenings,
    () => new Stepper<Machine>(senderDeliveryMachine, { manifest: MANIFEST }),
  );
});

test('the receiver’s delivery follows its model', () => {
  follows(receiverHappenings, () => new Stepper<Machine>(receiverDeliveryMachine, undefined));
});
