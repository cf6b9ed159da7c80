import { createHmac, hkdfSync } from 'node:crypto';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';

import { fromBase64Url, toBase64Url } from '../../src/bytes.ts';
import { answerHandshake, startHandshake } from '../../src/connection/index.ts';
import type { Envelope } from '../../src/protocol/envelope.ts';
import { bundleMachine } from '../../src/bundle/index.ts';
import {
  AUTHENTICATION_FAILURES_MAX,
  HALF_OPEN_MAX,
  KNOCK_ANSWERS_MAX,
  KNOCKS_TIMEOUT,
} from '../../src/constants.ts';
import { greetingKeyOf, keyPairFromPrivate } from '../../src/noise/index.ts';
import { memberOf } from '../../src/protocol/link.ts';
import { refusalOf } from '../support/attempt.ts';
import { answer, sessionEnd, flip, hear, sharing, types } from '../support/sender-tab.ts';
import { flipped, hexOf } from '../support/noise-scenario.ts';
import { freshEphemeral, Stranger } from '../support/stranger.ts';

// Counts every curve computation, on either side.
const curves = vi.hoisted(() => ({ computed: 0 }));
vi.mock('../../src/noise/x25519.ts', async (original) => {
  const sound = await original<{ x25519: Record<string, (...args: never[]) => Uint8Array> }>();
  const counted =
    (name: string) =>
    (...args: never[]) => {
      curves.computed += 1;
      return sound.x25519[name]?.(...args);
    };
  return {
    ...sound,
    x25519: {
      ...sound.x25519,
      getPublicKey: counted('getPublicKey'),
      getSharedSecret: counted('getSharedSecret'),
    },
  };
});

beforeEach(() => {
  curves.computed = 0;
});

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

/** SPEC.md, N9. */
const VECTOR = {
  room: '000102030405060708090a0b0c0d0e0f',
  secret: '101112131415161718191a1b1c1d1e1f',
  privateKey: '202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f',
  publicKey: '358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254',
  token: '404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f',
  member: 'e728ed55a4f0b8af168c1ecb5dd0ccaf',
  session: '606162636465666768696a6b6c6d6e6f',
  ephemeral: '707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f',
  key: 'c865acae9a7f2121799ed36b6d764f40b1457440bcb63b2d13cd6625f1000daf',
  data: 'dbd78e1f8a46b5658f99ed6a188a789123b7bb8c91ae008711fb12846780bcdf1e065f821bdfec49f57e7c7dcd4c48234228aa3fbeb2c88fbb7b27a605567098',
};

const staticKeys = keyPairFromPrivate(bytesOf(VECTOR.privateKey));
const keys = {
  roomBytes: bytesOf(VECTOR.room),
  secret: bytesOf(VECTOR.secret),
  publicKey: staticKeys.publicKey,
  staticKeys,
};
const base64Url = (hex: string): string => toBase64Url(bytesOf(hex));
const initiator = { member: base64Url(VECTOR.member), session: base64Url(VECTOR.session) };
const sound: Envelope = {
  peer: initiator.member,
  session: initiator.session,
  seq: 0,
  data: base64Url(VECTOR.data),
};

