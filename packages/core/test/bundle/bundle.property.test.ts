import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { fromBase64Url, toBase64Url } from '../../src/bytes.ts';
import { authenticate } from '../../src/connection/greeting-mac.ts';
import { bundleMachine } from '../../src/bundle/index.ts';
import { DELIVERIES_MAX, FILES_MAX, HALF_OPEN_MAX } from '../../src/constants.ts';
import { createCoverage } from '../support/coverage.ts';
import {
  answer,
  CHOSEN,
  comeIn,
  sessionEnd,
  flip,
  hear,
  shakeHands,
  sharing as sharingWith,
  types,
  type Bundle,
} from '../support/sender-tab.ts';
import { Stepper } from '../support/stepper.ts';
import { deliveryId, DRAWN, freshEphemeral, LINK, Stranger } from '../support/stranger.ts';

const coverage = createCoverage(bundleMachine);
const sharing = (): Bundle => sharingWith(coverage.machine);

describe('choosing', () => {
  test('choosing nothing and choosing too much are reported, and can be corrected', () => {
    const bundle = new Stepper(coverage.machine, undefined);
    const entries = Array.from({ length: FILES_MAX + 1 }, (_, index) => ({
      kind: 'file' as const,
      path: `f${index}`,
      size: 0,
      modified: null,
      mediaType: '',
    }));
    expect(bundle.send({ type: 'files.chosen', name: 'none', entries: [] })).toEqual([]);
    expect(bundle.context.problem).toBe('empty');
    expect(bundle.send({ type: 'files.chosen', name: 'many', entries })).toEqual([]);
    expect(bundle.context.problem).toBe('limit');
    expect(bundle.send(CHOSEN)).toEqual([{ type: 'secrets.draw' }]);
    expect(bundle.context.problem).toBeUndefined();
  });

  test('N11: the sender is named, with a line, before anything is chosen', () => {
    const bundle = new Stepper(coverage.machine, undefined);
    bundle.send({ type: 'sender.name.changed', name: ' Ana ' });
    bundle.send({ type: 'note.changed', note: 'a\nb' });
    bundle.send(CHOSEN);
    expect(bundle.context).toMatchObject({ senderName: 'Ana', note: 'a b' });
  });

  test('L4: the server gets the room and the seat token, and nothing else of the link', () => {
    const bundle = new Stepper(coverage.machine, undefined);
    bundle.send(CHOSEN);
    const said = bundle.send({ type: 'secrets.drawn', ...DRAWN });
    expect(said).toEqual([
      { type: 'signaling.start', room: bundle.context.secrets?.room, token: DRAWN.token },
    ]);
  });

  test('a new name holds for later receivers, in normal form', () => {
    const bundle = sharing();
    bundle.send({ type: 'name.changed', name: 'other/..name ' });
    expect(bundle.context.manifest?.name).not.toContain('/');
    const opened = comeIn(bundle, new Stranger(1), deliveryId(1));
    expect(opened[1]).toMatchObject({ type: 'delivery.open', manifest: bundle.context.manifest });
  });
});

