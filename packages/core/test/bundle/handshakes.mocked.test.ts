import * as fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';

import { bundleMachine } from '../../src/bundle/index.ts';
import {
  GREETINGS_PER_TAG,
  GREETINGS_TIMEOUT,
  HALF_OPEN_MAX,
  HALF_OPEN_TIMEOUT,
} from '../../src/constants.ts';
import { answer, hear, sharing, shakeHands, types, type Bundle } from '../support/sender-tab.ts';
import { deliveryId, Stranger } from '../support/stranger.ts';

// Answers don't depend on the curve. This one computes the same secret at both ends, keeps none, and counts.
const curves = vi.hoisted(() => ({ computed: 0 }));
vi.mock('../../src/noise/x25519.ts', () => ({
  x25519: {
    getPublicKey: (key: Uint8Array) => {
      curves.computed += 1;
      return Uint8Array.from(key);
    },
    getSharedSecret: (key: Uint8Array, other: Uint8Array) => {
      curves.computed += 1;
      return key.map((byte, index) => byte ^ (other[index] ?? 0));
    },
  },
}));

beforeEach(() => {
  curves.computed = 0;
});

const online = (bundle: Bundle, number: number, tag: string): Stranger => {
  const { peer } = new Stranger(number);
  bundle.send({ type: 'peer.online', peer, tag });
  return new Stranger(number);
};

const sessions = (bundle: Bundle): readonly string[] =>
  bundle.context.halfOpen.map(({ session }) => session);

describe('N4, I13: half-open slots are shared among neighbourhoods', () => {
  test('N4: eight of one neighbourhood keep out nobody of another; their oldest goes, and is told to wait', () => {
    const bundle = sharing(bundleMachine);
    const first = online(bundle, 1, 'near');
    shakeHands(bundle, first);
    for (let number = 2; number <= HALF_OPEN_MAX; number++)
      hear(bundle, online(bundle, number, 'near').startHandshake());
    const [said, ...rest] = hear(bundle, online(bundle, 20, 'far').startHandshake());
    expect(types(rest)).toEqual(['entropy.draw']);
    expect(first.understand(said === undefined ? [] : [said])).toEqual({
      type: 'goodbye',
      reason: 'full',
    });
    expect(bundle.timers.has(first.session)).toBe(false);
    expect(hear(bundle, first.hello(deliveryId(1)))).toEqual([]);
  });

  test('N4: a peer that has not been answered is dropped in silence, and greets again by itself', () => {
    const bundle = sharing(bundleMachine);
    for (let number = 1; number <= HALF_OPEN_MAX; number++)
      hear(bundle, online(bundle, number, 'near').startHandshake());
    expect(types(hear(bundle, online(bundle, 20, 'near').startHandshake()))).toEqual([
      'entropy.draw',
    ]);
    expect(sessions(bundle)).not.toContain(new Stranger(1).session);
    expect(sessions(bundle)).toHaveLength(HALF_OPEN_MAX);
  });

  test('N4: one neighbourhood costs a limited number of curves and answers, and others are answered', () => {
    const bundle = sharing(bundleMachine);
    const spent = (attempt: () => void): number => {
      const before = curves.computed;
      attempt();
      return curves.computed - before;
    };
    let answered = 0;
    const storm = (): void => {
      for (let index = 0; index < 5 * GREETINGS_PER_TAG; index++) {
        const who = online(bundle, 1 + (index % 50), 'near');
        const again = new Stranger(1 + (index % 50), 1 + index);
        if (hear(bundle, again.startHandshake()).some(({ type }) => type === 'entropy.draw')) {
          answer(bundle, again.session);
          answered += 1;
        }
        expect(who.peer).toBe(again.peer);
      }
    };
    storm();
    expect(answered, 'N4').toBe(GREETINGS_PER_TAG);
    expect(bundle.timers.get('handshakes')?.delay).toBe(GREETINGS_TIMEOUT);
    const far = online(bundle, 99, 'far');
    expect(types(hear(bundle, far.startHandshake())), 'I13').toContain('entropy.draw');
    far.receive(answer(bundle, far.session));
    expect(types(hear(bundle, far.hello(deliveryId(99))))).toContain('session.open');
    // A message that is ignored costs only the MAC. Starting one takes this test itself two curves.
    const ignored = new Stranger(1, 200).startHandshake();
    expect(spent(() => hear(bundle, ignored))).toBe(0);
    bundle.elapse('handshakes');
    expect(bundle.context.handshakes).toEqual([]);
    storm();
    expect(answered, 'N4').toBe(2 * GREETINGS_PER_TAG);
    bundle.send({ type: 'sharing.stopped' });
    expect(bundle.timers.size).toBe(0);
  });

  const courses = fc.array(
    fc.record({
      who: fc.integer({ min: 1, max: 40 }),
      what: fc.constantFrom(
        'handshake',
        'handshake',
        'handshake',
        'answer',
        'hello',
        'expire',
        'leave',
      ),
    }),
    { minLength: 10, maxLength: 60, size: 'max' },
  );

  test('N4, I13: whatever one to four neighbourhoods do, a peer of another gets a slot', () => {
    fc.assert(
      fc.property(courses, fc.integer({ min: 1, max: 4 }), (course, neighbourhoods) => {
        const bundle = sharing(bundleMachine);
        const strangers = new Map<number, Stranger>();
        const answered = new Set<Stranger>();
        for (const [turn, { who, what }] of course.entries()) {
          const stranger = strangers.get(who);
          if (what === 'handshake') {
            online(bundle, who, `tag ${who % neighbourhoods}`);
            const fresh = new Stranger(who, turn);
            strangers.set(who, fresh);
            hear(bundle, fresh.startHandshake());
          } else if (what === 'expire' && sessions(bundle).length > 0)
            bundle.elapse(sessions(bundle)[0] ?? '');
          else if (what === 'leave')
            bundle.send({ type: 'peer.offline', peer: new Stranger(who).peer });
          else if (stranger === undefined) continue;
          else if (what === 'answer' && !answered.has(stranger)) {
            if (!sessions(bundle).includes(stranger.session)) continue;
            stranger.receive(answer(bundle, stranger.session));
            answered.add(stranger);
          } else if (what === 'hello' && answered.has(stranger))
            hear(bundle, stranger.hello(deliveryId(who), turn + 1));
          expect(bundle.context.halfOpen.length, 'N4').toBeLessThanOrEqual(HALF_OPEN_MAX);
        }
        const honest = online(bundle, 50, 'another');
        const said = hear(bundle, honest.startHandshake());
        expect(sessions(bundle), 'I13: a slot for the first of a neighbourhood').toContain(
          honest.session,
        );
        expect(types(said), 'N4').toContain('entropy.draw');
        expect(bundle.timers.get(honest.session)?.delay).toBe(HALF_OPEN_TIMEOUT);
        // Other handshakes put out their own neighbourhood's, so that this one can prove the link in its time.
        for (let number = 60; number < 60 + 2 * HALF_OPEN_MAX; number++) {
          if (bundle.timers.has('handshakes')) bundle.elapse('handshakes');
          hear(bundle, online(bundle, number, 'tag 0').startHandshake());
          expect(sessions(bundle), 'I13: and keeps it').toContain(honest.session);
        }
      }),
      { numRuns: 40 },
    );
  });
});
