import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { utf8Length } from '../../src/bytes.ts';
import { CONTROL_BYTES_MAX, LANE_SIGNALS_MAX } from '../../src/constants.ts';
import {
  encodeControlMessage,
  parseControlMessage,
  type ControlMessage,
} from '../../src/protocol/control-messages.ts';
import { packLaneSignals } from '../../src/protocol/lane-signals.ts';
import type { LaneSignal } from '../../src/protocol/types.ts';
import { refusalOf } from '../support/attempt.ts';

const lane = fc.integer({ min: 1, max: 128 });

const signals: fc.Arbitrary<LaneSignal> = fc.oneof(
  fc.record({
    type: fc.constant('description' as const),
    lane,
    kind: fc.constantFrom('offer' as const, 'answer' as const),
    sdp: fc.integer({ max: 5_000, min: 0 }).map((length) => '\u20ac\r\n'.repeat(length)),
  }),
  fc.record({
    type: fc.constant('candidate' as const),
    lane,
    candidate: fc.string({ maxLength: 9, unit: 'grapheme' }),
    mid: fc.constantFrom(null, '0'),
    line: fc.constantFrom(null, 0),
  }),
);

const fewOrMany = fc.oneof(
  fc.array(signals, { maxLength: 40 }),
  // More than one message can carry by their number.
  fc
    .array(signals, { minLength: 2, maxLength: 4 })
    .chain((some) =>
      fc
        .integer({ min: 0, max: LANE_SIGNALS_MAX })
        .map((times) =>
          Array.from({ length: times }, () =>
            some.filter(({ type }) => type === 'candidate'),
          ).flat(),
        ),
    ),
);

function isTooMuch(signalsOfOne: readonly LaneSignal[]): boolean {
  const bytes = utf8Length(JSON.stringify({ type: 'lane.signals', signals: signalsOfOne }));
  return bytes > CONTROL_BYTES_MAX || signalsOfOne.length > LANE_SIGNALS_MAX;
}

describe('signals of further lanes', () => {
  test('W1: arrive all, each lane’s in their order, lower lanes first, in as few messages as can be', () => {
    fc.assert(
      fc.property(fewOrMany, (said) => {
        const messages = packLaneSignals(said).map((message) => {
          expect(parseControlMessage(encodeControlMessage(message))).toEqual(message);
          return message.signals;
        });
        const heard = messages.flat();
        expect(heard.map((one) => one.lane)).toEqual(
          said.map((one) => one.lane).toSorted((one, other) => one - other),
        );
        for (const each of new Set(said.map((one) => one.lane)))
          expect(heard.filter((one) => one.lane === each)).toEqual(
            said.filter((one) => one.lane === each),
          );
        messages.forEach((message, index) => {
          const [next] = messages[index + 1] ?? [];
          if (next !== undefined) expect(isTooMuch([...message, next])).toBe(true);
        });
      }),
    );
  });

  const end = { type: 'candidate', lane: 1, candidate: '', mid: null, line: null } as const;
  const messageOf = (count: number): ControlMessage => ({
    type: 'lane.signals',
    signals: Array.from({ length: count }, () => end),
  });

  test('W1: 1 to LANE_SIGNALS_MAX are taken', () => {
    for (const count of [1, LANE_SIGNALS_MAX])
      expect(parseControlMessage(encodeControlMessage(messageOf(count)))).toEqual(messageOf(count));
  });

  test.each([
    ['none', messageOf(0)],
    ['one too many', messageOf(LANE_SIGNALS_MAX + 1)],
    ['something else', { type: 'lane.signals', signals: [end, { ...end, type: 'end' }] }],
    ['one of lane 0', { type: 'lane.signals', signals: [{ ...end, lane: 0 }] }],
    ['half a description', { type: 'lane.signals', signals: [{ type: 'description', lane: 1 }] }],
    ['no list', { type: 'lane.signals', signals: end }],
  ])('W1: %s are refused', (_, message) => {
    expect(refusalOf(() => parseControlMessage(JSON.stringify(message)))).toBe('malformed');
  });
});
