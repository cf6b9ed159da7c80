import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';

import { CANDIDATES_MAX } from '../src/constants.ts';
import { negotiationMachine, type NegotiationCommand } from '../src/negotiation/index.ts';
import type { NegotiationMessage } from '../src/protocol/types.ts';
import { GENERATION, happenings, INPUTS, type Happening } from './support/negotiation-events.ts';
import { Stepper } from './support/stepper.ts';

// Many runs on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

type Role = keyof typeof INPUTS;

/** A negotiation whose surroundings keep their own books: what was said, applied and heard, round by round. */
class Negotiation {
  readonly stepper: Stepper<typeof negotiationMachine>;
  readonly #role: Role;
  // Rounds of the local descriptions that were sent and of the remote ones that were applied; 0 for none.
  #described = 0;
  #applied = 0;
  #applying = 0;
  readonly #heard: string[] = [];
  #candidates = 0;
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
        return this.#check(
          this.stepper.send({
            type: 'candidate.gathered',
            candidate: { candidate: 'mine', mid: null, line: null },
          }),
        );
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
    // Each candidate says which round it belongs to, and which one it is.
    const message: NegotiationMessage =
      original.type === 'candidate'
        ? { ...original, candidate: `${original.round}/${++this.#candidates}` }
        : original;
    const event = { type: 'message.received', message } as const;
    if (this.#isOver(message)) return this.stepper.sendInVain(event);
    if (message.type === 'candidate') this.#heard.push(message.candidate);
    const before = this.stepper.works.size;
    const commands = this.stepper.send(event);
    if (this.stepper.works.size > before && message.type === 'description')
      this.#applying = message.round;
    this.#check(commands);
  }

  // I5: what another generation says, and what belongs to a round that is over or to the other role.
  #isOver(message: NegotiationMessage): boolean {
    if (message.generation !== GENERATION) return true;
    if (message.type === 'restart.wanted') return this.#role === 'answerer';
    const applied = Math.max(this.#applied, this.#applying);
    if (message.type === 'candidate') return message.round < applied;
    return message.kind === this.#role.slice(0, -2) || message.round <= applied;
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
    this.#check(this.stepper.finish({ kind, sdp: 'mine' }));
  }

  #check(commands: readonly NegotiationCommand[]): void {
    for (const command of commands) {
      if (command.type === 'message.send') this.#checkSaid(command.message);
      else if (command.type === 'candidate.add') this.#checkAdded(command.candidate.candidate);
      else this.#failures += 1;
    }
    expect(this.#failures).toBe(this.stepper.value === 'failed' ? 1 : 0);
    expect(this.stepper.works.size).toBeLessThanOrEqual(1);
    const { held } = this.stepper.context;
    expect(held.length).toBeLessThanOrEqual(CANDIDATES_MAX);
    // What has been released isn't held any longer.
    const least = this.#applying === 0 ? this.#applied + 1 : this.#applying;
    if (!this.stepper.isOver) expect(held.every(({ round }) => round >= least)).toBe(true);
  }

  #checkSaid(message: NegotiationMessage): void {
    expect(message.generation).toBe(GENERATION);
    if (message.type === 'candidate') expect(message.round).toBe(Math.max(1, this.#described));
    if (message.type === 'restart.wanted') expect(this.#role).toBe('answerer');
    if (message.type !== 'description') return;
    expect(message.kind).toBe(this.#role.slice(0, -2));
    // G3: an answer carries its offer's round; offers are counted without gaps.
    expect(message.round).toBe(this.#role === 'answerer' ? this.#applied : this.#described + 1);
    this.#described = message.round;
  }

  // G4: once each, in their order, while their round's remote description is in force.
  #checkAdded(candidate: string): void {
    expect(this.#applying).toBe(0);
    expect(candidate.split('/')[0]).toBe(String(this.#applied));
    const place = this.#heard.indexOf(candidate);
    expect(place).toBeGreaterThanOrEqual(0);
    this.#heard.splice(0, place + 1);
  }
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

  test('G4: candidates over the limit are dropped, and those held before it are not', () => {
    const stepper = new Stepper(negotiationMachine, INPUTS[role]);
    const hear = (message: NegotiationMessage) =>
      stepper.send({ type: 'message.received', message });
    if (role === 'offerer') stepper.finish({ kind: 'offer', sdp: '' });
    for (let index = 0; index <= CANDIDATES_MAX; index++) {
      const candidate = { candidate: `${index}`, mid: null, line: null };
      hear({ type: 'candidate', generation: GENERATION, round: 1, ...candidate });
    }
    const kind = role === 'offerer' ? 'answer' : 'offer';
    hear({ type: 'description', generation: GENERATION, round: 1, kind, sdp: '' });
    const added = stepper
      .finish({ kind: 'answer', sdp: '' })
      .flatMap((command) =>
        command.type === 'candidate.add' ? [command.candidate.candidate] : [],
      );
    expect(added).toEqual(Array.from({ length: CANDIDATES_MAX }, (_, index) => `${index}`));
  });
});
