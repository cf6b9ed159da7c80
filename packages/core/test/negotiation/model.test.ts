import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { negotiationMachine } from '../../src/negotiation/index.ts';
import type { NegotiationMessage } from '../../src/protocol/types.ts';
import { GENERATION, INPUTS } from './negotiation-events.ts';
import { Stepper } from '../support/stepper.ts';

/** An offerer or an answerer: its round, what it is doing, and whether another round is wanted. */
interface Model {
  readonly offers: boolean;
  round: number;
  doing: 'idle' | 'describing' | 'waiting' | 'applying' | 'over';
  isRestartWanted: boolean;
}

interface Real {
  readonly stepper: Stepper<typeof negotiationMachine>;
}

type Command = fc.Command<Model, Real>;

const STATES = {
  offerer: {
    idle: 'stable',
    describing: 'offering',
    waiting: 'awaitingAnswer',
    applying: 'applyingAnswer',
  },
  answerer: { idle: 'awaitingOffer', applying: 'answering' },
} as const;

function compare(model: Model, { stepper }: Real): void {
  const states: Partial<Record<Model['doing'], string>> =
    STATES[model.offers ? 'offerer' : 'answerer'];
  expect(stepper.isOver).toBe(model.doing === 'over');
  if (model.doing === 'over') return;
  expect(stepper.value).toBe(states[model.doing]);
  expect(stepper.context.round).toBe(model.round);
  expect(stepper.works.size).toBe(['describing', 'applying'].includes(model.doing) ? 1 : 0);
}

function freshModel(offers: boolean): Model {
  return offers
    ? { offers, round: 1, doing: 'describing', isRestartWanted: false }
    : { offers, round: 0, doing: 'idle', isRestartWanted: false };
}

function beginRoundIfWanted(model: Model): void {
  if (!model.isRestartWanted || model.doing !== 'idle' || !model.offers) return;
  model.doing = 'describing';
  model.round += 1;
  model.isRestartWanted = false;
}

class Finish implements Command {
  check = ({ doing }: Readonly<Model>) => doing === 'describing' || doing === 'applying';
  run(model: Model, real: Real): void {
    const said = real.stepper.finish({ kind: 'offer', sdp: 'mine' });
    const isSpoken = model.doing === 'describing' || !model.offers;
    expect(said).toHaveLength(isSpoken ? 1 : 0);
    model.doing = model.doing === 'describing' ? 'waiting' : 'idle';
    beginRoundIfWanted(model);
    compare(model, real);
  }
  toString = () => 'finish';
}

class End implements Command {
  readonly #isFailure: boolean;
  constructor(isFailure: boolean) {
    this.#isFailure = isFailure;
  }
  check = ({ doing }: Readonly<Model>) =>
    !this.#isFailure || doing === 'describing' || doing === 'applying';
  run(model: Model, real: Real): void {
    const said = this.#isFailure
      ? real.stepper.fail()
      : real.stepper.send({ type: 'negotiation.stopped' });
    expect(said).toEqual(
      this.#isFailure ? [{ type: 'negotiation.failed', generation: GENERATION }] : [],
    );
    model.doing = 'over';
    compare(model, real);
  }
  toString = () => (this.#isFailure ? 'fail' : 'stop');
}

class HearDescription implements Command {
  readonly #kind: 'offer' | 'answer';
  readonly #ahead: number;
  constructor(kind: 'offer' | 'answer', ahead: number) {
    this.#kind = kind;
    this.#ahead = ahead;
  }
  check = ({ round }: Readonly<Model>) => round + this.#ahead >= 1;
  run(model: Model, real: Real): void {
    const round = model.round + this.#ahead;
    const isWanted = model.offers
      ? this.#kind === 'answer' && this.#ahead === 0 && model.doing === 'waiting'
      : this.#kind === 'offer' && this.#ahead > 0 && model.doing === 'idle';
    const message: NegotiationMessage = {
      type: 'description',
      generation: GENERATION,
      round,
      kind: this.#kind,
      sdp: 'theirs',
    };
    if (isWanted) real.stepper.send({ type: 'message.received', message });
    else real.stepper.sendInVain({ type: 'message.received', message });
    if (isWanted) [model.doing, model.round] = ['applying', round];
    compare(model, real);
  }
  toString = () => `${this.#kind}(${this.#ahead} ahead)`;
}

class WantRestart implements Command {
  readonly #isRemote: boolean;
  constructor(isRemote: boolean) {
    this.#isRemote = isRemote;
  }
  check = ({ doing }: Readonly<Model>) => doing !== 'over';
  run(model: Model, real: Real): void {
    const message: NegotiationMessage = { type: 'restart.wanted', generation: GENERATION };
    const said = this.#isRemote
      ? real.stepper.send({ type: 'message.received', message })
      : real.stepper.send({ type: 'restart.requested' });
    expect(said).toEqual(model.offers || this.#isRemote ? [] : [{ type: 'message.send', message }]);
    if (model.offers) model.isRestartWanted = true;
    beginRoundIfWanted(model);
    compare(model, real);
  }
  toString = () => `restart wanted ${this.#isRemote ? 'there' : 'here'}`;
}

test.each(['offerer', 'answerer'] as const)('G3, G5: the %s goes round by round', (role) => {
  const ahead = fc.integer({ min: -1, max: 2 });
  const commands = fc.commands<Model, Real>(
    [
      fc.constant(new Finish()),
      fc.constant(new Finish()),
      fc.boolean().map((isFailure) => new End(isFailure)),
      ahead.map((count) => new HearDescription('offer', count)),
      ahead.map((count) => new HearDescription('answer', count)),
      fc.boolean().map((isRemote) => new WantRestart(isRemote)),
    ],
    { maxCommands: 30, size: 'max' },
  );
  fc.assert(
    fc.property(commands, (sequence) => {
      const { offers } = INPUTS[role];
      fc.modelRun(
        () => ({
          model: freshModel(offers),
          real: { stepper: new Stepper(negotiationMachine, INPUTS[role]) },
        }),
        sequence,
      );
    }),
    { numRuns: 300 },
  );
});
