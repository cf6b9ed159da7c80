import { test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';

import type { CipherState } from '../../src/noise/index.ts';
import {
  finishInitiator,
  keyPairFromPrivate,
  open,
  pskOf,
  respond,
  seal,
  startInitiator,
} from '../../src/noise/index.ts';
import type { Scenario } from '../support/noise-scenario.ts';
import {
  answer,
  fixedScenario,
  frozen,
  hexOf,
  localFault,
  remoteFault,
  scenarios,
  shakeHands,
  shortBytes,
  start,
} from '../support/noise-scenario.ts';

describe('pure functions of their arguments', () => {
  test.prop([scenarios, shortBytes, shortBytes])(
    'change none of them',
    (scenario, plaintext, ad) => {
      const before = structuredClone(scenario);
      const first = frozen(start(frozen(scenario)));
      const firstBefore = structuredClone(first);
      const second = frozen(answer(scenario, first.message));
      const secondBefore = structuredClone(second);
      const third = frozen(finishInitiator(first.state, second.message));
      const thirdBefore = structuredClone(third);
      const sealed = frozen(seal(third.transport.send, plaintext, ad));
      const sealedBefore = structuredClone(sealed);
      open(second.transport.receive, sealed.message, ad);

      expect(scenario).toEqual(before);
      expect(first).toEqual(firstBefore);
      expect(second).toEqual(secondBefore);
      expect(third).toEqual(thirdBefore);
      expect(sealed).toEqual(sealedBefore);
    },
  );

  test.prop([scenarios])(
    'keep nothing of them, so that a host may wipe its keys and reuse its buffers',
    (scenario) => {
      const mine = structuredClone(scenario);
      const wiped = Buffer.from(start(scenario).message);
      const { state, message } = start(mine);
      const second = answer(mine, wiped);
      for (const bytes of [...Object.values(mine), wiped, message]) bytes.fill(0);
      const answered = Buffer.from(second.message);
      const third = finishInitiator(state, answered);
      answered.fill(0);

      const { initiator, responder } = shakeHands(scenario);
      expect(second.transport).toEqual(responder);
      expect(third.transport).toEqual(initiator);
      expect([hexOf(second.payload), hexOf(third.payload)]).toEqual([
        hexOf(scenario.firstPayload),
        hexOf(scenario.secondPayload),
      ]);
    },
  );

  test.prop([scenarios])(
    'return plain data that goes on working as a clone, each key in a buffer of its own',
    (scenario) => {
      const first = structuredClone(start(scenario));
      const second = structuredClone(answer(scenario, first.message));
      const third = structuredClone(finishInitiator(first.state, second.message));
      expect(third.transport).toEqual(shakeHands(scenario).initiator);

      const { send, receive, handshakeHash } = third.transport;
      for (const bytes of [
        send.key,
        receive.key,
        handshakeHash,
        first.state.ephemeral,
        first.state.chainingKey,
      ]) {
        expect(bytes.buffer.byteLength).toBe(32);
      }
    },
  );
});

describe('what this side may not do', () => {
  const { initiator, responder } = shakeHands(fixedScenario);
  const wrongLengths = [0, 31, 33].map((length) => new Uint8Array(length));

  test.each(wrongLengths)('supply a key of another length (%#)', (wrong) => {
    const { prologue, psk, staticKey, responderEphemeral } = fixedScenario;
    const { message } = start(fixedScenario);
    expect(() => keyPairFromPrivate(wrong)).toThrow(localFault('argument'));
    expect(() => pskOf(wrong, new Uint8Array(32))).toThrow(localFault('argument'));
    expect(() => pskOf(new Uint8Array(16), wrong)).toThrow(localFault('argument'));
    expect(() => start({ ...fixedScenario, psk: wrong })).toThrow(localFault('argument'));
    expect(() => start({ ...fixedScenario, initiatorEphemeral: wrong })).toThrow(
      localFault('argument'),
    );
    expect(() => startInitiator({ ...inputOf(fixedScenario), remoteStatic: wrong })).toThrow(
      localFault('argument'),
    );
    expect(() => answer({ ...fixedScenario, psk: wrong }, message)).toThrow(localFault('argument'));
    expect(() => answer({ ...fixedScenario, responderEphemeral: wrong }, message)).toThrow(
      localFault('argument'),
    );
    for (const half of ['privateKey', 'publicKey'] as const) {
      const pair = { ...keyPairFromPrivate(staticKey), [half]: wrong };
      const input = { prologue, psk, static: pair, ephemeral: responderEphemeral, message };
      expect(() => respond(input)).toThrow(localFault('argument'));
    }
    expect(() => seal({ key: wrong, nonce: 0 }, message)).toThrow(localFault('argument'));
    expect(() => open({ key: wrong, nonce: 0 }, message)).toThrow(localFault('argument'));
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    'go on with the counter %d',
    (nonce) => {
      expect(() => seal({ ...initiator.send, nonce }, new Uint8Array(0))).toThrow(
        localFault('argument'),
      );
      expect(() => open({ ...initiator.receive, nonce }, new Uint8Array(16))).toThrow(
        localFault('argument'),
      );
    },
  );

  test('use a key for more than 2^32 messages', () => {
    const last: CipherState = { ...initiator.send, nonce: 2 ** 32 - 1 };
    const sealed = seal(last, Uint8Array.of(1));
    const opened = open({ ...responder.receive, nonce: 2 ** 32 - 1 }, sealed.message);
    expect(opened.plaintext).toEqual(Uint8Array.of(1));
    expect([sealed.cipher.nonce, opened.cipher.nonce]).toEqual([2 ** 32, 2 ** 32]);
    expect(() => seal(sealed.cipher, Uint8Array.of(1))).toThrow(localFault('limit'));
    expect(() => open(opened.cipher, sealed.message)).toThrow(remoteFault('limit'));
  });

  test('write a message of more than 65,535 bytes', () => {
    const fits = new Uint8Array(65_535 - 48);
    const first = start({ ...fixedScenario, firstPayload: fits });
    const second = answer({ ...fixedScenario, secondPayload: fits }, first.message);
    expect([first.message.length, second.message.length]).toEqual([65_535, 65_535]);
    expect(finishInitiator(first.state, second.message).payload).toEqual(fits);
    const tooLong = new Uint8Array(fits.length + 1);
    expect(() => start({ ...fixedScenario, firstPayload: tooLong })).toThrow(localFault('limit'));
    expect(() => answer({ ...fixedScenario, secondPayload: tooLong }, first.message)).toThrow(
      localFault('limit'),
    );

    const longest = seal(initiator.send, new Uint8Array(65_535 - 16)).message;
    expect(longest.length).toBe(65_535);
    expect(open(responder.receive, longest).plaintext.length).toBe(65_535 - 16);
    expect(() => seal(initiator.send, new Uint8Array(65_535 - 15))).toThrow(localFault('limit'));
  });
});

function inputOf({ prologue, psk, staticKey, initiatorEphemeral }: Scenario) {
  return {
    prologue,
    psk,
    remoteStatic: keyPairFromPrivate(staticKey).publicKey,
    ephemeral: initiatorEphemeral,
  };
}
