import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { toBase64Url } from '../../src/bytes.ts';
import {
  CONTROL_BYTES_MAX,
  HELD_LEAVES_MAX,
  LEAF_BYTES,
  MEDIA_TYPE_MAX,
  RANGES_MAX,
} from '../../src/constants.ts';
import { RemoteProtocolError } from '../../src/errors.ts';
import {
  encodeControlMessage,
  isFromReceiver,
  isFromSender,
  parseControlMessage,
  type ControlMessage,
} from '../../src/protocol/control-messages.ts';
import { controlMessages, texts } from '../../src/testing/arbitraries.ts';
import { mutatedJson } from '../../src/testing/mutated.ts';
import { attempt, misuseOf, refusalOf } from '../support/attempt.ts';

const file = { kind: 'file', path: 'a', size: 1, modified: null, mediaType: '' };

function pageOf(entry: unknown): unknown {
  return { type: 'page', page: 0, entries: [entry] };
}

function heldOf(leaves: unknown): object {
  return { type: 'held', first: 0, leaves };
}

function againOf(ranges: unknown): object {
  return { type: 'again', ranges };
}

// Every second piece, at the highest numbers: the longest possible ranges.
function rangesOfGreatLength(count: number) {
  const end = Number.MAX_SAFE_INTEGER - 2 * count;
  return Array.from({ length: count }, (_, index) => ({
    first: end + 2 * index,
    end: end + 2 * index + 1,
  }));
}

