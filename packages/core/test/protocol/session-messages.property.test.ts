import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { encodeUtf8, equalBytes, utf8Length } from '../../src/bytes.ts';
import {
  FILES_MAX,
  HELLO_BYTES,
  NOTE_BYTES_MAX,
  PERSON_BYTES_MAX,
  SDP_MAX,
  SEGMENT_BYTES_MAX,
  SESSION_BYTES_MAX,
  SUMMARY_BYTES,
} from '../../src/constants.ts';
import { RemoteProtocolError } from '../../src/errors.ts';
import { encodeSessionMessage, parseSessionMessage } from '../../src/protocol/session-messages.ts';
import type { SessionMessage } from '../../src/protocol/types.ts';
import { cleanName } from '../../src/protocol/names.ts';
import { cleanNote, cleanPersonName } from '../../src/protocol/person-texts.ts';
import { sessionMessages, summaries, texts } from '../../src/testing/arbitraries.ts';
import { hostilePaths } from '../../src/testing/manifest-arbitraries.ts';
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

const summary = { type: 'summary', name: 'a', files: 1, bytes: 1 };

/** N10: the messages of which a server sees one length only. */
const LENGTHS = new Map([
  ['hello', HELLO_BYTES],
  ['summary', SUMMARY_BYTES],
  ['wait', SUMMARY_BYTES],
  ['goodbye', SUMMARY_BYTES],
]);

function refusalOfText(text: string): string {
  return refusalOf(() => parseSessionMessage(encodeUtf8(text)));
}

function refusalOfMessage(message: unknown): string {
  return refusalOfText(JSON.stringify(message));
}

describe('session messages', () => {
  it('N5 parsing gives back what was encoded', () => {
    fc.assert(
      fc.property(sessionMessages, (message) => {
        expect(parseSessionMessage(encodeSessionMessage(message))).toEqual(message);
      }),
    );
  });

  it('N10 every hello, summary, wait and goodbye is as long as always, whatever is in it', () => {
    const names = fc.oneof(hostilePaths, texts, fc.constantFrom('€'.repeat(85), 'x'.repeat(255)));
    const named = fc.tuple(summaries, names.map(cleanName));
    fc.assert(
      fc.property(sessionMessages, named, (message, [drawn, name]) => {
        const length = LENGTHS.get(message.type);
        const bytes = encodeSessionMessage(message);
        expect(bytes).toHaveLength(length ?? utf8Length(JSON.stringify(message)));
        const told = { type: 'summary', ...drawn, name } as const;
        expect(utf8Length(name)).toBeLessThanOrEqual(SEGMENT_BYTES_MAX);
        expect(encodeSessionMessage(told)).toHaveLength(SUMMARY_BYTES);
        expect(parseSessionMessage(encodeSessionMessage(told))).toEqual(told);
      }),
      { numRuns: 500 },
    );
  });

  it('N10 N11 the longest summary and hello just fit, and nothing in a bundle’s name needs escaping', () => {
    const line = (bytes: number) => '"'.repeat(bytes / 2);
    const [senderName, note] = [line(PERSON_BYTES_MAX), line(NOTE_BYTES_MAX)];
    expect([cleanPersonName(senderName), cleanNote(note)]).toEqual([senderName, note]);
    const summed = {
      type: 'summary',
      name: '€'.repeat(85),
      files: FILES_MAX,
      bytes: 2 ** 53 - 1,
      senderName,
      note,
    } as const;
    const said = {
      ...hello,
      type: 'hello',
      generation: 2 ** 53 - 1,
      receiverName: senderName,
    } as const;
    expect(encodeSessionMessage(summed)).toHaveLength(SUMMARY_BYTES);
    expect(encodeSessionMessage(said)).toHaveLength(HELLO_BYTES);
    expect(parseSessionMessage(encodeSessionMessage(summed))).toEqual(summed);
    expect(parseSessionMessage(encodeSessionMessage(said))).toEqual(said);
    fc.assert(
      fc.property(fc.oneof(hostilePaths, texts).map(cleanName), (name) => {
        expect(JSON.stringify(name)).toBe(`"${name}"`);
      }),
    );
  });

  it.each([hello, summary, { type: 'wait' }, { type: 'goodbye', reason: 'full' }])(
    'N10 refuses a $type of any other length',
    (message) => {
      const text = JSON.stringify(message);
      const length = LENGTHS.get(message.type) ?? 0;
      expect(parseSessionMessage(encodeUtf8(text.padEnd(length)))).toEqual(message);
      for (const other of [0, length - 1, length + 1, 2 * length])
        expect(refusalOfText(text.padEnd(other))).toBe('malformed');
    },
  );

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
    ['N10 refuses a name that leads out', { ...summary, name: '../a' }],
    ['N10 M4 refuses a name that turns around', { ...summary, name: 'a\u202egpj.exe' }],
    ['N10 M4 refuses a name of 256 bytes', { ...summary, name: 'x'.repeat(256) }],
    ['N10 refuses a summary without a name', { ...summary, name: undefined }],
    ['N10 M3 refuses more files than an offer may have', { ...summary, files: FILES_MAX + 1 }],
    ['N10 M3 refuses a size over 2^53 − 1', { ...summary, bytes: 2 ** 53 }],
    ['N10 refuses fewer than no bytes', { ...summary, bytes: -1 }],
    ['N11 refuses a sender without letters', { ...summary, senderName: '' }],
    ['N11 refuses a sender of two lines', { ...summary, senderName: 'a\nb' }],
    ['N11 refuses a sender that turns around', { ...summary, senderName: 'a\u202eb' }],
    ['N11 refuses a sender of 129 bytes', { ...summary, senderName: 'x'.repeat(129) }],
    ['N11 refuses a sender of 130 bytes as JSON', { ...summary, senderName: '"'.repeat(65) }],
    ['N11 refuses a note of two lines', { ...summary, note: 'a\u2028b' }],
    ['N11 refuses a note of 481 bytes', { ...summary, note: 'x'.repeat(481) }],
    ['N11 refuses a receiver that is no text', { ...hello, receiverName: null }],
    ['N11 refuses a receiver with blanks around', { ...hello, receiverName: ' a' }],
    ['N5 refuses what is no session message', { type: 'offer' }],
  ])('%s', (_title, message) => {
    const { type } = message;
    const text = JSON.stringify(message);
    const spaces = ' '.repeat(Math.max(0, (LENGTHS.get(type) ?? 0) - utf8Length(text)));
    expect(refusalOfText(text + spaces)).toBe('malformed');
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
    const text = JSON.stringify(offerOf('x'));
    expect(parseSessionMessage(encodeUtf8(text.padEnd(SESSION_BYTES_MAX)))).toEqual(offerOf('x'));
    expect(
      refusalOf(() => parseSessionMessage(encodeUtf8(text.padEnd(SESSION_BYTES_MAX + 1)))),
    ).toBe('limit');
  });
});
