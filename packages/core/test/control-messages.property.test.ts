import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { CONTROL_BYTES_MAX, MEDIA_TYPE_MAX } from '../src/constants.ts';
import { RemoteProtocolError } from '../src/errors.ts';
import {
  encodeControlMessage,
  isFromReceiver,
  isFromSender,
  parseControlMessage,
} from '../src/protocol/control-messages.ts';
import { controlMessages, mutatedJson, texts } from '../src/testing/arbitraries.ts';
import { attempt, misuseOf, refusalOf } from './support/attempt.ts';

const file = { kind: 'file', path: 'a', size: 1, modified: null, mediaType: '' };

function pageOf(entry: unknown): unknown {
  return { type: 'page', page: 0, entries: [entry] };
}

describe('control messages', () => {
  it('C what was encoded is what is parsed', () => {
    fc.assert(
      fc.property(controlMessages, (message) => {
        expect(parseControlMessage(encodeControlMessage(message))).toEqual(message);
      }),
    );
  });

  it('C any text is a message or refused, and a message has one reading', () => {
    const hostile = fc.oneof(
      mutatedJson(controlMessages.map(encodeControlMessage)),
      texts,
      fc.json(),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        const message = attempt(() => parseControlMessage(text));
        if (message instanceof RemoteProtocolError) return;
        expect(parseControlMessage(encodeControlMessage(message))).toEqual(message);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['K2 refuses a negative credit', { type: 'credit', upTo: -1 }],
    ['K2 refuses a credit that is none', { type: 'accept', credit: null }],
    ['K5 refuses an unknown failure', { type: 'file.failed', file: 0, code: 'mood' }],
    ['X1 refuses a digest of 31 bytes', { type: 'sent', digest: 'A'.repeat(42) }],
    [
      'X2 refuses a digest in a second spelling',
      { type: 'verified', digest: `${'A'.repeat(42)}B` },
    ],
    ['M1 refuses an offer without pages', { type: 'offer', name: 'a', files: 0, bytes: 0 }],
    ['M1 refuses entries that are no list', { type: 'page', page: 0, entries: {} }],
    ['M2 refuses a third kind of entry', pageOf({ kind: 'link', path: 'a' })],
    ['M2 refuses a path that is no text', pageOf({ ...file, path: ['a'] })],
    ['M2 refuses a negative size', pageOf({ ...file, size: -1 })],
    ['M2 refuses a broken size', pageOf({ ...file, size: 0.5 })],
    ['M2 refuses a time before 1970', pageOf({ ...file, modified: -1 })],
    ['M2 refuses a missing time', pageOf({ ...file, modified: undefined })],
    [
      'M2 refuses a long media type',
      pageOf({ ...file, mediaType: 'x'.repeat(MEDIA_TYPE_MAX + 1) }),
    ],
    ['C refuses what is no control message', { type: 'hello' }],
  ])('%s', (_title, message) => {
    expect(refusalOf(() => parseControlMessage(JSON.stringify(message)))).toBe('malformed');
  });

  it('C takes and makes CONTROL_BYTES_MAX bytes, and not one more', () => {
    const beat = '{"type":"beat"}';
    expect(parseControlMessage(beat.padEnd(CONTROL_BYTES_MAX))).toEqual({ type: 'beat' });
    expect(refusalOf(() => parseControlMessage(beat.padEnd(CONTROL_BYTES_MAX + 1)))).toBe('limit');
    const name = 'x'.repeat(CONTROL_BYTES_MAX);
    const offer = { type: 'offer', name, files: 0, bytes: 0, pages: 0 } as const;
    expect(misuseOf(() => encodeControlMessage(offer))).toBe('limit');
  });

  it('C counts bytes of UTF-8, not characters', () => {
    const text = JSON.stringify({ type: 'beat', x: '\u20ac'.repeat(CONTROL_BYTES_MAX / 2) });
    expect(text.length).toBeLessThan(CONTROL_BYTES_MAX);
    expect(refusalOf(() => parseControlMessage(text))).toBe('limit');
  });

  it('C1 knows which role says what', () => {
    const types = [
      'offer',
      'page',
      'file.failed',
      'sent',
      'complete',
      'accept',
      'credit',
      'verified',
    ] as const;
    const shared = ['beat', 'cancel', 'failed'] as const;
    expect(types.filter(isFromSender)).toEqual([
      'offer',
      'page',
      'file.failed',
      'sent',
      'complete',
    ]);
    expect(types.filter(isFromReceiver)).toEqual(['accept', 'credit', 'verified']);
    expect(shared.every((type) => isFromSender(type) && isFromReceiver(type))).toBe(true);
  });
});