describe('N4: the half-open slots', () => {
  test('I6: no delivery before the first transport message has been opened', () => {
    const bundle = sharing();
    const stranger = new Stranger(1);
    shakeHands(bundle, stranger);
    expect(bundle.context.deliveries).toEqual([]);
    expect(types(hear(bundle, stranger.hello(deliveryId(1))))).toEqual([
      'relay.send',
      'delivery.open',
      'session.open',
    ]);
    expect(bundle.context.deliveries).toHaveLength(1);
    expect(bundle.context.halfOpen).toEqual([]);
    expect(bundle.timers.has(stranger.session)).toBe(false);
  });

  test('N7: an unreadable first message is answered with empty data, and takes no slot', () => {
    const bundle = sharing();
    const stranger = new Stranger(1);
    const { data, ...rest } = stranger.startHandshake();
    // A point of low order, from a peer that has the link: the MAC is right, and the curve refuses.
    const { peer: member, session } = stranger;
    const weak = authenticate(
      LINK,
      { member, session },
      new Uint8Array(fromBase64Url(data).length - 16),
    );
    hear(bundle, { ...rest, data: toBase64Url(weak) });
    const said = bundle.send({
      type: 'entropy.drawn',
      session: stranger.session,
      ephemeral: freshEphemeral(),
    });
    expect(said).toEqual([sessionEnd(stranger, 0)]);
    expect([bundle.context.halfOpen, bundle.timers.has(stranger.session)]).toEqual([[], false]);
  });

  test('N9: knocking without the whole link is remembered for a while', () => {
    const bundle = sharing();
    const stranger = new Stranger(1);
    expect(hear(bundle, flip(stranger.startHandshake()))).toEqual([sessionEnd(stranger, 0)]);
    expect(bundle.context.knocks).toEqual([stranger.peer]);
    bundle.elapse('knocks');
    expect(bundle.context.knocks).toEqual([]);
  });

  test.each([
    ['a flipped bit', (stranger: Stranger) => flip(stranger.hello(deliveryId(1)))],
    ['a gap', (stranger: Stranger) => ({ ...stranger.hello(deliveryId(1)), seq: 2 })],
    [
      'something else than a hello',
      (stranger: Stranger) => stranger.say({ type: 'restart.wanted', generation: 1 }),
    ],
  ])('N5: %s instead of a hello ends the session, and nothing is shown', (_, envelopeOf) => {
    const bundle = sharing();
    const stranger = new Stranger(1);
    shakeHands(bundle, stranger);
    expect(hear(bundle, envelopeOf(stranger))).toEqual([sessionEnd(stranger, 1)]);
    expect([bundle.context.halfOpen, bundle.context.deliveries, bundle.timers.size]).toEqual([
      [],
      [],
      0,
    ]);
  });

  test('N4: a slot that is not used is given up in time', () => {
    const bundle = sharing();
    const stranger = new Stranger(1);
    shakeHands(bundle, stranger);
    bundle.elapse(stranger.session);
    expect(bundle.context.halfOpen).toEqual([]);
    expect(hear(bundle, stranger.hello(deliveryId(1)))).toEqual([]);
  });

  test('N4, I13: strangers fill the slots, one each; greeting again takes no other’s', () => {
    const bundle = sharing();
    for (let number = 1; number <= HALF_OPEN_MAX; number++)
      hear(bundle, new Stranger(number).startHandshake());
    hear(bundle, new Stranger(1, 1).startHandshake());
    const peers = bundle.context.halfOpen.map(({ peer }) => peer);
    expect(peers).toEqual([2, 3, 4, 5, 6, 7, 8, 1].map((number) => new Stranger(number).peer));
  });

  test('N3: a lost socket empties the half-open slots', () => {
    const bundle = sharing();
    shakeHands(bundle, new Stranger(1));
    bundle.send({ type: 'signaling.lost' });
    bundle.send({ type: 'signaling.waiting', code: 'limit' });
    expect(bundle.context.signaling).toBe('waiting');
    expect([bundle.context.halfOpen, bundle.timers.size]).toEqual([[], 0]);
  });
});

