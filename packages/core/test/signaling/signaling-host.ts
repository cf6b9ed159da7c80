import { expect } from 'vitest';

import { toBase64Url } from '../../src/bytes.ts';
import { encodeServerMessage, parseClientMessage } from '../../src/protocol/server-messages.ts';
import type { ClientMessage, ServerMessage } from '../../src/protocol/types.ts';
import {
  signalingMachine,
  type SignalingCommand,
  type SignalingEvent,
  type SignalingInput,
} from '../../src/signaling/index.ts';
import { Stepper } from '../support/stepper.ts';

export const INPUT: SignalingInput = {
  role: 'receiver',
  room: toBase64Url(new Uint8Array(16).fill(1)),
  token: toBase64Url(new Uint8Array(32).fill(2)),
};

export const JOINED: ServerMessage = {
  type: 'joined',
  version: 2,
  member: toBase64Url(new Uint8Array(16).fill(3)),
  peers: ['sender'],
  iceServers: [{ urls: 'stun:stun.example' }],
};

/** A host without a network. It records its sockets, and checks the invariants after each event. */
export class SignalingHost {
  readonly stepper: Stepper<typeof signalingMachine>;
  /** The messages that were sent on each socket. */
  readonly said = new Map<number, ClientMessage[]>();
  #opened = 0;
  // The socket that is neither closed nor given up.
  #held: number | undefined;
  #isJoined = false;
  #hasAccepted = false;

  constructor(machine: typeof signalingMachine = signalingMachine) {
    this.stepper = new Stepper(machine, INPUT);
    this.#check(this.stepper.commands);
  }

  /** The newest socket. */
  get socket(): number {
    return this.#opened;
  }

  get isJoined(): boolean {
    return this.#isJoined;
  }

  send(event: SignalingEvent): readonly SignalingCommand[] {
    if ('socket' in event && event.socket !== this.#opened) {
      this.stepper.sendInVain(event);
      return [];
    }
    if (event.type === 'delivery.accepted') this.#hasAccepted = true;
    if (event.type === 'socket.closed') this.#held = undefined;
    return this.#check(this.stepper.send(event));
  }

  elapse(name: string): readonly SignalingCommand[] {
    return this.#check(this.stepper.elapse(name));
  }

  hear(message: ServerMessage): readonly SignalingCommand[] {
    const text = encodeServerMessage(message);
    return this.send({ type: 'message.received', socket: this.#opened, text });
  }

  /** Opens the newest socket, and joins. */
  join(): readonly SignalingCommand[] {
    this.send({ type: 'socket.opened', socket: this.#opened });
    return this.hear(JOINED);
  }

  #check(commands: readonly SignalingCommand[]): readonly SignalingCommand[] {
    for (const command of commands) this.#note(command);
    const { value, timers, isOver } = this.stepper;
    expect(this.#isJoined).toBe(typeof value === 'object' && value !== null && 'joined' in value);
    if (isOver || value === 'backingOff')
      expect(this.#held, 'I11: a socket is left').toBeUndefined();
    // I8: while it is not over, something will happen by itself.
    expect(timers.size).toBe(isOver ? 0 : 1);
    return commands;
  }

  #note(command: SignalingCommand): void {
    switch (command.type) {
      case 'socket.open':
        expect([command.socket, this.#held]).toEqual([this.#opened + 1, undefined]);
        this.#opened = command.socket;
        this.#held = command.socket;
        this.said.set(command.socket, []);
        return;
      case 'socket.close':
        expect(command.socket).toBe(this.#opened);
        this.#held = undefined;
        return;
      case 'socket.send':
        return this.#noteSaid(command.socket, parseClientMessage(command.text));
      case 'signaling.joined':
        expect(this.#isJoined).toBe(false);
        this.#isJoined = true;
        return;
      case 'signaling.lost':
        expect(this.#isJoined).toBe(true);
        this.#isJoined = false;
        return;
      default:
        // Messages of the room are reported only while joined; the end of the seat in any state.
        expect(this.#isJoined).toBe(!command.type.startsWith('signaling.'));
    }
  }

  #noteSaid(socket: number, message: ClientMessage): void {
    expect(socket).toBe(this.#held);
    const said = this.said.get(socket) ?? expect.fail('not opened');
    said.push(message);
    // S1, S8.
    if (said.length === 1) expect(message).toEqual({ type: 'join', version: 2, ...INPUT });
    else expect(message.type).not.toBe('join');
    if (said.length === 2 && this.#hasAccepted) expect(message.type).toBe('accepted');
    if (!this.#hasAccepted) expect(message.type).not.toBe('accepted');
  }
}
