import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnyMachineSnapshot } from 'xstate';

import { bundleMachine, type BundleContext, type BundleEvent } from '../../src/bundle/index.ts';
import {
  receiverDeliveryMachine,
  senderDeliveryMachine,
  type ReceiverDeliveryContext,
  type ReceiverDeliveryEvent,
  type SenderDeliveryEvent,
} from '../../src/delivery/index.ts';
import { LocalProtocolError } from '../../src/errors.ts';
import { hasPiece } from '../../src/pieces/piece-set.ts';
import { isWish, requireWish, type Wish } from '../../src/routing/wishes.ts';
import {
  DIGEST,
  GIFTS,
  MANIFEST,
  RECEIVER_COURSES,
  receiverEvents,
  SENDER_COURSES,
  senderEvents,
  strewn,
} from '../support/delivery-events.ts';
import { Stepper } from '../support/stepper.ts';
import { DRAWN, Stranger } from '../support/stranger.ts';

const SENDER_WISHES = [
  { type: 'pause.requested' },
  { type: 'resume.requested' },
  { type: 'skip.requested', file: 1 },
  { type: 'retry.requested', file: 1 },
  { type: 'cancel.requested' },
] as const satisfies readonly SenderDeliveryEvent[];

const RECEIVER_WISHES = [
  ...SENDER_WISHES,
  { type: 'accept.requested' },
  { type: 'decline.requested' },
  { type: 'accept.requested', left: [{ first: 1, end: 3 }] },
  { type: 'take.requested', ranges: [{ first: 1, end: 2 }] },
  { type: 'give.requested', link: GIFTS[0]! },
  { type: 'save.requested', method: 'folder' },
  { type: 'discard.requested' },
] as const satisfies readonly ReceiverDeliveryEvent[];

const ENTRY = { kind: 'file', path: 'a', size: 1, modified: null, mediaType: '' } as const;

const BUNDLE_WISHES = [
  { type: 'files.chosen', name: 'bundle', entries: [ENTRY] },
  { type: 'files.chosen', name: 'nothing', entries: [] },
  { type: 'bundle.restored', manifest: MANIFEST, ...DRAWN },
  { type: 'name.changed', name: 'another' },
  { type: 'sender.name.changed', name: 'Ana' },
  { type: 'note.changed', note: 'here' },
  { type: 'deliveries.cleared' },
  { type: 'sharing.stopped' },
] as const satisfies readonly BundleEvent[];

/** Whether everything is as wished for, or will be: nothing is left to do. */
function isGranted(wish: Wish, context: object): boolean {
  const { isAcceptWaiting, leftOut, pauses, failedFiles, manifest, problem, deliveries, waiting } =
    context as Partial<ReceiverDeliveryContext & BundleContext>;
  const { senderName, note } = context as Partial<BundleContext>;
  const { gifts } = context as Partial<ReceiverDeliveryContext>;
  switch (wish.type) {
    case 'accept.requested':
      return isAcceptWaiting === true;
    case 'take.requested':
      return leftOut !== undefined && !hasPiece(leftOut, 1);
    case 'give.requested':
      return gifts?.includes(wish.link) === true;
    case 'pause.requested':
      return pauses?.includes('me') === true;
    case 'resume.requested':
      return pauses?.includes('me') === false;
    case 'skip.requested':
      return (
        failedFiles?.some(({ file }) => file === wish.file) === true ||
        (leftOut !== undefined && hasPiece(leftOut, wish.file))
      );
    case 'retry.requested':
      return failedFiles?.every(({ file }) => file !== wish.file) === true;
    case 'name.changed':
      return manifest?.name === wish.name;
    case 'sender.name.changed':
      return senderName === wish.name;
    case 'note.changed':
      return note === wish.note;
    case 'files.chosen':
      return problem === 'empty';
    case 'deliveries.cleared':
      return deliveries?.length === 0 && waiting?.length === 0;
    default:
      return false;
  }
}

type Machine = typeof senderDeliveryMachine | typeof receiverDeliveryMachine | typeof bundleMachine;

/** Makes every wish here, in separate steppers, and records the result by state. */
function wishAll(here: Stepper<Machine>, wishes: readonly Wish[], seen: Set<string>): void {
  const before = here.snapshot as AnyMachineSnapshot;
  for (const wish of wishes) {
    const where = `${wish.type} in ${JSON.stringify(before.value)}`;
    const strayed = here.fork(undefined);
    let refusal: unknown;
    try {
      requireWish(before, wish);
    } catch (error) {
      refusal = error;
    }
    const asked = strayed.send(wish);
    const isChanged =
      JSON.stringify(strayed.value) !== JSON.stringify(before.value) || asked.length > 0;
    if (refusal === undefined) {
      expect(isChanged || isGranted(wish, strayed.context), `${where} is dropped`).toBe(true);
      seen.add(wish.type);
    } else {
      expect(refusal, where).toBeInstanceOf(LocalProtocolError);
      expect(refusal, where).toMatchObject({ code: 'state' });
      expect(isChanged, `${where} is refused, and has an effect`).toBe(false);
      expect(strayed.context, where).toEqual(before.context);
    }
  }
}

