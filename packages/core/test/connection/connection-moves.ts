// Moves of a path, for its model and for the machine.
import * as fc from 'fast-check';

import { SENDER } from '../../src/protocol/types.ts';
import { sessionFrom, SUMMARY, type ConnectionHost } from './connection-host.ts';
import {
  compare,
  drop,
  findNoWay,
  isBetween,
  isConnected,
  isLive,
  needsAnswer,
  needsSession,
  refuse,
  retry,
  type Model,
} from './connection-model.ts';

type Command = fc.Command<Model, ConnectionHost>;

class Sender implements Command {
  readonly #isOnline: boolean;
  constructor(isOnline: boolean) {
    this.#isOnline = isOnline;
  }
  check = ({ isInitiator }: Readonly<Model>) => isInitiator;
  run(model: Model, real: ConnectionHost): void {
    real.send({ type: this.#isOnline ? 'peer.online' : 'peer.offline', peer: SENDER });
    model.isSenderOnline = this.#isOnline;
    if (this.#isOnline && ['waiting', 'backingOff', 'awaitingPlace'].includes(model.doing))
      drop(model, 'waiting');
    if (!this.#isOnline && model.doing === 'handshaking') drop(model, 'waiting');
    if (!this.#isOnline && needsSession(model)) retry(model);
    if (!this.#isOnline && isConnected(model)) model.hasSession = false;
    compare(model, real);
  }
  toString = () => `the sender is ${this.#isOnline ? 'online' : 'offline'}`;
}

class LoseSignaling implements Command {
  check = () => true;
  run(model: Model, real: ConnectionHost): void {
    real.send({ type: 'signaling.lost' });
    model.isSenderOnline = false;
    if (model.doing === 'handshaking') drop(model, 'waiting');
    if (needsSession(model)) retry(model);
    if (isConnected(model)) model.hasSession = false;
    compare(model, real);
  }
  toString = () => 'signaling lost';
}

class Draw implements Command {
  check = ({ doing }: Readonly<Model>) => doing === 'drawing';
  run(model: Model, real: ConnectionHost): void {
    real.draw();
    // The handshake is sent in any case; without a sender, its answer is not waited for.
    drop(model, model.isSenderOnline ? 'handshaking' : 'waiting');
    compare(model, real);
  }
  toString = () => 'draw';
}

class FailToDraw implements Command {
  check = ({ doing }: Readonly<Model>) => doing === 'drawing';
  run(model: Model, real: ConnectionHost): void {
    real.failToDraw();
    drop(model, 'backingOff');
    compare(model, real);
  }
  toString = () => 'fail to draw';
}

class StartHandshake implements Command {
  readonly #isRefused: boolean;
  constructor(isRefused: boolean) {
    this.#isRefused = isRefused;
  }
  check = ({ doing, isInitiator }: Readonly<Model>) =>
    doing === 'handshaking' || (!isInitiator && doing !== 'over');
  run(model: Model, real: ConnectionHost): void {
    if (!model.isInitiator) {
      const generation = model.generation + 1;
      const session = sessionFrom(generation);
      real.send({ type: 'session.opened', session, generation });
    } else {
      const envelope = real.answer();
      const data = this.#isRefused ? `${envelope.data.slice(0, -4)}AAAA` : envelope.data;
      real.send({ type: 'relay.received', envelope: { ...envelope, data } });
      if (!this.#isRefused) real.hear({ type: 'summary', ...SUMMARY });
    }
    if (model.isInitiator && this.#isRefused) refuse(model);
    else {
      if (isConnected(model)) model.failures = 0;
      model.doing = 'negotiating';
      model.hasSession = true;
      model.generation += 1;
    }
    compare(model, real);
  }
  toString = () => (this.#isRefused ? 'a wrong answer' : 'an answer');
}

class BeAsked implements Command {
  check = ({ doing, isInitiator }: Readonly<Model>) => isInitiator && doing === 'handshaking';
  run(model: Model, real: ConnectionHost): void {
    real.send({ type: 'relay.received', envelope: real.answer() });
    real.hear({ type: 'wait' });
    model.doing = 'awaitingAnswer';
    model.hasSession = true;
    model.failures = 0;
    model.generation += 1;
    compare(model, real);
  }
  toString = () => 'the sender is asked first';
}

class HearUnreadable implements Command {
  check = ({ hasSession }: Readonly<Model>) => hasSession;
  run(model: Model, real: ConnectionHost): void {
    const envelope = real.envelopeOf({ type: 'restart.wanted', generation: 1 });
    real.send({ type: 'relay.received', envelope: { ...envelope, data: 'AAAA' } });
    if (model.doing === 'negotiating') refuse(model);
    else if (needsSession(model)) retry(model);
    model.hasSession = false;
    compare(model, real);
  }
  toString = () => 'an envelope that does not open';
}

class HearUnreachable implements Command {
  check = ({ hasSession }: Readonly<Model>) => hasSession;
  run(model: Model, real: ConnectionHost): void {
    real.hear({ type: 'goodbye', reason: 'unreachable' });
    if (!model.isInitiator || model.connected === 'never') drop(model, 'over');
    else if (needsSession(model)) retry(model);
    model.hasSession = false;
    compare(model, real);
  }
  toString = () => 'there is no way';
}

class HearGoodbye implements Command {
  check = ({ hasSession }: Readonly<Model>) => hasSession;
  run(model: Model, real: ConnectionHost): void {
    real.hear({ type: 'goodbye', reason: 'ended' });
    if (model.isInitiator) drop(model, 'over');
    else if (model.doing === 'negotiating') retry(model);
    model.hasSession = false;
    compare(model, real);
  }
  toString = () => 'goodbye';
}

class HearFull implements Command {
  check = ({ hasSession }: Readonly<Model>) => hasSession;
  run(model: Model, real: ConnectionHost): void {
    real.hear({ type: 'goodbye', reason: 'full' });
    if (isConnected(model) && model.isInitiator) model.failures = 0;
    if (model.isInitiator) drop(model, 'awaitingPlace');
    else if (model.doing === 'negotiating') retry(model);
    model.hasSession = false;
    compare(model, real);
  }
  toString = () => 'no place is left';
}

class HearReconnect implements Command {
  readonly #ahead: number;
  constructor(ahead: number) {
    this.#ahead = ahead;
  }
  check = ({ hasSession, generation }: Readonly<Model>) =>
    hasSession && generation + this.#ahead > 0;
  run(model: Model, real: ConnectionHost): void {
    real.hear({ type: 'reconnect.wanted', generation: model.generation + this.#ahead });
    if (!model.isInitiator) {
      if (model.doing === 'negotiating') retry(model);
      model.hasSession = false;
    } else if (this.#ahead === 0 || needsAnswer(model)) retry(model);
    compare(model, real);
  }
  toString = () => `a reconnection is wanted (${this.#ahead})`;
}

class Lane implements Command {
  readonly #isOpen: boolean;
  constructor(isOpen: boolean) {
    this.#isOpen = isOpen;
  }
  check = isLive;
  run(model: Model, real: ConnectionHost): void {
    const { generation } = model;
    real.send({ type: this.#isOpen ? 'lane.opened' : 'lane.closed', generation });
    if (!this.#isOpen && isConnected(model)) retry(model);
    else if (!this.#isOpen) findNoWay(model);
    else if (model.doing === 'negotiating') [model.doing, model.connected] = ['hearing', 'once'];
    compare(model, real);
  }
  toString = () => (this.#isOpen ? 'lane opens' : 'lane closes');
}

class Suspect implements Command {
  readonly #what: 'path.suspected' | 'lane.suspected';
  constructor(what: 'path.suspected' | 'lane.suspected') {
    this.#what = what;
  }
  check = isLive;
  run(model: Model, real: ConnectionHost): void {
    const { generation } = model;
    const isLane = this.#what === 'lane.suspected';
    real.send(isLane ? { type: 'lane.suspected', generation } : { type: 'path.suspected' });
    if (isLane && model.doing === 'negotiating') findNoWay(model);
    else if (model.doing === 'hearing' && (isLane || model.hasSession)) model.doing = 'stalled';
    compare(model, real);
  }
  toString = () => this.#what;
}

class HearTraffic implements Command {
  check = () => true;
  run(model: Model, real: ConnectionHost): void {
    real.send({ type: 'traffic.received' });
    // G8: what comes over the lane has found the way.
    if (model.doing === 'negotiating') model.connected = 'once';
    if (model.doing === 'stalled') model.doing = 'hearing';
    compare(model, real);
  }
  toString = () => 'traffic';
}

class SayName implements Command {
  check = () => true;
  run(model: Model, real: ConnectionHost): void {
    real.send({ type: 'receiver.named', receiverName: 'Bo' });
    if (needsAnswer(model)) retry(model);
    compare(model, real);
  }
  toString = () => 'a name is given';
}

class RequestRetry implements Command {
  check = () => true;
  run(model: Model, real: ConnectionHost): void {
    real.send({ type: 'retry.requested' });
    if (isBetween(model)) drop(model, 'waiting');
    compare(model, real);
  }
  toString = () => 'somebody wants a retry';
}

class Elapse implements Command {
  check = ({ doing }: Readonly<Model>) =>
    !['waiting', 'drawing', 'awaitingAnswer', 'over'].includes(doing);
  run(model: Model, real: ConnectionHost): void {
    const timers = {
      handshaking: 'handshakeTimeout',
      backingOff: 'backoff',
      awaitingPlace: 'backoff',
      negotiating: 'connectTimeout',
      hearing: 'stallTimeout',
      stalled: 'heartbeatTimeout',
    };
    real.elapse(timers[model.doing as keyof typeof timers]);
    if (model.doing === 'negotiating') findNoWay(model);
    else if (isBetween(model)) drop(model, 'waiting');
    else if (model.doing === 'hearing') model.doing = 'stalled';
    else retry(model);
    compare(model, real);
  }
  toString = () => 'the time is over';
}

// Moves that lead on are more frequent, or most courses would end before a connection is made.
const onward = [
  fc.constant(new Sender(true)),
  fc.constant(new Draw()),
  fc.constant(new StartHandshake(false)),
  fc.constantFrom(true, true, false).map((isOpen) => new Lane(isOpen)),
];

/** Any course of moves. */
export const commands = fc.commands<Model, ConnectionHost>(
  [
    ...onward,
    ...onward,
    ...onward,
    fc.constant(new Sender(false)),
    fc.constant(new LoseSignaling()),
    fc.constant(new FailToDraw()),
    fc.constant(new StartHandshake(true)),
    fc.constant(new BeAsked()),
    fc.constant(new BeAsked()),
    fc.constant(new HearUnreadable()),
    fc.constant(new HearGoodbye()),
    fc.constant(new HearFull()),
    fc.constant(new HearUnreachable()),
    fc.constantFrom(0, 0, -1).map((ahead) => new HearReconnect(ahead)),
    fc.constantFrom('path.suspected', 'lane.suspected').map((what) => new Suspect(what)),
    fc.constant(new HearTraffic()),
    fc.constant(new SayName()),
    fc.constant(new RequestRetry()),
    fc.constant(new Elapse()),
  ],
  { maxCommands: 100, size: 'max' },
);