describe('deliveries', () => {
  test('N3: a session’s messages go to its delivery, and only from its own peer', () => {
    const bundle = sharing();
    const stranger = new Stranger(1);
    comeIn(bundle, stranger, deliveryId(1));
    const envelope = stranger.say({ type: 'restart.wanted', generation: 1 });
    expect(hear(bundle, envelope)).toEqual([
      { type: 'session.receive', delivery: deliveryId(1), envelope },
    ]);
    expect(hear(bundle, { ...envelope, peer: new Stranger(2).peer })).toEqual([]);
  });

  test('another delivery in the same seat gives up the one that was open', () => {
    const bundle = sharing();
    comeIn(bundle, new Stranger(1), deliveryId(1));
    const said = comeIn(bundle, new Stranger(1, 1), deliveryId(2));
    expect(types(said)).toEqual(['relay.send', 'delivery.close', 'delivery.open', 'session.open']);
    expect(bundle.context.deliveries.map(({ id, number }) => [id, number])).toEqual([
      [deliveryId(2), 2],
    ]);
  });

  test('N8: an ended delivery does not come back, and is told so', () => {
    const bundle = sharing();
    comeIn(bundle, new Stranger(1), deliveryId(1));
    bundle.send({ type: 'delivery.ended', delivery: deliveryId(1) });
    bundle.send({ type: 'delivery.accepted', delivery: deliveryId(1) });
    expect(bundle.context.deliveries[0]?.stage).toBe('ended');
    const again = new Stranger(1, 1);
    const said = comeIn(bundle, again, deliveryId(1), 2);
    expect(again.understand(said)).toEqual({ type: 'goodbye', reason: 'ended' });
  });

  test('I10: visitors can’t make the tab hold more than its limit; a receiver that accepted is never sent away', () => {
    const bundle = sharing();
    for (let number = 1; number <= DELIVERIES_MAX; number++) {
      const { peer } = new Stranger(number);
      bundle.send({ type: 'peer.online', peer, tag: `tag ${number % 5}` });
      comeIn(bundle, new Stranger(number), deliveryId(number));
      if (number !== 2) bundle.send({ type: 'delivery.accepted', delivery: deliveryId(number) });
      bundle.send({ type: 'peer.offline', peer });
    }
    const refused = new Stranger(102);
    const said = comeIn(bundle, refused, deliveryId(102));
    expect(refused.understand(said)).toEqual({ type: 'goodbye', reason: 'full' });
    bundle.send({ type: 'delivery.ended', delivery: deliveryId(5) });
    expect(types(comeIn(bundle, new Stranger(103), deliveryId(103)))).toEqual([
      'relay.send',
      'delivery.open',
      'session.open',
    ]);
    expect(bundle.context.deliveries).toHaveLength(DELIVERIES_MAX);
  });

  test('I11: stopping closes every delivery, leaves the room and forgets the secrets', () => {
    for (const way of [
      [],
      [{ type: 'signaling.replaced' }],
      [{ type: 'signaling.refused', code: 'seat.refused' }],
    ] as const) {
      const bundle = sharing();
      comeIn(bundle, new Stranger(1), deliveryId(1));
      shakeHands(bundle, new Stranger(2));
      for (const event of way) bundle.send(event);
      expect(bundle.send({ type: 'sharing.stopped' })).toEqual([
        { type: 'signaling.stop' },
        { type: 'delivery.close', delivery: deliveryId(1) },
      ]);
      expect(bundle.context).toMatchObject({
        secrets: undefined,
        manifest: undefined,
        deliveries: [],
        halfOpen: [],
      });
      expect(bundle.timers.size).toBe(0);
    }
  });
});

const moves = fc.record({
  who: fc.integer({ min: 1, max: 12 }),
  what: fc.constantFrom(
    'handshake',
    'handshake',
    'answer',
    'answer',
    'hello',
    'hello',
    'come in',
    'come in',
    'come in',
    'flip',
    'expire',
    'accept',
    'end',
    'lose',
  ),
  delivery: fc.integer({ min: 1, max: 6 }),
  generation: fc.integer({ min: 1, max: 4 }),
});
type Move = typeof moves extends fc.Arbitrary<infer One> ? One : never;

