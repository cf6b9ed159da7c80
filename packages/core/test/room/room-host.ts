// A host for one room, without a network. It carries out the machine's commands and timers, records the messages to
// every socket, and checks the room's invariants after each event.
import { expect } from 'vitest';

import { KNOCKERS_MAX } from '../../src/constants.ts';
import { SENDER, type PeerId, type ServerMessage } from '../../src/protocol/types.ts';
import { roomMachine } from '../../src/room/index.ts';
import type {
  RoomCommand,
  RoomEvent,
  RoomSettings,
  RoomTimer,
  SocketId,
} from '../../src/room/index.ts';
import { start, step } from '../../src/step.ts';

/** The tag of every member whose neighbourhood doesn't matter. */
export const TAG = 'AAAAAA';

export const settings: RoomSettings = {
  receiversMax: 2,
  unacceptedTimeout: 600_000,
  pingInterval: 25_000,
  silenceTimeout: 60_000,
  iceServers: [{ urls: 'stun:stun.example' }],
};

type Snapshot = ReturnType<typeof start<typeof roomMachine>>[0];

/** The host's record of one socket. */
export interface Line {
  readonly member: PeerId;
  readonly heard: ServerMessage[];
  /** The members that are online, by the messages that this client received. */
  peers: ReadonlySet<PeerId>;
  closed: number | undefined;
}

export class RoomHost {
  snapshot: Snapshot;
  ended = 0;
  readonly lines = new Map<SocketId, Line>();
  readonly timers = new Map<string, { readonly event: RoomTimer; readonly delay: number }>();
  readonly commands: RoomCommand[] = [];
  readonly #settings: RoomSettings;

  constructor(roomSettings: RoomSettings = settings) {
    this.#settings = roomSettings;
    this.snapshot = start(roomMachine, roomSettings)[0];
  }

  /** Sends an event, carries out the room's commands, checks the invariants, and returns the commands. */
  send(event: RoomEvent): readonly RoomCommand[] {
    const wasSeated = this.seats();
    const [next, effects] = step(roomMachine, this.snapshot, event);
    this.snapshot = next;
    if (event.type === 'member.joined' && !this.lines.has(event.socket)) {
      this.lines.set(event.socket, {
        member: event.member,
        heard: [],
        peers: new Set(),
        closed: undefined,
      });
    }
    const commands: RoomCommand[] = [];
    for (const effect of effects) {
      if (effect.kind === 'command') commands.push(effect.command);
      if (effect.kind === 'timer.cancel') this.timers.delete(effect.id);
      if (effect.kind === 'timer.start') {
        expect(this.timers.has(effect.id), 'a timer is stopped before it is started again').toBe(
          false,
        );
        this.timers.set(effect.id, { event: effect.event as RoomTimer, delay: effect.delay });
      }
    }
    for (const command of commands) this.#carryOut(command, event, wasSeated);
    this.commands.push(...commands);
    this.#check();
    return commands;
  }

  /** Lets a running timer elapse. Returns whether there was one. */
  elapse(type: RoomTimer['type'], of: string): boolean {
    const id = `${type}:${of}`;
    const timer = this.timers.get(id);
    if (timer === undefined) return false;
    this.timers.delete(id);
    this.send(timer.event);
    return true;
  }

  seats(): ReadonlyMap<SocketId, PeerId> {
    return new Map(this.snapshot.context.seats.map(({ socket, member }) => [socket, member]));
  }

