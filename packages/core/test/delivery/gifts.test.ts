import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnyMachineSnapshot } from 'xstate';

import { GIFTS_MAX } from '../../src/constants.ts';
import {
  deliveryStateOf,
  receiverDeliveryMachine,
  senderDeliveryMachine,
  type ReceiverDeliveryEvent,
  type SenderDeliveryEvent,
} from '../../src/delivery/index.ts';
import { emptyPieces } from '../../src/pieces/piece-set.ts';
import { requireWish } from '../../src/routing/wishes.ts';
import { DIGEST, GIFTS, MANIFEST, OFFER } from '../support/delivery-events.ts';
import { Stepper } from '../support/stepper.ts';
import { DeliveryPair } from './delivery-pair.ts';

const established = { type: 'connection.established' } as const;
const lost = { type: 'connection.lost' } as const;
const accept = { type: 'accept.received', credit: 16_777_216, entries: 3 } as const;
const given = (link: string): SenderDeliveryEvent => ({ type: 'gift.received', link });
const give = (link: string): Extract<ReceiverDeliveryEvent, { type: 'give.requested' }> => ({
  type: 'give.requested',
  link,
});
const [FIRST, SECOND, THIRD] = GIFTS as readonly [string, string, string];

const orders = fc.array(fc.constantFrom(...GIFTS), { maxLength: 8 });
const unique = (links: readonly string[]): readonly string[] => [...new Set(links)];

function sending(...events: readonly SenderDeliveryEvent[]) {
  const stepper = new Stepper(senderDeliveryMachine, { manifest: MANIFEST });
  for (const event of [established, ...events]) stepper.send(event);
  return stepper;
}

describe('the sender', () => {
  test.each<readonly [string, readonly SenderDeliveryEvent[]]>([
    ['before `accept`', []],
    ['without a connection', [accept, lost]],
    ['before `accept` in a later generation', [accept, lost, established]],
  ])('B1 refuses a gift %s', (_, events) => {
    const stepper = sending(...events);
    stepper.send(given(FIRST));
    expect(stepper.context).toMatchObject({ failure: 'protocol', gifts: [] });
  });

  test('B1 takes gifts while bytes move, while it is paused, and while it verifies', () => {
    const stepper = sending(accept, given(FIRST), { type: 'pause.requested' }, given(SECOND));
    stepper.send({ type: 'outflow.finished' });
    stepper.send({ type: 'digest.computed', digest: DIGEST });
    stepper.send(given(THIRD));
    expect(stepper.context.gifts).toEqual([FIRST, SECOND, THIRD]);
    expect(deliveryStateOf(stepper.snapshot)).toBe('verifying');
  });

  test('B2 keeps each gift once, in order, through all generations, and refuses one too many', () => {
    fc.assert(
      fc.property(fc.array(orders, { minLength: 1, maxLength: 4 }), (generations) => {
        const stepper = sending();
        const heard: string[] = [];
        for (const [number, links] of generations.entries()) {
          if (number > 0) for (const event of [lost, established]) stepper.send(event);
          stepper.send(accept);
          for (const link of links) {
            heard.push(link);
            stepper.send(given(link));
            const kept = unique(heard);
            expect(stepper.context.gifts).toEqual(kept.slice(0, GIFTS_MAX));
            expect(stepper.context.failure).toBe(kept.length > GIFTS_MAX ? 'protocol' : undefined);
            if (kept.length > GIFTS_MAX) return;
          }
        }
      }),
    );
  });
});

const connected: readonly ReceiverDeliveryEvent[] = [established, ...OFFER];
const moves: readonly ReceiverDeliveryEvent[] = [
  { type: 'sink.listed', pieces: emptyPieces },
  { type: 'inflow.started' },
];
const opened: readonly ReceiverDeliveryEvent[] = [
  ...connected,
  { type: 'sink.probed', sink: { kind: 'memory' } },
  { type: 'accept.requested' },
];
const verifying: readonly ReceiverDeliveryEvent[] = [
  { type: 'sent.received' },
  { type: 'inflow.verifying' },
  { type: 'inflow.verified', digest: DIGEST },
];

function receiving(...events: readonly ReceiverDeliveryEvent[]) {
  const stepper = new Stepper(receiverDeliveryMachine, undefined);
  for (const event of events) stepper.send(event);
  return stepper;
}

const refusedIn = (stepper: { readonly snapshot: unknown }, link = FIRST): void =>
  expect(() => requireWish(stepper.snapshot as AnyMachineSnapshot, give(link))).toThrow(
    expect.objectContaining({ name: 'LocalProtocolError', code: 'state' }),
  );

