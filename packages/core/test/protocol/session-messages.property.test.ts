import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { encodeUtf8, equalBytes } from '../../src/bytes.ts';
import { SDP_MAX, SESSION_BYTES_MAX } from '../../src/constants.ts';
import { RemoteProtocolError } from '../../src/errors.ts';
import { encodeSessionMessage, parseSessionMessage } from '../../src/protocol/session-messages.ts';
import type { SessionMessage } from '../../src/protocol/types.ts';
import { sessionMessages } from '../../src/testing/arbitraries.ts';
import { mutatedBytes, mutatedJson } from '../../src/testing/mutated.ts';
import { attempt, misuseOf, refusalOf } from '../support/attempt.ts';

const hello = { type: 'hello', version: 2, delivery: 'AAAAAAAAAAAAAAAAAAAAAA', generation: 1 };
const candidate = {
  type: 'candidate',
  generation: 1,
  round: 1,
  candidate: '',
  mid: null,
  line: null,
};

function offerOf(sdp: string): SessionMessage {
  return { type: 'description', generation: 1, round: 1, kind: 'offer', sdp };
}

function refusalOfMessage(message: unknown): string {
  return refusalOf(() => parseSessionMessage(encodeUtf8(JSON.stringify(message))));
}

describe('session messages', () => {
  it('N5 parsing gives back what was encoded', () => {
    fc.assert(
      fc.property(sessionMessages, (message) => {
        expect(parseSessionMessage(encodeSessionMessage(message))).toEqual(message);
      }),
    );
  });

  it('N5 any bytes are a message or refused, and stay as they are', () => {
    const hostile = fc.oneof(
      mutatedBytes(sessionMessages.map(encodeSessionMessage)),
      mutatedJson(sessionMessages.map((message) => JSON.stringify(message))).map((text) =>
        encodeUtf8(text.toWellFormed()),
      ),
      fc.uint8Array(),
    );
    fc.assert(
      fc.property(hostile, (bytes) => {
        const before = bytes.slice();
        const message = attempt(() => parseSessionMessage(bytes));
        expect(equalBytes(bytes, before)).toBe(true);
        if (message instanceof RemoteProtocolError) return;
        expect(parseSessionMessage(encodeSessionMessage(message))).toEqual(message);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['N5 refuses a delivery of 15 bytes', { ...hello, delivery: 'AAAAAAAAAAAAAAAAAAAA' }],
    ['G1 refuses generation 0', { ...hello, generation: 0 }],
    ['G1 refuses a generation over 2^53 − 1', { ...hello, generation: 2 ** 53 }],
    ['G3 refuses round 0', { ...offerOf(''), round: 0 }],
    ['G3 refuses a third kind of description', { ...offerOf(''), kind: 'pranswer' }],
    ['G4 refuses a candidate of great length', { ...candidate, candidate: 'x'.repeat(1025) }],
    ['G4 refuses a mid of great length', { ...candidate, mid: 'x'.repeat(65) }],
    ['G4 refuses a line over 16 bits', { ...candidate, line: 65_536 }],
    ['G4 refuses a missing line', { ...candidate, line: undefined }],
    ['G5 refuses a restart of no generation', { type: 'restart.wanted' }],
    ['G7 refuses to reconnect after no generation', { type: 'reconnect.wanted' }],
    ['G7 refuses to reconnect after generation 0', { type: 'reconnect.wanted', generation: 0 }],
    ['N8 refuses a goodbye for a third reason', { type: 'goodbye', reason: 'tired' }],
    ['N5 refuses what is no session message', { type: 'offer' }],
  ])('%s', (_title, message) => {
    expect(refusalOfMessage(message)).toBe('malformed');
  });

  it('N5 refuses a hello of another version with its own code', () => {
    for (const version of [1, 3]) expect(refusalOfMessage({ ...hello, version })).toBe('version');
  });

  it('N5 refuses what is not UTF-8', () => {
    const bytes = encodeUtf8(JSON.stringify(offerOf('é')));
    expect(parseSessionMessage(bytes)).toEqual(offerOf('é'));
    expect(
      refusalOf(() => parseSessionMessage(bytes.map((byte) => (byte === 0xc3 ? 0xff : byte)))),
    ).toBe('malformed');
  });

  it('G3 takes SDP_MAX characters of SDP, and not one more', () => {
    const offer = offerOf('x'.repeat(SDP_MAX));
    expect(parseSessionMessage(encodeSessionMessage(offer))).toEqual(offer);
    expect(refusalOfMessage(offerOf('x'.repeat(SDP_MAX + 1)))).toBe('malformed');
  });

  it('N5 takes and makes plaintexts up to SESSION_BYTES_MAX', () => {
    // Two bytes for each character: the characters are within their limit, the bytes are not.
    expect(misuseOf(() => encodeSessionMessage(offerOf('é'.repeat(SDP_MAX))))).toBe('limit');
    const text = JSON.stringify(hello);
    expect(parseSessionMessage(encodeUtf8(text.padEnd(SESSION_BYTES_MAX)))).toEqual(hello);
    expect(
      refusalOf(() => parseSessionMessage(encodeUtf8(text.padEnd(SESSION_BYTES_MAX + 1)))),
    ).toBe('limit');
  });
});
