import { expect, test } from 'vitest';

import { negotiationMachine, type NegotiationContext } from '../../src/negotiation/index.ts';
import type { NegotiationMessage } from '../../src/protocol/types.ts';
import { createCoverage } from '../support/coverage.ts';
import { GENERATION, INPUTS } from './negotiation-events.ts';
import { Stepper, walk, type Move } from '../support/stepper.ts';

type Machine = typeof negotiationMachine;

const ROUNDS_MAX = 2;

const MESSAGES: readonly NegotiationMessage[] = [
  { type: 'restart.wanted', generation: GENERATION },
  ...[1, 2].flatMap((round): NegotiationMessage[] => [
    { type: 'description', generation: GENERATION, round, kind: 'offer', sdp: '' },
    { type: 'description', generation: GENERATION, round, kind: 'answer', sdp: '' },
    { type: 'candidate', generation: GENERATION, round, candidate: '', mid: null, line: null },
  ]),
];

function movesOf(stepper: Stepper<Machine>): readonly Move<Machine>[] {
  if (stepper.isOver || stepper.context.round > ROUNDS_MAX) return [];
  return [
    ...MESSAGES.map(
      (message): Move<Machine> =>
        (next) =>
          next.send({ type: 'message.received', message }),
    ),
    (next) =>
      next.send({
        type: 'candidate.gathered',
        candidate: { candidate: '', mid: null, line: null },
      }),
    (next) => next.send({ type: 'restart.requested' }),
    (next) => next.send({ type: 'negotiation.stopped' }),
    ...[...stepper.works.keys()].flatMap((): Move<Machine>[] => [
      (next) => next.finish({ kind: 'offer', sdp: '' }),
      (next) => next.fail(),
    ]),
  ];
}

// Held candidates change no state, nor do counts far below their limit.
const keyOf = (context: NegotiationContext): unknown => ({
  ...context,
  held: undefined,
  early: undefined,
  rounds: 0,
  restartsWanted: 0,
  remoteCandidates: 0,
});

test('every state is reached, and every transition is taken', () => {
  const coverage = createCoverage(negotiationMachine);
  const seen = Object.values(INPUTS).flatMap((input) => [
    ...walk(new Stepper(coverage.machine, input), input, movesOf, keyOf),
  ]);
  expect(new Set(seen)).toEqual(
    new Set(
      [
        'offering',
        'awaitingAnswer',
        'applyingAnswer',
        'stable',
        'awaitingOffer',
        'answering',
        'failed',
        'stopped',
      ].map((state) => JSON.stringify(state)),
    ),
  );
  expect(coverage.missed()).toEqual({ states: [], transitions: [] });
});