describe('N9: the MAC of a first message', () => {
  test('our own vector', () => {
    expect(hexOf(staticKeys.publicKey)).toBe(VECTOR.publicKey);
    expect(hexOf(memberOf(bytesOf(VECTOR.token)))).toBe(VECTOR.member);
    expect(hexOf(greetingKeyOf(keys.secret, keys.publicKey))).toBe(VECTOR.key);
    const { data } = startHandshake(keys, initiator, bytesOf(VECTOR.ephemeral));
    expect(hexOf(fromBase64Url(data))).toBe(VECTOR.data);
    expect(answerHandshake(keys, freshEphemeral(), sound).session.id).toBe(sound.session);
    expect(curves.computed, 'a sound one takes curves, and they are counted').toBeGreaterThan(0);
  });

  test('equals the result of another construction of the rule', () => {
    const input = Buffer.concat([keys.secret, keys.publicKey]);
    const key = hkdfSync('sha256', input, new Uint8Array(), 'burritoshare greeting', 32);
    expect(Buffer.from(key).toString('hex')).toBe(VECTOR.key);
    const message = VECTOR.data.slice(32);
    const mac = createHmac('sha256', Buffer.from(key)).update(
      Buffer.from(VECTOR.room + VECTOR.member + VECTOR.session + message, 'hex'),
    );
    expect(mac.digest('hex').slice(0, 32)).toBe(VECTOR.data.slice(0, 32));
  });

  test('one flipped bit anywhere, or another length, is refused before any curve', () => {
    const places = fc.constantFrom('data', 'peer', 'session', 'room', 'secret', 'publicKey');
    fc.assert(
      fc.property(places, fc.nat(), (place, bit) => {
        const inEnvelope = place === 'data' || place === 'peer' || place === 'session';
        const envelope = inEnvelope
          ? { ...sound, [place]: toBase64Url(flipped(fromBase64Url(sound[place]), bit)) }
          : sound;
        const changed = {
          ...keys,
          ...(place === 'room' ? { roomBytes: flipped(keys.roomBytes, bit) } : {}),
          ...(place === 'secret' ? { secret: flipped(keys.secret, bit) } : {}),
          ...(place === 'publicKey' ? { publicKey: flipped(keys.publicKey, bit) } : {}),
        };
        const refused = refusalOf(() => answerHandshake(changed, freshEphemeral(), envelope));
        expect([refused, curves.computed]).toEqual(['authentication', 0]);
      }),
      { numRuns: 1_000 },
    );
    const bytes = fromBase64Url(sound.data);
    const lengths = [0, 1, 15, 16, 17, bytes.length - 1];
    for (const data of [
      ...lengths.map((end) => bytes.slice(0, end)),
      Buffer.concat([bytes, bytes]),
    ])
      expect(
        refusalOf(() =>
          answerHandshake(keys, freshEphemeral(), { ...sound, data: toBase64Url(data) }),
        ),
      ).toBeDefined();
    for (const peer of ['sender', '', 'AAAA', '!'])
      expect(
        refusalOf(() => answerHandshake(keys, freshEphemeral(), { ...sound, peer })),
      ).toBeDefined();
    expect(curves.computed).toBe(0);
  });
});

describe('N9, I6, I13: a peer that knocks without the whole link', () => {
  const knock = (number: number, attempt = 0): Envelope =>
    flip(new Stranger(number, attempt).startHandshake());

  test('costs the sender no curve, no slot and no entropy, and is told so', () => {
    const bundle = sharing(bundleMachine);
    const stranger = new Stranger(1);
    const handshake = flip(stranger.startHandshake());
    curves.computed = 0;
    expect(hear(bundle, handshake)).toEqual([sessionEnd(stranger, 0)]);
    expect([curves.computed, bundle.context.halfOpen]).toEqual([0, []]);
  });

  test('is shown for a while, and forgotten', () => {
    const bundle = sharing(bundleMachine);
    hear(bundle, knock(1));
    expect(bundle.context.knocks).toEqual([new Stranger(1).peer]);
    expect(bundle.timers.get('knocks')?.delay).toBe(KNOCKS_TIMEOUT);
    bundle.elapse('knocks');
    expect([bundle.context.knocks, bundle.timers.size]).toEqual([[], 0]);
    hear(bundle, knock(1));
    bundle.send({ type: 'sharing.stopped' });
    expect([bundle.context.knocks, bundle.timers.size]).toEqual([[], 0]);
  });

  test('is answered a few times each, and a bounded number of times in all', () => {
    const bundle = sharing(bundleMachine);
    const answersTo = (number: number, times: number): number =>
      Array.from({ length: times }, (_, attempt) => hear(bundle, knock(number, attempt))).flat()
        .length;
    expect(answersTo(1, 10)).toBe(AUTHENTICATION_FAILURES_MAX);
    let answers = AUTHENTICATION_FAILURES_MAX;
    for (let number = 2; number < 60; number++) answers += answersTo(number, 5);
    expect(answers).toBe(KNOCK_ANSWERS_MAX);
    expect([bundle.context.knocks.length, bundle.timers.size]).toEqual([KNOCK_ANSWERS_MAX, 1]);
  });

  test('does not keep out a peer that has the link', () => {
    const bundle = sharing(bundleMachine);
    for (let number = 1; number <= 5 * HALF_OPEN_MAX; number++) hear(bundle, knock(number));
    const stranger = new Stranger(99);
    expect(types(hear(bundle, stranger.startHandshake()))).toEqual(['entropy.draw']);
    stranger.receive(answer(bundle, stranger.session));
  });
});
