import { describe, expect, test } from 'vitest';

import {
  ephemeralIn,
  finishInitiator,
  keyPairFromPrivate,
  respond,
  startInitiator,
} from '../../src/noise/index.ts';
import { dh } from '../../src/noise/primitives.ts';
import {
  answer,
  fixedScenario,
  localFault,
  remoteFault,
  start,
} from '../support/noise-scenario.ts';

const { prologue, psk, staticKey, initiatorEphemeral, responderEphemeral } = fixedScenario;
const remoteStatic = keyPairFromPrivate(staticKey).publicKey;

/** What a host computes for the initiator, and for the responder. */
const first = {
  publicKey: keyPairFromPrivate(initiatorEphemeral).publicKey,
  es: dh(initiatorEphemeral, remoteStatic),
};
const ee = dh(responderEphemeral, first.publicKey);
const second = {
  publicKey: keyPairFromPrivate(responderEphemeral).publicKey,
  es: dh(staticKey, first.publicKey),
  ee,
};

const startWith = (computed: typeof first) =>
  startInitiator({
    prologue,
    psk,
    remoteStatic,
    ephemeral: initiatorEphemeral,
    computed,
    payload: fixedScenario.firstPayload,
  });
const answerWith = (computed: typeof second) =>
  respond({
    prologue,
    psk,
    static: keyPairFromPrivate(staticKey),
    ephemeral: responderEphemeral,
    computed,
    message: start(fixedScenario).message,
    payload: fixedScenario.secondPayload,
  });

describe('N1: what a host has computed', () => {
  test('makes the same messages and keys', () => {
    const begun = start(fixedScenario);
    const answered = answer(fixedScenario, begun.message);
    expect(startWith(first)).toEqual(begun);
    expect(answerWith(second)).toEqual(answered);
    expect(finishInitiator(begun.state, answered.message, ee)).toEqual(
      finishInitiator(begun.state, answered.message),
    );
  });

  test('is computed from the ephemeral key in a message', () => {
    const { message } = start(fixedScenario);
    expect(ephemeralIn(message)).toEqual(first.publicKey);
    expect(ephemeralIn(message.subarray(0, 47))).toBeUndefined();
  });

  test.each(['es', 'ee'] as const)(
    'I6: is no secret of zeros, as by a key of low order: %s',
    (token) => {
      const zeros = { [token]: new Uint8Array(32) };
      const refusal = remoteFault('authentication', 'a public key of low order');
      if (token === 'es') expect(() => startWith({ ...first, ...zeros })).toThrow(refusal);
      expect(() => answerWith({ ...second, ...zeros })).toThrow(refusal);
    },
  );

  test.each(['publicKey', 'es', 'ee'] as const)('takes 32 bytes: %s', (field) => {
    const short = { [field]: new Uint8Array(31).fill(1) };
    if (field !== 'ee')
      expect(() => startWith({ ...first, ...short })).toThrow(localFault('argument'));
    expect(() => answerWith({ ...second, ...short })).toThrow(localFault('argument'));
  });
});
