import { sha256 } from '@noble/hashes/sha2.js';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { concatBytes, encodeUtf8, fromBase64Url, toBase64Url } from '../../src/bytes.ts';
import { AUTHENTICATION_FAILURES_MAX } from '../../src/constants.ts';
import { answerHandshake, startHandshake } from '../../src/connection/index.ts';
import type { Envelope } from '../../src/protocol/envelope.ts';
import { keyPairFromPrivate, pskOf } from '../../src/noise/index.ts';
import { dh } from '../../src/noise/primitives.ts';
import {
  encryptAndHash,
  initialize,
  mixEphemeral,
  mixKey,
} from '../../src/noise/symmetric-state.ts';
import type { Link } from '../../src/protocol/link.ts';
import { SENDER } from '../../src/protocol/types.ts';
import { refusalOf } from '../support/attempt.ts';
import { HandshakeWorld, RECEIVER, type Relay } from './handshake-world.ts';
import { bytes32 } from '../support/noise-scenario.ts';

/** The answer to a handshake, in base64url. */
type Answer = (link: Link, handshake: Envelope) => string;

// Acts like the responder, except for the one check that needs the private key: whether it can read message 1.
function forge(
  link: Link,
  privateKey: Uint8Array,
  ephemeral: Uint8Array,
  message: Uint8Array,
): string {
  const [remote, ciphertext] = [message.subarray(16, 48), message.subarray(48)];
  const own = keyPairFromPrivate(ephemeral);
  const prologue = concatBytes(encodeUtf8('burritoshare 2'), link.roomBytes);
  const afterPsk = initialize(prologue, link.publicKey, pskOf(link.secret, link.publicKey));
  const afterEs = mixKey(mixEphemeral(afterPsk, remote), dh(privateKey, remote));
  const afterFirst = { ...afterEs, hash: sha256(concatBytes(afterEs.hash, ciphertext)) };
  const afterEe = mixKey(mixEphemeral(afterFirst, own.publicKey), dh(own.privateKey, remote));
  const { ciphertext: tag } = encryptAndHash(afterEe, new Uint8Array());
  return toBase64Url(concatBytes(own.publicKey, tag));
}

/** Answers every handshake in the sender's place; the sender receives nothing. */
function impersonated(seed: number, answer: Answer): HandshakeWorld {
  const relay: Relay = (to, envelope) => {
    if (to === 'receiver' || envelope.seq > 0) return [];
    const data = answer(world.secrets, envelope);
    return [{ to: 'receiver', envelope: { ...envelope, peer: SENDER, data } }];
  };
  const world: HandshakeWorld = new HandshakeWorld(seed, relay);
  return world;
}

function expectSecurity(world: HandshakeWorld): void {
  world.run(5_000);
  const { failure, sessions } = world.receiver;
  expect([failure, sessions.size, world.handshakes]).toEqual([
    'security',
    0,
    AUTHENTICATION_FAILURES_MAX,
  ]);
}

describe('an impostor with the link, but without the private key', () => {
  test('N1: can’t read a handshake with other keys', () => {
    fc.assert(
      fc.property(bytes32, bytes32, (privateKey, ephemeral) => {
        const world = impersonated(1, (link, handshake) => {
          const keys = { ...link, staticKeys: keyPairFromPrivate(privateKey) };
          const refused = refusalOf(() => answerHandshake(keys, ephemeral, handshake));
          const posing = { ...keys, staticKeys: { privateKey, publicKey: link.publicKey } };
          expect([refused, refusalOf(() => answerHandshake(posing, ephemeral, handshake))]).toEqual(
            ['authentication', 'authentication'],
          );
          return '';
        });
        expectSecurity(world);
      }),
      { numRuns: 20 },
    );
  });

  test('N6: can’t answer one, whatever they compute', () => {
    fc.assert(
      fc.property(fc.nat(), bytes32, bytes32, (seed, privateKey, ephemeral) => {
        const answer: Answer = (link, { data }) =>
          forge(link, privateKey, ephemeral, fromBase64Url(data));
        expectSecurity(impersonated(seed, answer));
      }),
      { numRuns: 40 },
    );
  });

  test('but with the private key the same answer is accepted', () => {
    const world: HandshakeWorld = impersonated(2, (link, { data }) =>
      forge(
        link,
        world.secrets.staticKeys.privateKey,
        new Uint8Array(32).fill(3),
        fromBase64Url(data),
      ),
    );
    world.run(100);
    expect([world.receiver.live, world.receiver.sessions.size]).toEqual([1, 1]);
  });

  test('N1: can’t pass on the answer to a handshake of their own', () => {
    fc.assert(
      fc.property(fc.nat(), bytes32, bytes32, (seed, ephemeral, sender) => {
        const world: HandshakeWorld = impersonated(seed, (link, handshake) => {
          const { session } = handshake;
          const { data } = startHandshake(link, { member: RECEIVER, session }, ephemeral);
          const mine = { ...handshake, data };
          return answerHandshake(world.secrets, sender, mine).data;
        });
        expectSecurity(world);
      }),
      { numRuns: 20 },
    );
  });
});