describe('the receiver', () => {
  test('B1, B3 says a gift at once while bytes move and until it says `verified`', () => {
    const stepper = receiving(...opened, ...moves);
    expect(stepper.send(give(FIRST))).toEqual([{ type: 'gift.send', link: FIRST }]);
    expect(stepper.send(give(FIRST)), 'the same gift').toEqual([]);
    for (const event of verifying) stepper.send(event);
    expect(stepper.send(give(SECOND))).toEqual([{ type: 'gift.send', link: SECOND }]);
    stepper.send({ type: 'sink.sealed' });
    refusedIn(stepper, THIRD);
    stepper.sendInVain(give(THIRD));
    stepper.send(lost);
    expect(deliveryStateOf(stepper.snapshot)).toBe('complete');
    refusedIn(stepper, THIRD);
  });

  test('B2, B3 records what is wished without a connection, and says all behind `accept`', () => {
    const stepper = receiving(...opened);
    expect(stepper.send(give(FIRST)), 'the sink is being opened').toEqual([]);
    const said = moves.flatMap((event) => stepper.send(event));
    expect(said.slice(-2)).toEqual([
      { type: 'accept.send', credit: stepper.context.window, entries: 3 },
      { type: 'gift.send', link: FIRST },
    ]);
    stepper.send({ type: 'pause.requested' });
    stepper.send(lost);
    expect(stepper.send(give(SECOND))).toEqual([]);
    const again = [...connected, ...moves].flatMap((event) => stepper.send(event));
    expect(
      again.slice(-4).map((command) => ('link' in command ? command.link : command.type)),
    ).toEqual(['accept.send', 'pause.send', FIRST, SECOND]);
  });

  test('B3 refuses a gift before the person has accepted, and one over the limit', () => {
    const stepper = receiving(...connected);
    refusedIn(stepper);
    for (const event of opened.slice(connected.length)) stepper.send(event);
    for (const link of GIFTS.slice(0, GIFTS_MAX)) {
      requireWish(stepper.snapshot as AnyMachineSnapshot, give(link));
      stepper.send(give(link));
    }
    refusedIn(stepper, GIFTS[GIFTS_MAX]);
    // One that was given before is not another one.
    requireWish(stepper.snapshot as AnyMachineSnapshot, give(FIRST));
  });

  test('B2 gives nothing once its page was reloaded: nobody has counted', () => {
    const resumed = { manifest: MANIFEST, pieces: emptyPieces };
    const stepper = new Stepper(receiverDeliveryMachine, { resumed });
    for (const event of [...connected, ...moves]) stepper.send(event);
    expect(deliveryStateOf(stepper.snapshot)).toBe('moving');
    refusedIn(stepper);
  });
});

type Move = 'hear' | 'task' | 'frame' | 'cut' | 'notice' | 'connect' | 'give';
const moving = fc.array(
  fc.record({
    kind: fc.constantFrom<Move>(
      'hear',
      'hear',
      'task',
      'frame',
      'give',
      'cut',
      'notice',
      'connect',
    ),
    pick: fc.nat(99),
  }),
  { maxLength: 60, size: 'max' },
);

describe('both ends', () => {
  test('B2, B3: the sender keeps what the receiver gave, in its order, whatever is lost', () => {
    fc.assert(
      fc.property(moving, (course) => {
        const pair = new DeliveryPair(senderDeliveryMachine, receiverDeliveryMachine);
        const ends = () => [
          pair.sender.delivery.context.gifts,
          pair.receiver.delivery.context.gifts ?? [],
        ];
        const wish = (event: ReceiverDeliveryEvent) =>
          pair.deliver('receiver', { to: 'delivery', event });
        pair.connect('sender');
        pair.hearFrom('sender');
        pair.hearFrom('sender');
        pair.runTask(0);
        wish({ type: 'accept.requested' });
        for (const { kind, pick } of course) {
          if (kind === 'hear') pair.hearFrom(pick % 2 === 0 ? 'sender' : 'receiver');
          else if (kind === 'task') pair.runTask(pick);
          else if (kind === 'frame') pair.takeFrame();
          else if (kind === 'cut') pair.cut();
          else if (kind === 'notice') pair.notice(pick % 2 === 0 ? 'sender' : 'receiver');
          else if (kind === 'connect') pair.connect('receiver');
          else wish(give(GIFTS[pick % GIFTS.length]!));
          const [taken = [], wished = []] = ends();
          expect(taken, 'no other, and in order').toEqual(wished.slice(0, taken.length));
          expect(wished.length).toBeLessThanOrEqual(GIFTS_MAX);
        }
        const { snapshot } = pair.receiver.delivery;
        // X3: what was said over a connection that is lost behind `verified` is not said again.
        const isHeard =
          snapshot.matches('open') &&
          (pair.isConnected || !snapshot.matches({ open: { verifying: 'confirming' } }));
        for (let turn = 0; turn < 3; turn++) {
          pair.connect('sender');
          pair.settle();
          if (pair.isReleased('sender') || pair.isReleased('receiver')) pair.cut();
        }
        expect(pair.sender.delivery.context.failure, 'honest ends').toBeUndefined();
        const [taken, wished] = ends();
        if (isHeard) expect(taken, 'all of them in the end').toEqual(wished);
      }),
      { numRuns: 100 },
    );
  });
});
