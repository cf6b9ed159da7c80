import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';

import { RemoteProtocolError } from '../../src/errors.ts';
import {
  finishInitiator,
  keyPairFromPrivate,
  open,
  seal,
  startInitiator,
} from '../../src/noise/index.ts';
import type { Dh } from './node-crypto.ts';
import { nodeDh, NodeHandshake, nodeKeyPair } from './node-crypto.ts';
import {
  answer,
  bytes32,
  fixedScenario,
  flipped,
  hexOf,
  remoteFault,
  scenarios,
  shakeHands,
  shortBytes,
  start,
} from '../support/noise-scenario.ts';

const nothing = new Uint8Array(0);
const bits = fc.nat();
const lengthsTo = (length: number) => Array.from({ length }, (_, index) => index);

describe('I6: a flipped bit is refused', () => {
  const first = start(fixedScenario);
  const second = answer(fixedScenario, first.message);

  test('each one of a first message', () => {
    for (const bit of lengthsTo(first.message.length * 8)) {
      expect(() => answer(fixedScenario, flipped(first.message, bit))).toThrow(
        remoteFault('authentication'),
      );
    }
  });

  test('each one of a second message', () => {
    for (const bit of lengthsTo(second.message.length * 8)) {
      expect(() => finishInitiator(first.state, flipped(second.message, bit))).toThrow(
        remoteFault('authentication'),
      );
    }
  });

  test('each one of a transport message and its associated data', () => {
    const { initiator, responder } = shakeHands(fixedScenario);
    const ad = Uint8Array.of(1, 2);
    const { message } = seal(initiator.send, Uint8Array.of(3, 4, 5), ad);
    for (const bit of lengthsTo(message.length * 8)) {
      expect(() => open(responder.receive, flipped(message, bit), ad)).toThrow(
        remoteFault('authentication'),
      );
    }
    for (const bit of lengthsTo(ad.length * 8)) {
      expect(() => open(responder.receive, message, flipped(ad, bit))).toThrow(
        remoteFault('authentication'),
      );
    }
  });

  test.prop([scenarios, bits, bits])('in any handshake', (scenario, firstBit, secondBit) => {
    const { state, message } = start(scenario);
    const answered = answer(scenario, message);
    expect(() => answer(scenario, flipped(message, firstBit))).toThrow(
      remoteFault('authentication'),
    );
    expect(() => finishInitiator(state, flipped(answered.message, secondBit))).toThrow(
      remoteFault('authentication'),
    );
  });

  test.prop([bytes32, fc.nat({ max: 2 ** 32 - 1 }), shortBytes, shortBytes, shortBytes, bits])(
    'in any transport message; so is other associated data',
    (key, nonce, plaintext, ad, otherAd, bit) => {
      fc.pre(Buffer.compare(ad, otherAd) !== 0);
      const { message } = seal({ key, nonce }, plaintext, ad);
      expect(() => open({ key, nonce }, flipped(message, bit), ad)).toThrow(
        remoteFault('authentication'),
      );
      expect(() => open({ key, nonce }, message, otherAd)).toThrow(remoteFault('authentication'));
    },
  );
});

describe('N1: without the link there is no handshake', () => {
  test.prop([scenarios, bytes32])('another psk', (scenario, psk) => {
    fc.pre(Buffer.compare(psk, scenario.psk) !== 0);
    expect(() => answer(scenario, start({ ...scenario, psk }).message)).toThrow(
      remoteFault('authentication'),
    );
  });

  test.prop([scenarios, bytes32])('another static key', (scenario, staticKey) => {
    const publicKeys = [staticKey, scenario.staticKey].map((key) =>
      keyPairFromPrivate(key).publicKey.join(),
    );
    fc.pre(publicKeys[0] !== publicKeys[1]);
    expect(() => answer(scenario, start({ ...scenario, staticKey }).message)).toThrow(
      remoteFault('authentication'),
    );
  });

  test.prop([scenarios, shortBytes])('another prologue', (scenario, prologue) => {
    fc.pre(Buffer.compare(prologue, scenario.prologue) !== 0);
    expect(() => answer(scenario, start({ ...scenario, prologue }).message)).toThrow(
      remoteFault('authentication'),
    );
  });

  test.prop([scenarios, bytes32])(
    'the answer to another first message',
    (scenario, initiatorEphemeral) => {
      const other = start({ ...scenario, initiatorEphemeral });
      const mine = start(scenario);
      fc.pre(Buffer.compare(other.message, mine.message) !== 0);
      const { message } = answer(scenario, other.message);
      expect(() => finishInitiator(mine.state, message)).toThrow(remoteFault('authentication'));
    },
  );
});

