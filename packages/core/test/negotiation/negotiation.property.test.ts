import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { CANDIDATES_MAX, RESTARTS_WANTED_MAX, ROUNDS_MAX } from '../../src/constants.ts';
import { negotiationMachine, type NegotiationCommand } from '../../src/negotiation/index.ts';
import type { NegotiationMessage } from '../../src/protocol/types.ts';
import { GENERATION, happenings, INPUTS, type Happening } from './negotiation-events.ts';
import { Stepper } from '../support/stepper.ts';
import { labelOf, lineOf } from '../support/candidate-lines.ts';

type Role = keyof typeof INPUTS;

/** A negotiation whose host keeps its own records: what was sent, applied and received, round by round. */
class Negotiation {
  readonly stepper: Stepper<typeof negotiationMachine>;
  readonly #role: Role;
  // Rounds of the local descriptions that were sent and of the remote ones that were applied; 0 for none.
  #described = 0;
  #applied = 0;
  #applying = 0;
  #heard: readonly string[] = [];
  #candidates = 0;
  #own = 0;
  #gathered = 0;
  // This side's candidates that have to wait for their description.
  #early: string[] = [];
  #failures = 0;

  constructor(role: Role) {
    this.#role = role;
    this.stepper = new Stepper(negotiationMachine, INPUTS[role]);
  }

  happen(happening: Happening): void {
    switch (happening.kind) {
      case 'message':
        return this.hear(happening.message);
      case 'gather':
        return this.#gather(happening);
      case 'request':
        return this.#check(this.stepper.send({ type: 'restart.requested' }));
      case 'stop':
        return this.#check(this.stepper.send({ type: 'negotiation.stopped' }));
      case 'finish':
      case 'fail':
        return this.#end(happening.kind);
    }
  }