test('N4, A, I6, I7, I13: any course of strangers, valid or not, keeps the limits', () => {
  // Random moves seldom bring anybody in, so the three steps in a row are a move as well.
  const stepsOf = (move: Move) =>
    move.what === 'come in'
      ? (['handshake', 'answer', 'hello'] as const).map((what) => ({ ...move, what }))
      : [move];
  fc.assert(
    fc.property(fc.array(moves, { maxLength: 60 }), (course) => {
      const bundle = sharing();
      const strangers = new Map<number, Stranger>();
      const answered = new Set<Stranger>();
      let proven = 0;
      for (const [turn, { who, what, delivery, generation }] of course.flatMap(stepsOf).entries()) {
        const stranger = strangers.get(who);
        const before = bundle.context.deliveries;
        if (what === 'handshake') {
          const fresh = new Stranger(who, turn);
          strangers.set(who, fresh);
          hear(bundle, fresh.startHandshake());
        } else if (what === 'answer' && stranger !== undefined && !answered.has(stranger)) {
          if (bundle.context.halfOpen.some(({ session }) => session === stranger.session)) {
            stranger.receive(answer(bundle, stranger.session));
            answered.add(stranger);
          }
        } else if (
          (what === 'hello' || what === 'flip') &&
          stranger !== undefined &&
          answered.has(stranger)
        ) {
          const hello = stranger.hello(deliveryId(delivery), generation);
          const known = before.find(({ id }) => id === deliveryId(delivery));
          hear(bundle, what === 'flip' ? flip(hello) : hello);
          // G2: a generation that is not newer than the known one changes nothing.
          if (known !== undefined && generation <= known.generation)
            expect(bundle.context.deliveries, 'G2').toEqual(before);
          if (what === 'hello') proven += 1;
        } else if (what === 'expire' && bundle.timers.size > 0) {
          bundle.elapse([...bundle.timers.keys()][0] ?? '');
        } else if (what === 'accept')
          bundle.send({ type: 'delivery.accepted', delivery: deliveryId(delivery) });
        else if (what === 'end')
          bundle.send({ type: 'delivery.ended', delivery: deliveryId(delivery) });
        else if (what === 'lose') bundle.send({ type: 'signaling.lost' });

        const { halfOpen, deliveries } = bundle.context;
        expect(halfOpen.length, 'N4').toBeLessThanOrEqual(HALF_OPEN_MAX);
        expect(new Set(halfOpen.map(({ peer }) => peer)).size, 'N4').toBe(halfOpen.length);
        // Each slot has its timeout, and each row that a timer removes has its timer; there are no others.
        expect([...bundle.timers.keys()].toSorted(), 'N4, A6, A7: timers').toEqual(
          [
            ...halfOpen.map(({ session }) => session),
            ...(bundle.context.handshakes.length > 0 ? ['handshakes'] : []),
            ...bundle.context.watched.map(({ id }) => id),
          ].toSorted(),
        );
        expect(new Set(deliveries.map(({ id }) => id)).size, 'I7').toBe(deliveries.length);
        // I7, G2: while a delivery is known, its generation only rises.
        for (const { id, generation: newest } of before)
          expect(
            deliveries.find((one) => one.id === id)?.generation ?? Infinity,
            'I7, G2',
          ).toBeGreaterThanOrEqual(newest);
        // I6: no more rows than hellos that could be opened.
        const opened = bundle.commands.filter(({ type }) => type === 'delivery.open');
        expect(opened.length, 'I6').toBeLessThanOrEqual(proven);
        // I13: a seat has at most one delivery that nobody has accepted.
        const waiting = deliveries.filter(({ stage }) => stage === 'open').map(({ peer }) => peer);
        expect(new Set(waiting).size, 'I13').toBe(waiting.length);
      }
    }),
    { numRuns: 150 },
  );
});

test('A8, A9: newcomers are asked about, and the link ends with the first that is complete', () => {
  const bundle = sharing();
  bundle.send({ type: 'asking.changed', asksFirst: true });
  bundle.send({ type: 'once.changed', once: true });
  const [wanted, unwanted] = [new Stranger(1), new Stranger(2)];
  expect(types(comeIn(bundle, wanted, deliveryId(1)))).toEqual(['relay.send']);
  expect(types(comeIn(bundle, unwanted, deliveryId(2)))).toEqual(['relay.send']);
  bundle.send({ type: 'approve.requested', delivery: deliveryId(1) });
  bundle.send({ type: 'refuse.requested', delivery: deliveryId(2) });
  expect(types(comeIn(bundle, new Stranger(1, 1), deliveryId(1), 2))).toContain('session.open');
  bundle.send({ type: 'delivery.completed', delivery: deliveryId(1), isWhole: true });
  expect(bundle.value).toEqual({ offering: 'spent' });
});

test('every state and transition is reached', () => {
  const { manifest = expect.fail('nothing was chosen') } = sharing().context;
  new Stepper(coverage.machine, undefined).send({ type: 'bundle.restored', manifest, ...DRAWN });
  // The cases of admission.mocked.test.ts.
  const bundle = sharing();
  for (let number = 1; number <= 5; number++) {
    bundle.send({ type: 'peer.online', peer: new Stranger(number).peer, tag: 'a' });
    comeIn(bundle, new Stranger(number), deliveryId(number));
    bundle.send({ type: 'delivery.connected', delivery: deliveryId(number) });
  }
  bundle.elapse(`waiting ${deliveryId(5)}`);
  bundle.send({ type: 'delivery.lost', delivery: deliveryId(1) });
  bundle.send({ type: 'peer.offline', peer: new Stranger(1).peer });
  bundle.elapse(`absent ${deliveryId(1)}`);
  bundle.send({ type: 'deliveries.cleared' });
  expect(coverage.missed()).toEqual({ states: [], transitions: [] });
});
