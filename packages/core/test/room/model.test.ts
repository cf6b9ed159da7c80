import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { KNOCKERS_MAX } from '../../src/constants.ts';
import { SENDER, type PeerId } from '../../src/protocol/types.ts';
import type { SocketId } from '../../src/room/index.ts';
import { MEMBERS } from './room-events.ts';
import { RoomHost, settings, TAG } from './room-host.ts';

/** The whole state of a room: its members and their sockets. */
interface Model {
  seats: Map<PeerId, SocketId>;
  sockets: number;
}

interface Real {
  host: RoomHost;
}

type Command = fc.Command<Model, Real>;

class Join implements Command {
  readonly #member: PeerId;
  constructor(member: PeerId) {
    this.#member = member;
  }
  check = () => true;
  run(model: Model, real: Real): void {
    const member = this.#member;
    const receivers = [...model.seats.keys()].filter((peer) => peer !== SENDER && peer !== member);
    // Nobody is admitted here, and all are of one neighbourhood, so the oldest makes room for a newcomer.
    const places = model.seats.has(SENDER) ? KNOCKERS_MAX : settings.receiversMax + KNOCKERS_MAX;
    const isFull = member !== SENDER && receivers.length >= places && !model.seats.has(member);
    const socket = `socket ${model.sockets++}`;
    const replaced = model.seats.get(member);
    // A room that has ended is never reused: the host makes another one.
    if (model.seats.size === 0) real.host = new RoomHost();
    const oldest = isFull ? receivers[0] : undefined;
    real.host.send({ type: 'member.joined', socket, member, tag: TAG });
    if (oldest !== undefined) {
      expect(real.host.lines.get(model.seats.get(oldest) ?? '')?.closed).toBe(4003);
      model.seats.delete(oldest);
    }
    // A member that joins again becomes the youngest.
    model.seats.delete(member);
    model.seats.set(member, socket);
    if (replaced !== undefined) expect(real.host.lines.get(replaced)?.closed).toBe(4001);
    expect(real.host.lines.get(socket)?.closed).toBeUndefined();
    compare(model, real);
  }
  toString = () => `join(${this.#member})`;
}

type Going =
  'member.left' | 'socket.closed' | 'silence.elapsed' | 'unaccepted.elapsed' | 'knock.elapsed';

class Go implements Command {
  readonly #member: PeerId;
  readonly #how: Going;
  constructor(member: PeerId, how: Going) {
    this.#member = member;
    this.#how = how;
  }
  check = (model: Readonly<Model>) => model.seats.has(this.#member);
  run(model: Model, { host }: Real): void {
    const socket = model.seats.get(this.#member) ?? '';
    const how = this.#how;
    const isMade = how === 'member.left' || how === 'socket.closed';
    if (isMade) host.send({ type: how, socket });
    const isGone = isMade || host.elapse(how, how === 'knock.elapsed' ? this.#member : socket);
    const isReceiver = this.#member !== SENDER;
    if (how === 'unaccepted.elapsed') expect(isGone).toBe(isReceiver);
    else expect(isGone).toBe(how !== 'knock.elapsed' || (isReceiver && model.seats.has(SENDER)));
    if (isGone) model.seats.delete(this.#member);
    compare(model, { host });
  }
  toString = () => `${this.#how}(${this.#member})`;
}

class Relay implements Command {
  readonly #from: PeerId;
  readonly #to: PeerId;
  constructor(from: PeerId, to: PeerId) {
    this.#from = from;
    this.#to = to;
  }
  check = (model: Readonly<Model>) => model.seats.has(this.#from);
  run(model: Model, { host }: Real): void {
    const [from, to] = [this.#from, this.#to];
    const socket = model.seats.get(from) ?? '';
    const target = (from === SENDER) === (to === SENDER) ? undefined : model.seats.get(to);
    const message = { type: 'relay', from, session: 'x', seq: 7, data: 'y' };
    expect(
      host.send({ type: 'relay.received', socket, to, session: 'x', seq: 7, data: 'y' }),
    ).toEqual(target === undefined ? [] : [{ type: 'message.send', socket: target, message }]);
    compare(model, { host });
  }
  toString = () => `relay(${this.#from} to ${this.#to})`;
}

function compare(model: Model, { host }: Real): void {
  expect(new Map([...host.seats()].map(([socket, member]) => [member, socket]))).toEqual(
    model.seats,
  );
}

test('S4 to S8: a room is a map from members to sockets', () => {
  const member = fc.constantFrom(...MEMBERS);
  const how = fc.constantFrom<Going[]>(
    'member.left',
    'socket.closed',
    'silence.elapsed',
    'unaccepted.elapsed',
    'knock.elapsed',
  );
  const commands = fc.commands<Model, Real>(
    [
      member.map((who) => new Join(who)),
      fc.tuple(member, how).map(([who, why]) => new Go(who, why)),
      fc.tuple(member, member).map(([from, to]) => new Relay(from, to)),
    ],
    { maxCommands: 40, size: 'max' },
  );
  fc.assert(
    fc.property(commands, (sequence) => {
      fc.modelRun(
        () => ({ model: { seats: new Map(), sockets: 0 }, real: { host: new RoomHost() } }),
        sequence,
      );
    }),
    { numRuns: 200 },
  );
});
