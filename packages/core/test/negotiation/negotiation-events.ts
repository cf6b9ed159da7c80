import * as fc from 'fast-check';

import type { NegotiationMessage } from '../../src/protocol/types.ts';
import { lineOf } from '../support/candidate-lines.ts';

/** The generation of the machines under test; the other two are older and newer. */
export const GENERATION = 2;
export const INPUTS = {
  offerer: { generation: GENERATION, offers: true },
  answerer: { generation: GENERATION, offers: false },
} as const;

const generation = fc.constantFrom(1, GENERATION, GENERATION, GENERATION, GENERATION, 3);
const round = fc.integer({ min: 1, max: 4 });

/** Messages of nearby generations and rounds, so that many of them matter. */
const nearMessages: fc.Arbitrary<NegotiationMessage> = fc.oneof(
  fc.record({
    type: fc.constant('description' as const),
    generation,
    round,
    kind: fc.constantFrom('offer' as const, 'answer' as const),
    sdp: fc.constantFrom('a', 'b'),
  }),
  fc.record({
    type: fc.constant('candidate' as const),
    generation,
    round,
    candidate: fc.constantFrom('', lineOf('x'), lineOf('y'), 'z'),
    mid: fc.constant('0'),
    line: fc.constant(0),
  }),
  fc.record({ type: fc.constant('restart.wanted' as const), generation }),
);

/** Something that can happen to a negotiation. */
export type Happening =
  | { readonly kind: 'message'; readonly message: NegotiationMessage }
  /** Belongs to the current description, to the next one, or to an unknown one; `isEnd`: it is the last one. */
  | { readonly kind: 'gather'; readonly of: 'last' | 'next' | 'unknown'; readonly isEnd: boolean }
  | { readonly kind: 'request' | 'stop' | 'finish' | 'fail' };

export const happenings: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 12, arbitrary: nearMessages.map((message) => ({ kind: 'message' as const, message })) },
  { weight: 8, arbitrary: fc.constant({ kind: 'finish' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('gather' as const),
      of: fc.constantFrom('last' as const, 'next' as const, 'unknown' as const),
      isEnd: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.constant({ kind: 'request' as const }),
  },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'fail' as const }, { kind: 'stop' as const }) },
);