describe('control messages', () => {
  it('C parsing gives back what was encoded', () => {
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
    ['K2 refuses a negative credit', { type: 'credit', upTo: -1, settled: 0 }],
    ['K2 refuses credit that does not say what is settled', { type: 'credit', upTo: 1 }],
    ['K2 refuses a credit that is none', { type: 'accept', credit: null }],
    ['R2 refuses no leaves', heldOf('')],
    ['R2 refuses half a leaf', heldOf(toBase64Url(new Uint8Array(LEAF_BYTES / 2)))],
    ['R2 refuses a leaf and a half', heldOf(toBase64Url(new Uint8Array(LEAF_BYTES * 1.5)))],
    ['R2 refuses leaves in a second spelling', heldOf(`${'A'.repeat(42)}B`)],
    ['R2 refuses leaves that are a list', heldOf(['A'.repeat(43)])],
    ['R2 refuses leaves from a piece before the first', { ...heldOf('A'.repeat(43)), first: -1 }],
    ['R4 refuses ranges that are none', againOf([3, 5])],
    ['R4 refuses a range of one end', againOf([[3]])],
    ['R4 refuses a range of three ends', againOf([[3, 5, 7]])],
    ['R4 refuses an empty range', againOf([[3, 3]])],
    ['R4 refuses a range that runs backwards', againOf([[5, 3]])],
    [
      'R4 refuses ranges that touch',
      againOf([
        [1, 3],
        [3, 5],
      ]),
    ],
    [
      'R4 refuses ranges that overlap',
      againOf([
        [1, 4],
        [3, 5],
      ]),
    ],
    [
      'R4 refuses ranges in another order',
      againOf([
        [3, 5],
        [0, 2],
      ]),
    ],
    [
      'R4 refuses a range twice',
      againOf([
        [3, 5],
        [3, 5],
      ]),
    ],
    ['R4 refuses half a piece', againOf([[0.5, 2]])],
    ['R4 refuses a piece before the first', againOf([[-1, 2]])],
    ['R4 refuses a range without an end', againOf([[0, null]])],
    ['R4 refuses an answer that doesn’t say whether it is whole', { type: 'missing', ranges: [] }],
    ['R4 refuses a number for whether it is', { type: 'missing', ranges: [], more: 0 }],
    ['P1 refuses a pause without a reason', { type: 'pause' }],
    ['P1 refuses a pause for a third reason', { type: 'pause', reason: 'lunch' }],
    ['K6 refuses a retry of no file', { type: 'file.retry' }],
    ['K6 refuses a file that is none', { type: 'file.retried', file: '0' }],
    ['K5 refuses a wish for a file before the first', { type: 'file.skip', file: -1 }],
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
    ['M9 refuses a text without a size', pageOf({ kind: 'text', path: 'a.txt' })],
    ['M9 refuses a broken size of a text', pageOf({ kind: 'text', path: 'a.txt', size: 0.5 })],
    ['M2 refuses a fraction of a millisecond', pageOf({ ...file, modified: -1.5 })],
    ['M2 refuses a time below −(2^53 − 1)', pageOf({ ...file, modified: -(2 ** 53) })],
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

  it('R4 takes RANGES_MAX ranges, however long their numbers, and not one more', () => {
    const ranges = rangesOfGreatLength(RANGES_MAX);
    for (const message of [
      { type: 'again', ranges },
      { type: 'missing', ranges, more: true },
    ] as const)
      expect(parseControlMessage(encodeControlMessage(message))).toEqual(message);
    const over = { type: 'again', ranges: rangesOfGreatLength(RANGES_MAX + 1) } as const;
    expect(refusalOf(() => parseControlMessage(encodeControlMessage(over)))).toBe('malformed');
  });

  it('R2 takes HELD_LEAVES_MAX leaves, and not one more', () => {
    const held = (count: number): ControlMessage => ({
      type: 'held',
      first: Number.MAX_SAFE_INTEGER,
      leaves: new Uint8Array(count * LEAF_BYTES).fill(0xff),
    });
    const most = held(HELD_LEAVES_MAX);
    expect(parseControlMessage(encodeControlMessage(most))).toEqual(most);
    const over = encodeControlMessage(held(HELD_LEAVES_MAX + 1));
    expect(refusalOf(() => parseControlMessage(over))).toBe('malformed');
  });

  it('C writes ranges as pairs, and leaves as text', () => {
    const leaves = new Uint8Array(LEAF_BYTES);
    expect(JSON.parse(encodeControlMessage({ type: 'held', first: 7, leaves }))).toEqual({
      type: 'held',
      first: 7,
      leaves: 'A'.repeat(43),
    });
    const ranges = [
      { first: 0, end: 1 },
      { first: 4, end: 9 },
    ];
    expect(JSON.parse(encodeControlMessage({ type: 'missing', ranges, more: false }))).toEqual({
      type: 'missing',
      ranges: [
        [0, 1],
        [4, 9],
      ],
      more: false,
    });
  });

  it('C counts bytes of UTF-8, not characters', () => {
    const text = JSON.stringify({ type: 'beat', x: '\u20ac'.repeat(CONTROL_BYTES_MAX / 2) });
    expect(text.length).toBeLessThan(CONTROL_BYTES_MAX);
    expect(refusalOf(() => parseControlMessage(text))).toBe('limit');
  });

  it('C1 knows which role sends what', () => {
    const speakers: Record<ControlMessage['type'], 'sender' | 'receiver' | 'both'> = {
      offer: 'sender',
      leave: 'receiver',
      take: 'receiver',
      taken: 'sender',
      page: 'sender',
      again: 'sender',
      'file.failed': 'sender',
      'file.retried': 'sender',
      compared: 'sender',
      sent: 'sender',
      complete: 'sender',
      held: 'receiver',
      accept: 'receiver',
      decline: 'receiver',
      credit: 'receiver',
      missing: 'receiver',
      'file.skip': 'receiver',
      'file.retry': 'receiver',
      verified: 'receiver',
      beat: 'both',
      pause: 'both',
      resume: 'both',
      cancel: 'both',
      failed: 'both',
      'lane.signals': 'both',
      'lane.close': 'sender',
      'lane.closed': 'receiver',
    };
    fc.assert(
      fc.property(controlMessages, (message) => {
        expect([isFromSender(message), isFromReceiver(message)]).toEqual([
          speakers[message.type] !== 'receiver',
          speakers[message.type] !== 'sender',
        ]);
      }),
    );
  });
});
