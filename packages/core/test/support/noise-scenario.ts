import { fc } from '@fast-check/vitest';
import { expect } from 'vitest';

import type { LocalErrorCode, RemoteErrorCode } from '../../src/errors.ts';
import type { Transport } from '../../src/noise/index.ts';
import {
  finishInitiator,
  keyPairFromPrivate,
  respond,
  startInitiator,
} from '../../src/noise/index.ts';

/** All inputs of one handshake, from both sides. */
export interface Scenario {
  readonly prologue: Uint8Array;
  readonly psk: Uint8Array;
  readonly staticKey: Uint8Array;
  readonly initiatorEphemeral: Uint8Array;
  readonly responderEphemeral: Uint8Array;
  readonly firstPayload: Uint8Array;
  readonly secondPayload: Uint8Array;
}

export const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
export const shortBytes = fc.uint8Array({ maxLength: 100 });

export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  prologue: shortBytes,
  psk: bytes32,
  staticKey: bytes32,
  initiatorEphemeral: bytes32,
  responderEphemeral: bytes32,
  firstPayload: shortBytes,
  secondPayload: shortBytes,
});

/** One scenario for tests that run through every bit or length of it. */
export const fixedScenario: Scenario = {
  prologue: Uint8Array.of(1, 2, 3),
  psk: new Uint8Array(32).fill(4),
  staticKey: new Uint8Array(32).fill(5),
  initiatorEphemeral: new Uint8Array(32).fill(6),
  responderEphemeral: new Uint8Array(32).fill(7),
  firstPayload: Uint8Array.of(8),
  secondPayload: Uint8Array.of(9, 10),
};

export function start(scenario: Scenario) {
  return startInitiator({
    prologue: scenario.prologue,
    psk: scenario.psk,
    remoteStatic: keyPairFromPrivate(scenario.staticKey).publicKey,
    ephemeral: scenario.initiatorEphemeral,
    payload: scenario.firstPayload,
  });
}

export function answer(scenario: Scenario, message: Uint8Array) {
  return respond({
    prologue: scenario.prologue,
    psk: scenario.psk,
    static: keyPairFromPrivate(scenario.staticKey),
    ephemeral: scenario.responderEphemeral,
    message,
    payload: scenario.secondPayload,
  });
}

/** Both sides' transports after a whole handshake. */
export function shakeHands(scenario: Scenario): {
  readonly initiator: Transport;
  readonly responder: Transport;
} {
  const { state, message } = start(scenario);
  const answered = answer(scenario, message);
  return {
    initiator: finishInitiator(state, answered.message).transport,
    responder: answered.transport,
  };
}

/** Readable in a failure, and the same for every kind of byte array; empty for undefined. */
export function hexOf(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('hex');
}

/** A copy with one bit changed. Positions beyond the end wrap around. */
export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const place = bit % (bytes.length * 8);
  copy[place >> 3]! ^= 1 << (place & 7);
  return copy;
}

/** Freezes plain objects all the way down. Byte arrays can't be frozen: compare them with a clone afterwards. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    Object.values(value).forEach(frozen);
    Object.freeze(value);
  }
  return value;
}

/** For `toThrow`: the other side's fault. */
export function remoteFault(code: RemoteErrorCode, message?: string): Error {
  return expect.objectContaining({
    name: 'RemoteProtocolError',
    code,
    ...(message === undefined ? {} : { message }),
  });
}

/** For `toThrow`: our own fault. */
export function localFault(code: LocalErrorCode): Error {
  return expect.objectContaining({ name: 'LocalProtocolError', code });
}
