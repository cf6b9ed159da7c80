import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';

import { finishInitiator, keyPairFromPrivate, open, pskOf, seal } from '../../src/noise/index.ts';
import { NodeCipherState, NodeHandshake, nodeKeyPair, nodePsk } from './node-crypto.ts';
import type { Scenario } from '../support/noise-scenario.ts';
import {
  answer,
  bytes32,
  hexOf,
  scenarios,
  shakeHands,
  shortBytes,
  start,
} from '../support/noise-scenario.ts';

const bytes16 = fc.uint8Array({ minLength: 16, maxLength: 16 });
const transportMessages = fc.array(
  fc.record({
    fromInitiator: fc.boolean(),
    plaintext: shortBytes,
    ad: fc.option(shortBytes, { nil: undefined }),
  }),
  { maxLength: 12 },
);

/** The same scenario, run by the second construction. */
function nodeSides({ prologue, psk, staticKey, initiatorEphemeral, responderEphemeral }: Scenario) {
  const s = nodeKeyPair(staticKey);
  return {
    initiator: new NodeHandshake('initiator', {
      prologue,
      psk,
      rs: s.publicKey,
      ephemeral: initiatorEphemeral,
    }),
    responder: new NodeHandshake('responder', { prologue, psk, s, ephemeral: responderEphemeral }),
  };
}

describe('N1: the same bytes as a second construction on node:crypto', () => {
  test.prop([scenarios])('messages, payloads, handshake hash and transport keys', (scenario) => {
    const node = nodeSides(scenario);

    const first = start(scenario);
    expect(hexOf(first.message)).toBe(hexOf(node.initiator.writeMessage(scenario.firstPayload)));
    const second = answer(scenario, first.message);
    expect(hexOf(second.payload)).toBe(hexOf(node.responder.readMessage(first.message)));
    expect(hexOf(second.message)).toBe(hexOf(node.responder.writeMessage(scenario.secondPayload)));
    const third = finishInitiator(first.state, second.message);
    expect(hexOf(third.payload)).toBe(hexOf(node.initiator.readMessage(second.message)));

    for (const [ours, theirs] of [
      [third.transport, node.initiator],
      [second.transport, node.responder],
    ] as const) {
      expect(hexOf(ours.handshakeHash)).toBe(hexOf(theirs.handshakeHash));
      expect(hexOf(ours.send.key)).toBe(hexOf(theirs.send.k));
      expect(hexOf(ours.receive.key)).toBe(hexOf(theirs.receive.k));
      expect([ours.send.nonce, ours.receive.nonce]).toEqual([0, 0]);
    }
    expect([hexOf(second.payload), hexOf(third.payload)]).toEqual([
      hexOf(scenario.firstPayload),
      hexOf(scenario.secondPayload),
    ]);
  });

  test.prop([scenarios, transportMessages])(
    'transport messages in both directions',
    (scenario, messages) => {
      const node = nodeSides(scenario);
      node.responder.readMessage(node.initiator.writeMessage(scenario.firstPayload));
      node.initiator.readMessage(node.responder.writeMessage(scenario.secondPayload));
      let { initiator, responder } = shakeHands(scenario);

      for (const { fromInitiator, plaintext, ad } of messages) {
        const [from, to] = fromInitiator ? [initiator, responder] : [responder, initiator];
        const nodeFrom = fromInitiator ? node.initiator : node.responder;
        const nodeTo = fromInitiator ? node.responder : node.initiator;
        const sealed = seal(from.send, plaintext, ad);
        const opened = open(to.receive, sealed.message, ad);

        expect(hexOf(sealed.message)).toBe(
          hexOf(nodeFrom.send.encryptWithAd(ad ?? Buffer.alloc(0), plaintext)),
        );
        expect(hexOf(nodeTo.receive.decryptWithAd(ad ?? Buffer.alloc(0), sealed.message))).toBe(
          hexOf(plaintext),
        );
        expect(hexOf(opened.plaintext)).toBe(hexOf(plaintext));
        const next = [
          { ...from, send: sealed.cipher },
          { ...to, receive: opened.cipher },
        ] as const;
        [initiator, responder] = fromInitiator ? next : [next[1], next[0]];
      }
    },
  );

  test.prop([bytes32, fc.nat({ max: 2 ** 32 - 1 }), shortBytes, shortBytes])(
    'at any value of the counter',
    (key, nonce, plaintext, ad) => {
      const node = new NodeCipherState();
      node.initializeKey(Buffer.from(key));
      node.n = BigInt(nonce);
      expect(hexOf(seal({ key, nonce }, plaintext, ad).message)).toBe(
        hexOf(node.encryptWithAd(ad, plaintext)),
      );
    },
  );

  test.prop([bytes16, bytes32])('keys', (secret, privateKey) => {
    const pair = keyPairFromPrivate(privateKey);
    expect(hexOf(pair.privateKey)).toBe(hexOf(privateKey));
    expect(hexOf(pair.publicKey)).toBe(hexOf(nodeKeyPair(privateKey).publicKey));
    expect(hexOf(pskOf(secret, pair.publicKey))).toBe(hexOf(nodePsk(secret, pair.publicKey)));
  });
});

describe('a replayed first message', () => {
  test.prop([scenarios, bytes32])(
    'makes the same keys with the same ephemeral, and others with another',
    (scenario, other) => {
      fc.pre(
        hexOf(keyPairFromPrivate(other).publicKey) !==
          hexOf(keyPairFromPrivate(scenario.responderEphemeral).publicKey),
      );
      const { message } = start(scenario);
      const once = answer(scenario, message);
      const again = answer({ ...scenario, responderEphemeral: other }, message);

      expect(answer(scenario, message)).toEqual(once);
      expect(hexOf(again.payload)).toBe(hexOf(once.payload));
      expect(hexOf(again.message)).not.toBe(hexOf(once.message));
      expect(hexOf(again.transport.send.key)).not.toBe(hexOf(once.transport.send.key));
      expect(hexOf(again.transport.receive.key)).not.toBe(hexOf(once.transport.receive.key));
      expect(hexOf(again.transport.handshakeHash)).not.toBe(hexOf(once.transport.handshakeHash));
    },
  );
});