describe('a message of another length is refused', () => {
  const { state, message } = start(fixedScenario);
  const answered = answer(fixedScenario, message).message;
  const { initiator, responder } = shakeHands(fixedScenario);
  const sealed = seal(initiator.send, Uint8Array.of(1, 2, 3)).message;

  test.each([
    ['a first message', message, 48, (bytes: Uint8Array) => answer(fixedScenario, bytes)],
    ['a second message', answered, 48, (bytes: Uint8Array) => finishInitiator(state, bytes)],
    ['a transport message', sealed, 16, (bytes: Uint8Array) => open(responder.receive, bytes)],
  ] as const)('%s, cut at each byte or with one too many', (_, whole, least, read) => {
    expect(() => read(whole)).not.toThrow();
    for (const length of lengthsTo(whole.length)) {
      const code = length < least ? 'malformed' : 'authentication';
      expect(() => read(whole.subarray(0, length))).toThrow(remoteFault(code));
    }
    expect(() => read(Uint8Array.of(...whole, 0))).toThrow(remoteFault('authentication'));
    expect(() => read(new Uint8Array(65_535).fill(9))).toThrow(remoteFault('authentication'));
    expect(() => read(new Uint8Array(65_536).fill(9))).toThrow(remoteFault('malformed'));
  });

  test.prop([fc.uint8Array({ maxLength: 300 })])(
    'garbage of any length raises nothing but RemoteProtocolError',
    (garbage) => {
      expect(() => answer(fixedScenario, garbage)).toThrow(RemoteProtocolError);
      expect(() => finishInitiator(state, garbage)).toThrow(RemoteProtocolError);
      expect(() => open(responder.receive, garbage)).toThrow(RemoteProtocolError);
    },
  );
});

describe('a public key of low order is refused', () => {
  const p = 2n ** 255n - 19n;
  // All u-coordinates whose order divides 8, from https://cr.yp.to/ecdh.html#validate, and unreduced spellings of 0 and
  // 1.
  const coordinates = [
    0n,
    1n,
    p - 1n,
    p,
    p + 1n,
    325606250916557431795983626356110631294008115727848805560023387167927233504n,
    39382357235489614581723060781553021112529911719440698176882885853963445705823n,
  ];
  // X25519 ignores the highest bit (RFC 7748, section 5), so each has a second spelling.
  const points = coordinates.flatMap((u) => [littleEndian(u), littleEndian(u + 2n ** 255n)]);
  const refusal = remoteFault('authentication', 'a public key of low order');
  const { prologue, psk, staticKey, initiatorEphemeral, responderEphemeral } = fixedScenario;
  const s = nodeKeyPair(staticKey);
  const zeros = Buffer.alloc(32);
  const zerosButForStatic: Dh = (own, theirs) =>
    Buffer.compare(own, s.privateKey) === 0 ? nodeDh(own, theirs) : zeros;

  test('as the static key in the link', () => {
    for (const remoteStatic of points) {
      const input = { prologue, psk, remoteStatic, ephemeral: initiatorEphemeral };
      expect(() => startInitiator(input), hexOf(remoteStatic)).toThrow(refusal);
    }
  });

  test('in a first message that fits a secret of zeros', () => {
    for (const point of points) {
      const cheat = {
        prologue,
        psk,
        rs: s.publicKey,
        ephemeral: initiatorEphemeral,
        dh: () => zeros,
      };
      const message = new NodeHandshake('initiator', cheat).writeMessage(nothing, point);
      expect(() => answer(fixedScenario, message), hexOf(point)).toThrow(refusal);
    }
  });

  test('in a second message that fits a secret of zeros', () => {
    const { state, message } = start(fixedScenario);
    for (const point of points) {
      const cheat = new NodeHandshake('responder', {
        prologue,
        psk,
        s,
        ephemeral: responderEphemeral,
        dh: zerosButForStatic,
      });
      cheat.readMessage(message);
      const forged = cheat.writeMessage(nothing, point);
      expect(() => finishInitiator(state, forged), hexOf(point)).toThrow(refusal);
    }
  });
});

describe('transport messages open in order, once, and in their own direction', () => {
  test.prop([scenarios, fc.array(shortBytes, { minLength: 2, maxLength: 6 }), fc.nat(), fc.nat()])(
    'any other message is refused, and the cipher stays valid',
    (scenario, plaintexts, wantedAt, offeredAt) => {
      const [wanted, offered] = [wantedAt % plaintexts.length, offeredAt % plaintexts.length];
      fc.pre(wanted !== offered);
      const { initiator, responder } = shakeHands(scenario);
      let sending = initiator.send;
      const messages = plaintexts.map((plaintext) => {
        const sealed = seal(sending, plaintext);
        sending = sealed.cipher;
        return sealed.message;
      });
      let receiving = responder.receive;
      for (const message of messages.slice(0, wanted)) receiving = open(receiving, message).cipher;

      expect(() => open(receiving, messages[offered]!)).toThrow(remoteFault('authentication'));
      expect(open(receiving, messages[wanted]!).plaintext).toEqual(plaintexts[wanted]);
      expect(() => open(initiator.receive, messages[0]!)).toThrow(remoteFault('authentication'));
    },
  );
});

function littleEndian(u: bigint): Uint8Array {
  return Buffer.from(u.toString(16).padStart(64, '0'), 'hex').toReversed();
}