function neverDropped(
  begin: () => Stepper<Machine>,
  events: fc.Arbitrary<readonly { readonly type: string }[]>,
  wishes: readonly Wish[],
  numRuns = 100,
): void {
  const seen = new Set<string>();
  fc.assert(
    fc.property(events, (course) => {
      const stepper = begin();
      wishAll(stepper, wishes, seen);
      for (const event of course) {
        stepper.send(event as never);
        wishAll(stepper, wishes, seen);
      }
    }),
    { numRuns },
  );
  expect([...seen].toSorted()).toEqual([...new Set(wishes.map(({ type }) => type))].toSorted());
}

describe('Y1: no wish is dropped: in every state it has an effect, waits, or is refused', () => {
  test('of the sender’s delivery', () => {
    neverDropped(
      () => new Stepper<Machine>(senderDeliveryMachine, { manifest: MANIFEST }),
      strewn(SENDER_COURSES, senderEvents),
      SENDER_WISHES,
    );
  });

  test('of the receiver’s delivery', () => {
    neverDropped(
      () => new Stepper<Machine>(receiverDeliveryMachine, undefined),
      strewn(RECEIVER_COURSES, receiverEvents),
      RECEIVER_WISHES,
    );
  });

  test('of a delivery of an earlier visit', () => {
    const finished = { manifest: MANIFEST, digest: DIGEST, absent: [] };
    const stepper = new Stepper<Machine>(receiverDeliveryMachine, { finished });
    wishAll(stepper, RECEIVER_WISHES, new Set());
  });

  test('of the bundle', () => {
    const { peer } = new Stranger(1);
    const facts = fc.constantFrom<BundleEvent>(
      { type: 'secrets.drawn', ...DRAWN },
      { type: 'signaling.joined', peers: [peer], tags: ['AAAAAA'], seats: 4 },
      { type: 'signaling.lost' },
      { type: 'signaling.replaced' },
      { type: 'signaling.refused', code: 'idle' },
      { type: 'peer.online', peer, tag: 'AAAAAA' },
    );
    neverDropped(
      () => new Stepper<Machine>(bundleMachine, undefined),
      fc.array(fc.oneof(facts, fc.constantFrom<BundleEvent>(...BUNDLE_WISHES)), { maxLength: 20 }),
      BUNDLE_WISHES,
      // Each run makes key pairs.
      30,
    );
  });
});

test('Y1: requests are wishes, and facts are not', () => {
  for (const wish of [...RECEIVER_WISHES, ...BUNDLE_WISHES]) expect(isWish(wish)).toBe(true);
  for (const type of ['pause.received', 'secrets.drawn', 'visit.ended', 'toString'])
    expect(isWish({ type })).toBe(false);
});

test.each([2, 3, -1, 0.5])('Y2: a wish for file %d, which the manifest doesn’t list', (file) => {
  const stepper = new Stepper<Machine>(senderDeliveryMachine, { manifest: MANIFEST });
  for (const type of ['connection.established', 'connection.lost'] as const) stepper.send({ type });
  const snapshot = stepper.snapshot as AnyMachineSnapshot;
  expect(() => requireWish(snapshot, { type: 'skip.requested', file })).toThrow(
    expect.objectContaining({ name: 'LocalProtocolError', code: 'argument' }),
  );
  requireWish(snapshot, { type: 'skip.requested', file: 1 });
});

test.each([`https://elsewhere.example/#2.${GIFTS[0]}`, `#2.${GIFTS[0]}`, 'x'.repeat(88), ''])(
  'B1, Y2: a wish to hand back %j, which is no link',
  (link) => {
    for (const stepper of [
      new Stepper<Machine>(receiverDeliveryMachine, undefined),
      new Stepper<Machine>(receiverDeliveryMachine, {
        finished: { manifest: MANIFEST, digest: DIGEST, absent: [] },
      }),
    ])
      expect(() =>
        requireWish(stepper.snapshot as AnyMachineSnapshot, { type: 'give.requested', link }),
      ).toThrow(expect.objectContaining({ name: 'LocalProtocolError', code: 'argument' }));
  },
);
