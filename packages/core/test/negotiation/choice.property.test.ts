import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { LANE_CANDIDATES_MAX } from '../../src/constants.ts';
import { kindOf, withoutCandidates, type CandidateKind } from '../../src/negotiation/candidates.ts';
import { choose, NOTHING_CHOSEN } from '../../src/negotiation/choice.ts';
import { negotiationMachine } from '../../src/negotiation/index.ts';
import type { Candidate } from '../../src/protocol/types.ts';
import { GENERATION, INPUTS } from './negotiation-events.ts';
import { lineOf } from '../support/candidate-lines.ts';
import { Stepper } from '../support/stepper.ts';

const ADDRESSES: Readonly<Record<CandidateKind, string>> = {
  v4: '192.168.1.2 40000 typ host',
  v6: '2001:db8::1 40000 typ host',
  name: 'b7a1d3f2-5c1e-4f0a-9a51-0f6c6a8f0c11.local 40000 typ host',
  mapped: '203.0.113.7 40000 typ srflx raddr 0.0.0.0 rport 0',
};
const KINDS = Object.keys(ADDRESSES) as readonly CandidateKind[];
const TCP = 'candidate:0 1 tcp 1 192.168.1.2 9 typ host tcptype active';

/** Candidates of these kinds, each with a foundation of its own. */
function candidatesOf(kinds: readonly (CandidateKind | 'tcp')[]): readonly Candidate[] {
  return kinds.map((kind, index) => ({
    candidate: kind === 'tcp' ? TCP : `candidate:${index} 1 udp 1 ${ADDRESSES[kind]}`,
    mid: '0',
    line: 0,
  }));
}

const END: Candidate = { candidate: '', mid: null, line: null };

/** What is said after each of these has been gathered. */
function saidOf(gathered: readonly Candidate[]): readonly (readonly Candidate[])[] {
  let choice = NOTHING_CHOSEN;
  return gathered.map((candidate) => {
    const [next, said] = choose(choice, candidate);
    choice = next;
    return said;
  });
}

const gatherings = fc
  .array(fc.constantFrom(...KINDS, 'tcp' as const), { maxLength: 20 })
  .map(candidatesOf);

const isOf =
  (kind: CandidateKind) =>
  ({ candidate }: Candidate): boolean =>
    kindOf(candidate) === kind;

describe('W7: of the candidates of a further lane', () => {
  test('at most eight are said, each once, and all of them if they are no more', () => {
    fc.assert(
      fc.property(gatherings, (gathered) => {
        const said = saidOf([...gathered, END])
          .flat()
          .slice(0, -1);
        expect(new Set(said).size).toBe(said.length);
        const fit = gathered.filter(({ candidate }) => kindOf(candidate) !== undefined);
        expect(said).toHaveLength(Math.min(LANE_CANDIDATES_MAX, fit.length));
        expect(fit).toEqual(expect.arrayContaining([...said]));
      }),
    );
  });

  test('the first of each kind is said as soon as it is known', () => {
    fc.assert(
      fc.property(gatherings, fc.constantFrom(...KINDS), (gathered, kind) => {
        const first = gathered.findIndex(isOf(kind));
        if (first < 0) return;
        expect(saidOf(gathered)[first]).toEqual([gathered[first]]);
      }),
    );
  });

  test('those of one kind are said in their order', () => {
    fc.assert(
      fc.property(gatherings, fc.constantFrom(...KINDS), (gathered, kind) => {
        const said = saidOf([...gathered, END])
          .flat()
          .filter(isOf(kind));
        expect(said).toEqual(gathered.filter(isOf(kind)).slice(0, said.length));
      }),
    );
  });

  test('what servers have found goes before further host candidates', () => {
    fc.assert(
      fc.property(gatherings, (gathered) => {
        const atEnd = saidOf([...gathered, END]).at(-1) ?? [];
        const mapped = atEnd.map(isOf('mapped'));
        expect(mapped.lastIndexOf(true)).toBeLessThan(
          mapped.indexOf(false) < 0 ? Infinity : mapped.indexOf(false),
        );
      }),
    );
  });

  test('their end is said once, behind them', () => {
    fc.assert(
      fc.property(gatherings, (gathered) => {
        const said = saidOf([...gathered, END, END]);
        expect(said.at(-2)?.at(-1)).toBe(END);
        expect(said.at(-1)).toEqual([]);
      }),
    );
  });

  test('one that a platform reports behind the end has a place that is left, and no other', () => {
    fc.assert(
      fc.property(gatherings, gatherings, (gathered, late) => {
        const said = saidOf([...gathered, END, ...late])
          .flat()
          .slice(0);
        const fit = [...gathered, ...late].filter(({ candidate }) => kindOf(candidate));
        expect(said).toHaveLength(1 + Math.min(LANE_CANDIDATES_MAX, fit.length));
      }),
    );
  });
});

