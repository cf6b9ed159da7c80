// A delivery with its newest generation, and the link, outlive sockets, sessions and visits.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { bundleMachine } from '../../src/bundle/index.ts';
import { RECEIVERS_MAX } from '../../src/constants.ts';
import { formatLink, parseLink } from '../../src/protocol/link.ts';
import { bytesOf } from '../../src/testing/arbitraries.ts';
import {
  comeIn,
  sessionEnd,
  hear,
  shakeHands,
  sharing,
  types,
  type Bundle,
} from '../support/sender-tab.ts';
import { Stepper } from '../support/stepper.ts';
import { deliveryId, DRAWN, Stranger } from '../support/stranger.ts';

const ID = deliveryId(1);

/** A delivery in its third generation. */
function withThird(): { readonly bundle: Bundle; readonly newest: Stranger } {
  const bundle = sharing(bundleMachine);
  const newest = new Stranger(1);
  comeIn(bundle, newest, ID, 3);
  return { bundle, newest };
}

function expectHeard(bundle: Bundle, stranger: Stranger): void {
  const envelope = stranger.say({ type: 'restart.wanted', generation: 3 });
  expect(hear(bundle, envelope)).toEqual([{ type: 'session.receive', delivery: ID, envelope }]);
}

describe('G2: generations of a delivery', () => {
  test.each([4, 40])('a higher one gets the delivery, and no second row: %i', (generation) => {
    const { bundle, newest } = withThird();
    const back = new Stranger(1, 1);
    const said = comeIn(bundle, back, ID, generation);
    expect(said).toMatchObject([
      { type: 'relay.send' },
      { type: 'session.open', delivery: ID, generation },
    ]);
    expect(bundle.context.deliveries).toMatchObject([
      { id: ID, number: 1, session: back.session, generation },
    ]);
    // The older session's messages are ignored (I5).
    expect(hear(bundle, newest.say({ type: 'restart.wanted', generation: 3 }))).toEqual([]);
    expectHeard(bundle, back);
  });

  describe.each([1, 2, 3])('a generation that has been used before: %i', (generation) => {
    test.each([
      ['its own seat', 1],
      ['another seat', 2],
    ] as const)('from %s, it ends its session and disturbs nothing', (_, seat) => {
      const { bundle, newest } = withThird();
      const { deliveries } = bundle.context;
      const late = new Stranger(seat, 1);
      expect(comeIn(bundle, late, ID, generation)).toEqual([sessionEnd(late, 1)]);
      expect(bundle.context.deliveries).toEqual(deliveries);
      expect([bundle.context.halfOpen, bundle.timers.has(late.session)]).toEqual([[], false]);
      expectHeard(bundle, newest);
    });

    test('of a delivery that has ended, it ends its session as well', () => {
      const { bundle } = withThird();
      bundle.send({ type: 'delivery.ended', delivery: ID });
      const late = new Stranger(1, 1);
      expect(comeIn(bundle, late, ID, generation)).toEqual([sessionEnd(late, 1)]);
      expect(bundle.context.deliveries).toMatchObject([{ stage: 'ended', generation: 3 }]);
    });
  });

  test('a tab that does not know a delivery takes any generation of it', () => {
    const bundle = sharing(bundleMachine);
    expect(comeIn(bundle, new Stranger(1), ID, 17)).toMatchObject([
      { type: 'relay.send' },
      { type: 'delivery.open', delivery: ID },
      { type: 'session.open', delivery: ID, generation: 17 },
    ]);
  });

  test('deliveries have generations of their own', () => {
    const { bundle } = withThird();
    bundle.send({ type: 'delivery.accepted', delivery: ID });
    expect(types(comeIn(bundle, new Stranger(2), deliveryId(2), 1))).toEqual([
      'relay.send',
      'delivery.open',
      'session.open',
    ]);
  });

  test('I7: in whatever order they come, the session is that of the highest generation so far', () => {
    const arrivals = fc.array(
      fc.record({
        seat: fc.integer({ min: 1, max: 3 }),
        generation: fc.integer({ min: 1, max: 9 }),
      }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(arrivals, (course) => {
        const bundle = sharing(bundleMachine);
        let highest = 0;
        let session = '';
        for (const [turn, { seat, generation }] of course.entries()) {
          const stranger = new Stranger(seat, turn);
          const said = comeIn(bundle, stranger, ID, generation);
          const isNew = generation > highest;
          expect(types(said).includes('session.open')).toBe(isNew);
          if (isNew) [highest, session] = [generation, stranger.session];
          expect(bundle.context.deliveries).toMatchObject([
            { id: ID, session, generation: highest },
          ]);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('N10: what is told of the bundle', () => {
  const told = (stranger: Stranger, said: ReturnType<typeof comeIn>) =>
    stranger.understand(said.filter(({ type }) => type === 'relay.send'));

  test('comes first, to whoever comes in, and to whoever comes back', () => {
    const bundle = sharing(bundleMachine);
    for (const generation of [1, 2]) {
      const stranger = new Stranger(1, generation);
      const said = comeIn(bundle, stranger, ID, generation);
      expect(types(said)[0]).toBe('relay.send');
      expect(told(stranger, said)).toEqual({ type: 'summary', name: 'bundle', files: 1, bytes: 1 });
      // What follows in that session comes after it.
      const opened = said.find((command) => command.type === 'session.open');
      expect(opened).toMatchObject({ session: { nextOut: 2 } });
    }
  });

  test('N11: names the sender, with a line, as the person gave them last', () => {
    const bundle = sharing(bundleMachine);
    bundle.send({ type: 'sender.name.changed', name: ' Ana\u202e\n' });
    bundle.send({ type: 'note.changed', note: '"As promised"\nyours' });
    const stranger = new Stranger(1);
    expect(told(stranger, comeIn(bundle, stranger, ID))).toMatchObject({
      senderName: 'Ana',
      note: '"As promised" yours',
    });
    bundle.send({ type: 'note.changed', note: ' ' });
    const back = new Stranger(1, 1);
    const again = told(back, comeIn(bundle, back, ID, 2));
    expect(again).toMatchObject({ senderName: 'Ana' });
    expect(again).not.toHaveProperty('note');
    // The person stays the same for the next bundle.
    bundle.send({ type: 'note.changed', note: 'for this one' });
    bundle.send({ type: 'sharing.stopped' });
    expect(bundle.context).toMatchObject({ senderName: 'Ana', note: undefined });
  });

  test('N11: a receiver is called as its newest hello says, also while it waits', () => {
    const bundle = sharing(bundleMachine);
    const names = () => bundle.context.deliveries.map(({ receiverName }) => receiverName);
    for (const [index, receiverName] of ['Bo', undefined, 'Bo B.'].entries()) {
      const stranger = new Stranger(1, index);
      shakeHands(bundle, stranger);
      hear(bundle, stranger.hello(ID, index + 1, receiverName));
      expect(names()).toEqual([receiverName]);
    }
    for (let number = 2; number <= RECEIVERS_MAX + 1; number++) {
      const stranger = new Stranger(number);
      bundle.send({ type: 'peer.online', peer: stranger.peer, tag: `tag ${number}` });
      shakeHands(bundle, stranger);
      hear(bundle, stranger.hello(deliveryId(number), 1, `Receiver of ${number}`));
    }
    const last = `Receiver of ${RECEIVERS_MAX + 1}`;
    expect([
      ...names(),
      ...bundle.context.waiting.map(({ receiverName }) => receiverName),
    ]).toContain(last);
  });

  test('has the name that the bundle has now', () => {
    const bundle = sharing(bundleMachine);
    bundle.send({ type: 'name.changed', name: 'another' });
    const stranger = new Stranger(1);
    expect(told(stranger, comeIn(bundle, stranger, ID))).toMatchObject({ name: 'another' });
  });
});

describe('a bundle of an earlier visit', () => {
  const { manifest = expect.fail('nothing was chosen') } = sharing(bundleMachine).context;
  const restored = { type: 'bundle.restored', manifest } as const;
  const linkOf = ({ context }: Bundle): string =>
    formatLink('https://example.org', context.secrets ?? expect.fail('no link'));

  test('L1, L2: has the same link and the same seat, from the same three numbers', () => {
    fc.assert(
      fc.property(bytesOf(32), bytesOf(16), bytesOf(32), (token, secret, privateKey) => {
        const drawn = { token, secret, privateKey };
        const first = new Stepper(bundleMachine, undefined);
        const entry = { kind: 'file', path: 'a', size: 1, modified: null, mediaType: '' } as const;
        first.send({ type: 'files.chosen', name: 'bundle', entries: [entry] });
        const started = first.send({ type: 'secrets.drawn', ...drawn });
        const second = new Stepper(bundleMachine, undefined);
        expect(second.send({ ...restored, ...drawn })).toEqual(started);
        expect(linkOf(second)).toBe(linkOf(first));
        expect(second.value).toEqual(first.value);
        // M7: a browser keeps which names it changed, but not the original names.
        expect(second.context).toEqual({ ...first.context, chosenPaths: [] });
      }),
      { numRuns: 20 },
    );
  });

  test('anybody who had the link comes in, with the next generation', () => {
    const bundle = new Stepper(bundleMachine, undefined);
    bundle.send({ ...restored, ...DRAWN });
    bundle.send({ type: 'signaling.joined', peers: [], tags: [], seats: 8 });
    expect(parseLink(linkOf(bundle)).room).toBe(bundle.context.secrets?.room);
    expect(comeIn(bundle, new Stranger(1), ID, 5)).toMatchObject([
      { type: 'relay.send' },
      { type: 'delivery.open', delivery: ID, manifest },
      { type: 'session.open', delivery: ID, generation: 5 },
    ]);
  });

  test('it forgets a choice that failed', () => {
    const bundle = new Stepper(bundleMachine, undefined);
    bundle.send({ type: 'files.chosen', name: 'none', entries: [] });
    bundle.send({ ...restored, ...DRAWN });
    expect(bundle.context.problem).toBeUndefined();
  });

  test('replaces nothing: once something is shared or about to be, it comes too late', () => {
    const bundle = new Stepper(bundleMachine, undefined);
    const entry = { kind: 'file', path: 'b', size: 2, modified: null, mediaType: '' } as const;
    bundle.send({ type: 'files.chosen', name: 'other', entries: [entry] });
    bundle.sendInVain({ ...restored, ...DRAWN });
    bundle.send({ type: 'secrets.drawn', ...DRAWN });
    bundle.sendInVain({ ...restored, ...DRAWN });
    bundle.send({ type: 'sharing.stopped' });
    expect(types(bundle.send({ ...restored, ...DRAWN }))).toEqual(['signaling.start']);
  });
});