  #carryOut(
    command: RoomCommand,
    event: RoomEvent,
    wasSeated: ReadonlyMap<SocketId, PeerId>,
  ): void {
    expect(this.ended, 'nothing comes after room.ended').toBe(0);
    if (command.type === 'room.ended') {
      this.ended += 1;
      return;
    }
    const line = this.lines.get(command.socket);
    expect(line, 'commands name sockets that have joined').toBeDefined();
    if (line === undefined) return;
    expect(line.closed, 'S: nothing comes after a close').toBeUndefined();
    if (command.type === 'socket.close') line.closed = command.code;
    else this.#hear(line, command.message, event, wasSeated);
  }

  #hear(
    line: Line,
    message: ServerMessage,
    event: RoomEvent,
    wasSeated: ReadonlyMap<SocketId, PeerId>,
  ): void {
    line.heard.push(message);
    if (message.type === 'joined') {
      expect(message.member).toBe(line.member);
      expect(message.iceServers).toBe(this.#settings.iceServers);
      line.peers = new Set(message.peers);
    }
    if (message.type === 'peer.online') {
      expect(line.peers.has(message.peer)).toBe(false);
      line.peers = new Set([...line.peers, message.peer]);
    }
    if (message.type === 'peer.offline') {
      expect(line.peers.has(message.peer)).toBe(true);
      line.peers = new Set([...line.peers].filter((peer) => peer !== message.peer));
    }
    if (message.type === 'relay') checkRelay(line, message, event, wasSeated);
  }

  #check(): void {
    const seats = [...this.seats()];
    const members = seats.map(([, member]) => member);
    const receivers = members.filter((member) => member !== SENDER);
    const { receiversMax } = this.#settings;
    const knocking = this.snapshot.context.seats.filter(({ stage }) => stage === 'knocking');
    expect(receivers.length, 'I10, S7').toBeLessThanOrEqual(receiversMax + KNOCKERS_MAX);
    expect(receivers.length - knocking.length, 'S7: seats').toBeLessThanOrEqual(receiversMax);
    const areTimed = members.includes(SENDER) ? knocking.map(({ member }) => member) : [];
    expect(
      [...this.timers.values()]
        .flatMap(({ event }) => ('member' in event ? [event.member] : []))
        .toSorted(),
      'S7: who knocks has a time, while the sender is here',
    ).toEqual(areTimed.toSorted());
    expect(new Set(members).size, 'S4: one socket for each seat').toBe(
      this.snapshot.context.seats.length,
    );
    const others = (member: PeerId): readonly PeerId[] =>
      member === SENDER ? receivers : members.filter((peer) => peer === SENDER);
    for (const [socket, member] of seats) {
      const line = this.lines.get(socket);
      expect(line?.closed, 'a seat has an open socket').toBeUndefined();
      expect([...(line?.peers ?? [])].toSorted(), 'S6: each knows who is online').toEqual(
        [...others(member)].toSorted(),
      );
      expect(this.timers.has(`silence.elapsed:${socket}`), 'S9').toBe(true);
    }
    for (const { event } of this.timers.values()) {
      if ('member' in event) continue;
      const member = this.seats().get(event.socket);
      expect(member, 'I10: timers belong to seats').toBeDefined();
      if (event.type === 'unaccepted.elapsed')
        expect(member, 'S8: the sender may wait').not.toBe(SENDER);
    }
    const isOver = this.snapshot.status === 'done';
    expect(this.ended, 'S6: ended and said so').toBe(isOver ? 1 : 0);
    if (this.lines.size > 0)
      expect(isOver, 'S6: a room without sockets vanishes').toBe(seats.length === 0);
  }
}

function checkRelay(
  line: Line,
  message: Extract<ServerMessage, { readonly type: 'relay' }>,
  event: RoomEvent,
  wasSeated: ReadonlyMap<SocketId, PeerId>,
): void {
  if (event.type !== 'relay.received') throw new Error('a relay comes from a relay alone');
  const { to, session, seq, data } = event;
  const from = wasSeated.get(event.socket);
  expect(message, 'S5: stamped, and nothing else changed').toEqual({
    type: 'relay',
    from,
    session,
    seq,
    data,
  });
  expect(line.member, 'S5: delivered to whom it names').toBe(to);
  expect(
    [from, to].filter((peer) => peer === SENDER),
    'S5: sender and receiver',
  ).toHaveLength(1);
}