test('W7: a description is said without its candidates', () => {
  const sdp = `v=0\r\na=mid:0\r\na=${lineOf('x')}\r\na=end-of-candidates\r\na=sctp-port:5000\r\n`;
  expect(withoutCandidates(sdp)).toBe('v=0\r\na=mid:0\r\na=sctp-port:5000\r\n');
  const stepper = new Stepper(negotiationMachine, { ...INPUTS.offerer, isFrugal: true });
  expect(stepper.finish({ kind: 'offer', sdp })).toMatchObject([
    { message: { type: 'description', sdp: withoutCandidates(sdp) } },
  ]);
});

describe.each(['offerer', 'answerer'] as const)('W7: a frugal %s', (role) => {
  const many = Array.from({ length: 2 * LANE_CANDIDATES_MAX }, (_, index) => lineOf(`${index}`));

  test('says the same, whether they come before or after its description', () => {
    const gather = (stepper: Stepper<typeof negotiationMachine>) =>
      [...many, ''].flatMap((candidate) =>
        stepper.send({
          type: 'candidate.gathered',
          candidate: { candidate, mid: '0', line: 0 },
          ufrag: undefined,
        }),
      );
    const describeIt = (stepper: Stepper<typeof negotiationMachine>) => {
      if (role === 'offerer') return stepper.finish({ kind: 'offer', sdp: '' });
      const offer = { generation: GENERATION, round: 1, kind: 'offer', sdp: '' } as const;
      stepper.send({ type: 'message.received', message: { type: 'description', ...offer } });
      return stepper.finish({ kind: 'answer', sdp: '' });
    };
    const early = new Stepper(negotiationMachine, { ...INPUTS[role], isFrugal: true });
    const late = new Stepper(negotiationMachine, { ...INPUTS[role], isFrugal: true });
    const said = [...gather(early), ...describeIt(early)];
    expect(said).toEqual([...describeIt(late), ...gather(late)]);
    expect(said).toHaveLength(1 + LANE_CANDIDATES_MAX + 1);
  });

  test('takes eight and their end, whether they come before or after the description', () => {
    const take = (held: number): readonly string[] => {
      const stepper = new Stepper(negotiationMachine, { ...INPUTS[role], isFrugal: true });
      if (role === 'offerer') stepper.finish({ kind: 'offer', sdp: '' });
      const hear = (candidates: readonly string[]) =>
        candidates.flatMap((candidate) =>
          stepper.send({
            type: 'message.received',
            message: {
              type: 'candidate',
              generation: GENERATION,
              round: 1,
              candidate,
              mid: '0',
              line: 0,
            },
          }),
        );
      // A sound side says no more before its end.
      const said = [...many.slice(0, LANE_CANDIDATES_MAX), '', ...many.slice(LANE_CANDIDATES_MAX)];
      const kind = role === 'offerer' ? 'answer' : 'offer';
      const of = { generation: GENERATION, round: 1, kind, sdp: '' } as const;
      const commands = [
        ...hear(said.slice(0, held)),
        ...stepper.send({ type: 'message.received', message: { type: 'description', ...of } }),
        ...stepper.finish({ kind: 'answer', sdp: '' }),
        ...hear(said.slice(held)),
      ];
      return commands.flatMap((command) =>
        command.type === 'candidate.add' ? [command.candidate.candidate] : [],
      );
    };
    for (const held of [0, 3, many.length + 1])
      expect(take(held)).toEqual([...many.slice(0, LANE_CANDIDATES_MAX), '']);
  });
});
