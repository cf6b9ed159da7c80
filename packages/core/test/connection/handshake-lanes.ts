// The lanes between two ends of a handshake. They open once both negotiations have sent their messages, carry beats,
// and break with the path below them.
import { expect } from 'vitest';

import type { ConnectionEvent, Session } from '../../src/connection/index.ts';
import type { NegotiationMessage } from '../../src/protocol/types.ts';
import type { Role } from '../../src/routing/types.ts';
import type { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { lineOf } from '../support/candidate-lines.ts';

export const PATH_DELAY = 20;

/** One end's lanes. */
export interface LaneEnd {
  live: number | undefined;
  /** The generation whose lane is open. */
  open: number | undefined;
  /** By generation. */
  readonly sessions: Map<number, Session>;
  readonly spoken: Map<number, NegotiationMessage[]>;
  readonly heard: Map<number, NegotiationMessage[]>;
}

/**
 * `down` carries nothing. `moved` is another path: a lane finds it by an ICE restart, or by being new, and carries
 * nothing before.
 */
export type Path = 'whole' | 'moved' | 'down';

const otherOf = (role: Role): Role => (role === 'sender' ? 'receiver' : 'sender');

export class HandshakeLanes {
  path: Path = 'whole';
  /** Restarts that found another path. */
  found = 0;
  readonly #clock: VirtualClock;
  readonly #ends: ReadonlyMap<Role, LaneEnd>;
  readonly #send: (role: Role, event: ConnectionEvent) => void;

  constructor(
    clock: VirtualClock,
    ends: ReadonlyMap<Role, LaneEnd>,
    send: (role: Role, event: ConnectionEvent) => void,
  ) {
    this.#clock = clock;
    this.#ends = ends;
    this.#send = send;
  }

  start(role: Role, generation: number, session: Session): void {
    const end = this.#end(role);
    // I7: one at a time, each higher than all before.
    expect(end.live).toBeUndefined();
    expect(generation).toBeGreaterThan(Math.max(0, ...end.sessions.keys()));
    end.live = generation;
    end.sessions.set(generation, session);
    if (role === 'receiver') this.#offer(generation);
  }

  stop(role: Role, generation: number): void {
    const [end, other] = [this.#end(role), otherOf(role)];
    const isOpen = end.open === generation || this.#ends.get(other)?.open === generation;
    if (isOpen && this.path === 'whole')
      this.#later(PATH_DELAY, () => this.#send(other, { type: 'lane.closed', generation }));
    end.live = end.open = undefined;
  }

  restart(role: Role, generation: number): void {
    if (role === 'receiver') this.#offer(generation);
    else this.#say(role, { type: 'restart.wanted', generation });
  }

  beat(role: Role): void {
    this.#send(role, { type: 'control.sent' });
    const [end, other] = [this.#end(role), this.#end(otherOf(role))];
    if (this.path === 'whole' && other.open !== undefined && other.open === end.open)
      this.#send(otherOf(role), { type: 'traffic.received' });
  }

  hear(role: Role, message: NegotiationMessage): void {
    const end = this.#end(role);
    const { generation } = message;
    const heard = [...(end.heard.get(generation) ?? []), message];
    end.heard.set(generation, heard);
    // I6: the messages received are those that were sent, in order and without gaps.
    const said = this.#end(otherOf(role)).spoken.get(generation);
    expect(said?.slice(0, heard.length)).toEqual(heard);
    if (generation !== end.live) return;
    if (message.type === 'restart.wanted') this.#offer(generation);
    if (message.type !== 'description') return;
    if (role === 'sender') this.#answer(generation, message.round);
    else if (end.open === generation) this.#find(role);
    else this.#open(generation);
  }

  #end(role: Role): LaneEnd {
    return this.#ends.get(role) ?? expect.fail(`no ${role}`);
  }

  #later(delay: number, happen: () => void): void {
    this.#clock.setTimeout(happen, delay);
  }

  #say(role: Role, message: NegotiationMessage): void {
    const { spoken } = this.#end(role);
    spoken.set(message.generation, [...(spoken.get(message.generation) ?? []), message]);
    this.#send(role, { type: 'negotiation.sent', message });
  }

  #offer(generation: number): void {
    const offers = this.#end('receiver').spoken.get(generation)?.length ?? 0;
    this.#say('receiver', {
      type: 'description',
      generation,
      round: offers + 1,
      kind: 'offer',
      sdp: '',
    });
  }

  #answer(generation: number, round: number): void {
    for (const candidate of [lineOf('x'), ''])
      this.#say('sender', { type: 'candidate', generation, round, candidate, mid: '0', line: 0 });
    this.#say('sender', { type: 'description', generation, round, kind: 'answer', sdp: '' });
  }

  #find(role: Role): void {
    if (this.path !== 'moved') return;
    this.path = 'whole';
    this.found += 1;
    this.beat(role);
  }

  // The sender sees the lane first, so events in between can only affect the receiver.
  #open(generation: number): void {
    this.#later(PATH_DELAY, () => {
      const [one, other] = [this.#end('receiver'), this.#end('sender')];
      if (this.path === 'down' || one.live !== generation || other.live !== generation) return;
      this.path = 'whole';
      expectEqual(one.sessions.get(generation), other.sessions.get(generation));
      this.#show('sender', generation);
      this.#later(PATH_DELAY, () => {
        if (this.path === 'whole' && one.live === generation) this.#show('receiver', generation);
      });
    });
  }

  #show(role: Role, generation: number): void {
    this.#end(role).open = generation;
    this.#send(role, { type: 'lane.opened', generation });
  }
}

function expectEqual(one: Session | undefined, other: Session | undefined): void {
  expect(one?.id).toBe(other?.id);
  expect(one?.transport.handshakeHash).toEqual(other?.transport.handshakeHash);
  expect(one?.transport.send.key).toEqual(other?.transport.receive.key);
  expect(one?.transport.receive.key).toEqual(other?.transport.send.key);
}
