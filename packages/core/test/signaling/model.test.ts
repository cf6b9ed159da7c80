import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import type { FinalRefusalCode, WaitCode } from '../../src/protocol/types.ts';
import { SignalingHost } from './signaling-host.ts';

/** One socket at a time: its state, and the number of failed attempts. */
interface Model {
  doing: 'connecting' | 'joining' | 'joined' | 'backingOff' | 'over';
  socket: number;
  attempts: number;
}

type Command = fc.Command<Model, SignalingHost>;

const STATES = {
  connecting: { entering: 'connecting' },
  joining: { entering: 'joining' },
  joined: { joined: 'listening' },
  backingOff: 'backingOff',
};

function compare(model: Model, { stepper, socket }: SignalingHost): void {
  expect(stepper.isOver).toBe(model.doing === 'over');
  expect(socket).toBe(model.socket);
  if (model.doing === 'over') return;
  expect(stepper.value).toEqual(STATES[model.doing]);
  expect(stepper.context.attempts).toBe(model.attempts);
}

class Progress implements Command {
  check = ({ doing }: Readonly<Model>) => doing === 'connecting';
  readonly #isJoining: boolean;
  constructor(isJoining: boolean) {
    this.#isJoining = isJoining;
  }
  run(model: Model, real: SignalingHost): void {
    if (this.#isJoining) real.join();
    else real.send({ type: 'socket.opened', socket: model.socket });
    model.doing = this.#isJoining ? 'joined' : 'joining';
    compare(model, real);
  }
  toString = () => (this.#isJoining ? 'join' : 'open');
}

class Lose implements Command {
  readonly #how: 'closed' | 'elapsed' | WaitCode;
  constructor(how: 'closed' | 'elapsed' | WaitCode) {
    this.#how = how;
  }
  check = ({ doing }: Readonly<Model>) =>
    doing === 'joining' ||
    doing === 'joined' ||
    (doing === 'connecting' && (this.#how === 'closed' || this.#how === 'elapsed'));
  run(model: Model, real: SignalingHost): void {
    if (this.#how === 'closed') {
      real.send({ type: 'socket.closed', socket: model.socket, jitter: 0.5 });
    } else if (this.#how === 'elapsed') real.elapse('');
    else real.hear({ type: 'refused', code: this.#how, message: '' });
    // After a refusal it comes back more slowly each time. Losing the seat in another way resets the count.
    if (model.doing === 'joined' && (this.#how === 'closed' || this.#how === 'elapsed'))
      model.attempts = 0;
    model.doing = 'backingOff';
    compare(model, real);
  }
  toString = () => `lose(${this.#how})`;
}

class Retry implements Command {
  readonly #isAsked: boolean;
  constructor(isAsked: boolean) {
    this.#isAsked = isAsked;
  }
  check = ({ doing }: Readonly<Model>) => this.#isAsked || doing === 'backingOff';
  run(model: Model, real: SignalingHost): void {
    if (this.#isAsked) real.send({ type: 'retry.requested' });
    else real.elapse('backoff');
    if (model.doing === 'backingOff') {
      model.doing = 'connecting';
      model.socket += 1;
      model.attempts += 1;
    }
    compare(model, real);
  }
  toString = () => (this.#isAsked ? 'retry' : 'back-off elapses');
}

class Haunt implements Command {
  check = ({ socket }: Readonly<Model>) => socket > 1;
  run(model: Model, real: SignalingHost): void {
    const socket = model.socket - 1;
    real.send({ type: 'socket.opened', socket });
    real.send({ type: 'message.received', socket, text: '{"type":"replaced"}' });
    real.send({ type: 'socket.closed', socket, jitter: 0.1 });
    compare(model, real);
  }
  toString = () => 'an older socket speaks';
}

class End implements Command {
  readonly #how: FinalRefusalCode | 'replaced' | 'stopped';
  constructor(how: FinalRefusalCode | 'replaced' | 'stopped') {
    this.#how = how;
  }
  check = ({ doing }: Readonly<Model>) =>
    this.#how === 'stopped' || doing === 'joining' || doing === 'joined';
  run(model: Model, real: SignalingHost): void {
    if (this.#how === 'stopped') real.send({ type: 'signaling.stopped' });
    else if (this.#how === 'replaced') real.hear({ type: 'replaced' });
    else real.hear({ type: 'refused', code: this.#how, message: '' });
    model.doing = 'over';
    compare(model, real);
  }
  toString = () => `end(${this.#how})`;
}

test('I5, I8, S4, S11: one socket after the other, until the seat is gone for good', () => {
  const commands = fc.commands<Model, SignalingHost>(
    [
      fc.boolean().map((isJoining) => new Progress(isJoining)),
      fc.constantFrom('closed', 'elapsed', 'limit', 'room.full').map((how) => new Lose(how)),
      fc.boolean().map((isAsked) => new Retry(isAsked)),
      fc.constant(new Haunt()),
      fc.constantFrom('replaced', 'stopped', 'idle', 'version').map((how) => new End(how)),
    ],
    { maxCommands: 30, size: 'max' },
  );
  fc.assert(
    fc.property(commands, (sequence) => {
      fc.modelRun(
        (): { model: Model; real: SignalingHost } => ({
          model: { doing: 'connecting', socket: 1, attempts: 0 },
          real: new SignalingHost(),
        }),
        sequence,
      );
    }),
    { numRuns: 300 },
  );
});