  hear(original: NegotiationMessage): void {
    // Each candidate carries its round, and its number.
    const message: NegotiationMessage =
      original.type === 'candidate'
        ? { ...original, candidate: lineOf(`${original.round}/${++this.#candidates}`) }
        : original;
    const event = { type: 'message.received', message } as const;
    if (this.#isOver(message)) return this.stepper.sendInVain(event);
    if (message.type === 'candidate') this.#heard = [...this.#heard, message.candidate];
    const before = this.stepper.works.size;
    const commands = this.stepper.send(event);
    if (this.stepper.works.size > before && message.type === 'description')
      this.#applying = message.round;
    this.#check(commands);
  }

  // I5: messages of another generation, of a round that is over, or of the other role.
  #isOver(message: NegotiationMessage): boolean {
    if (message.generation !== GENERATION) return true;
    if (message.type === 'restart.wanted') return this.#role === 'answerer';
    const applied = Math.max(this.#applied, this.#applying);
    if (message.type === 'candidate') return message.round < applied;
    return message.kind === this.#role.slice(0, -2) || message.round <= applied;
  }

  // The current description is `own<n>`, and the next one will be `own<n + 1>`.
  #gather({ of, isEnd }: Extract<Happening, { kind: 'gather' }>): void {
    if (this.stepper.isOver) return;
    const [work] = this.stepper.works.values();
    const isDescribing = work?.src === 'createOffer' || work?.src === 'acceptOffer';
    const ufrag = { last: `own${this.#own}`, next: `own${this.#own + 1}`, unknown: undefined }[of];
    const mid = `${of}/${isEnd ? 'end' : ++this.#gathered}`;
    const candidate = { candidate: isEnd ? '' : 'mine', mid, line: null };
    const commands = this.stepper.send({ type: 'candidate.gathered', candidate, ufrag });
    this.#check(commands);
    const isSent = commands.length > 0;
    // G4: sent at once if its description has been, and not before.
    if (this.#described === 0) expect(isSent).toBe(false);
    else if (of === 'last') expect(isSent).toBe(true);
    else if (of === 'next') expect(isSent).toBe(false);
    else if (!isDescribing) expect(isSent).toBe(true);
    if (this.#described === 0 || isDescribing) {
      if (!isSent && of !== 'last') this.#early.push(mid);
    }
  }

  #end(how: 'finish' | 'fail'): void {
    const [work] = this.stepper.works.values();
    if (work === undefined) return;
    if (how === 'fail') return this.#check(this.stepper.fail());
    if (work.src !== 'createOffer') {
      this.#applied = this.#applying;
      this.#applying = 0;
    }
    const kind = work.src === 'createOffer' ? 'offer' : 'answer';
    if (work.src === 'acceptAnswer') return this.#check(this.stepper.finish(undefined));
    this.#own += 1;
    const commands = this.stepper.finish({ kind, sdp: `a=ice-ufrag:own${this.#own}\r\n` });
    this.#check(commands);
    // G4: candidates that came too early follow their description, in order.
    const said = commands.flatMap((command) =>
      command.type === 'message.send' ? [command.message] : [],
    );
    expect(said[0]?.type).toBe('description');
    expect(
      said.slice(1).map((message) => (message.type === 'candidate' ? message.mid : '')),
    ).toEqual(this.#early);
    this.#early = [];
  }

  #check(commands: readonly NegotiationCommand[]): void {
    for (const command of commands) {
      if (command.type === 'message.send') this.#checkSaid(command.message);
      else if (command.type === 'candidate.add') this.#checkAdded(command.candidate.candidate);
      else this.#failures += 1;
    }
    expect(this.#failures, 'a failure is said once').toBe(this.stepper.value === 'failed' ? 1 : 0);
    expect(this.stepper.works.size, 'one description at a time').toBeLessThanOrEqual(1);
    const { held } = this.stepper.context;
    expect(held.length, 'G4').toBeLessThanOrEqual(CANDIDATES_MAX);
    // Released candidates are no longer held.
    const least = this.#applying === 0 ? this.#applied + 1 : this.#applying;
    if (!this.stepper.isOver)
      expect(
        held.every(({ round }) => round >= least),
        'G4: held too long',
      ).toBe(true);
  }

  #checkSaid(message: NegotiationMessage): void {
    expect(message.generation, 'G3').toBe(GENERATION);
    if (message.type === 'candidate') expect(message.round, 'G4').toBe(this.#described);
    if (message.type === 'restart.wanted') expect(this.#role, 'G5').toBe('answerer');
    if (message.type !== 'description') return;
    expect(message.kind, 'G3').toBe(this.#role.slice(0, -2));
    // An answer carries its offer's round. Offers are counted without gaps.
    expect(message.round, 'G3').toBe(
      this.#role === 'answerer' ? this.#applied : this.#described + 1,
    );
    this.#described = message.round;
  }

  // Once each, in the order of their round, while that round's remote description is the current one.
  #checkAdded(candidate: string): void {
    expect(this.#applying, 'G4').toBe(0);
    expect(roundOf(candidate), 'G4').toBe(String(this.#applied));
    const place = this.#heard.indexOf(candidate);
    expect(place, 'G4: once, in their order').toBeGreaterThanOrEqual(0);
    const round = roundOf(candidate);
    // A candidate of a later round may have come before this one. It is held until its own description is there.
    this.#heard = this.#heard.filter((other, at) => at > place || roundOf(other) !== round);
  }
}

function roundOf(candidate: string): string | undefined {
  return labelOf(candidate).split('/')[0];
}

describe.each(['offerer', 'answerer'] as const)('the %s', (role) => {
  test('G3, G4, G5, I5, I11: the invariants hold after every event', () => {
    fc.assert(
      fc.property(fc.array(happenings, { maxLength: 60 }), (sequence) => {
        const negotiation = new Negotiation(role);
        for (const happening of sequence) negotiation.happen(happening);
      }),
      { numRuns: 400 },
    );
  });

  if (role === 'answerer')
    test('G4: a candidate that came before those of an earlier round is added in its own (seed 1830270052)', () => {
      const negotiation = new Negotiation(role);
      const line = { candidate: '', mid: null, line: null };
      const candidate = (round: number) =>
        negotiation.hear({ type: 'candidate', generation: GENERATION, round, ...line });
      const offer = (round: number) => {
        const of = { generation: GENERATION, round, kind: 'offer', sdp: '' } as const;
        negotiation.hear({ type: 'description', ...of });
      };
      candidate(2);
      offer(1);
      negotiation.happen({ kind: 'finish' });
      candidate(1);
      offer(2);
      negotiation.happen({ kind: 'finish' });
      expect(negotiation.stepper.context.held).toEqual([]);
    });

  test('G4: candidates over the limit are dropped, and those held before are not', () => {
    const stepper = new Stepper(negotiationMachine, INPUTS[role]);
    const hear = (message: NegotiationMessage) =>
      stepper.send({ type: 'message.received', message });
    if (role === 'offerer') stepper.finish({ kind: 'offer', sdp: '' });
    for (let index = 0; index <= CANDIDATES_MAX; index++) {
      const candidate = { candidate: lineOf(`${index}`), mid: null, line: null };
      hear({ type: 'candidate', generation: GENERATION, round: 1, ...candidate });
    }
    const kind = role === 'offerer' ? 'answer' : 'offer';
    hear({ type: 'description', generation: GENERATION, round: 1, kind, sdp: '' });
    const added = stepper
      .finish({ kind: 'answer', sdp: '' })
      .flatMap((command) =>
        command.type === 'candidate.add' ? [command.candidate.candidate] : [],
      );
    expect(added).toEqual(Array.from({ length: CANDIDATES_MAX }, (_, index) => lineOf(`${index}`)));
  });

  test('G10: a description’s own candidates and those that follow it share one limit', () => {
    const stepper = new Stepper(negotiationMachine, INPUTS[role]);
    if (role === 'offerer') stepper.finish({ kind: 'offer', sdp: '' });
    const own = Array.from(
      { length: 2 * CANDIDATES_MAX },
      (_, index) => `a=${lineOf(`${index}`)}\r\n`,
    );
    const kind = role === 'offerer' ? 'answer' : 'offer';
    const sdp = `v=0\r\n${own.slice(0, CANDIDATES_MAX - 1).join('')}`;
    stepper.send({
      type: 'message.received',
      message: { type: 'description', generation: GENERATION, round: 1, kind, sdp },
    });
    stepper.finish({ kind: 'answer', sdp: '' });
    const added = [1, 2, 3].map((index) =>
      stepper.send({
        type: 'message.received',
        message: {
          type: 'candidate',
          generation: GENERATION,
          round: 1,
          candidate: lineOf(`more${index}`),
          mid: null,
          line: null,
        },
      }),
    );
    expect(added.map((commands) => commands.length)).toEqual([1, 0, 0]);
  });
});

test('G10: the other side can’t cause endless rounds', () => {
  const offerer = new Stepper(negotiationMachine, INPUTS.offerer);
  let offers = 0;
  for (let round = 1; round <= 2 * RESTARTS_WANTED_MAX; round++) {
    offers += offerer
      .finish({ kind: 'offer', sdp: '' })
      .filter(({ type }) => type === 'message.send').length;
    const answer = {
      type: 'description',
      generation: GENERATION,
      round,
      kind: 'answer',
      sdp: '',
    } as const;
    offerer.send({ type: 'message.received', message: answer });
    offerer.finish(undefined);
    offerer.send({
      type: 'message.received',
      message: { type: 'restart.wanted', generation: GENERATION },
    });
    if (offerer.works.size === 0) break;
  }
  expect(offers).toBe(1 + RESTARTS_WANTED_MAX);

  const answerer = new Stepper(negotiationMachine, INPUTS.answerer);
  let answers = 0;
  for (let round = 1; round <= 2 * ROUNDS_MAX; round++) {
    const offer = {
      type: 'description',
      generation: GENERATION,
      round,
      kind: 'offer',
      sdp: '',
    } as const;
    answerer.send({ type: 'message.received', message: offer });
    if (answerer.works.size === 0) break;
    answerer.finish({ kind: 'answer', sdp: '' });
    answers += 1;
  }
  expect(answers).toBe(ROUNDS_MAX);
});
