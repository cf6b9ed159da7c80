import { expect } from 'vitest';

import { toBase64Url } from '../../src/bytes.ts';
import {
  answerHandshake,
  connectionMachine,
  sealMessage,
  type ConnectionCommand,
  type ConnectionEvent,
  type ConnectionInput,
  type Session,
} from '../../src/connection/index.ts';
import type { Envelope } from '../../src/protocol/envelope.ts';
import { keyPairFromPrivate } from '../../src/noise/index.ts';
import { SENDER, type SessionMessage } from '../../src/protocol/types.ts';
import { Stepper } from '../support/stepper.ts';

export type ConnectionRole = ConnectionInput['role'];

export const RECEIVER = toBase64Url(new Uint8Array(16).fill(9));
const DELIVERY = toBase64Url(new Uint8Array(16).fill(8));
const GOODBYES = ['sender.ended', 'sender.declined', 'unreachable'];
const staticKeys = keyPairFromPrivate(new Uint8Array(32).fill(7));

const KEYS = {
  roomBytes: new Uint8Array(16).fill(5),
  secret: new Uint8Array(16).fill(6),
  publicKey: staticKeys.publicKey,
  staticKeys,
};

const { roomBytes, secret, publicKey } = KEYS;
export const INPUTS = {
  initiator: {
    role: 'initiator',
    delivery: DELIVERY,
    roomBytes,
    secret,
    publicKey,
    member: RECEIVER,
  },
  responder: { role: 'responder', delivery: DELIVERY },
} as const satisfies Record<ConnectionRole, ConnectionInput>;

/** What the sender of {@link INPUTS} says first (N10). */
export const SUMMARY = { name: 'bundle', files: 2, bytes: 3 } as const;

/** A number as that many bytes, different for each number. */
function bytesFrom(number: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index < 4 ? number >> (8 * index) : length));
}

/** The answer of the sender of {@link INPUTS} to a handshake, with a number for its entropy. */
export function answerTo(handshake: Envelope, number: number): Envelope {
  const { data } = answerHandshake(KEYS, bytesFrom(number, 32), { ...handshake, peer: RECEIVER });
  return { ...handshake, peer: SENDER, data };
}

/** The other end of a session. */
export function mirror(session: Session): Session {
  const { send, receive, handshakeHash } = session.transport;
  return {
    ...session,
    transport: { send: receive, receive: send, handshakeHash },
    nextOut: session.nextIn,
    nextIn: session.nextOut,
  };
}

/** A session as the bundle hands it to a responder, without the cost of a handshake. */
export function sessionFrom(number: number): Session {
  const key = (more: number) => ({ key: bytesFrom(2 * number + more, 32), nonce: 1 });
  return {
    id: toBase64Url(bytesFrom(number, 16)),
    peer: RECEIVER,
    transport: { send: key(0), receive: key(1), handshakeHash: bytesFrom(number, 32) },
    nextOut: 1,
    nextIn: 2,
  };
}

interface Start {
  readonly machine?: typeof connectionMachine;
  /** The highest generation of an earlier visit; initiators only. */
  readonly earlier?: number;
  /** Another host, which this one is a fork of. */
  readonly origin?: ConnectionHost;
}

/** A host of one connection machine, which checks the invariants after each event. */
export class ConnectionHost {
  readonly stepper: Stepper<typeof connectionMachine>;
  readonly role: ConnectionRole;
  /** The newest generation that was started, and the one that is live. */
  generation = 0;
  live: number | undefined;
  isEstablished = false;
  failure: string | undefined;
  /** The newest handshake that was sent. */
  handshake: Envelope | undefined;
  /** G8: decides what a failed connection means. */
  #connected: 'never' | 'once' = 'never';
  /** The generation that was recorded last (G1). */
  #recorded = 0;
  #draws = 0;
  readonly #next: Map<string, number> = new Map();

  constructor(
    role: ConnectionRole,
    { machine = connectionMachine, earlier = 0, origin }: Start = {},
  ) {
    this.role = role;
    if (origin === undefined) {
      const isBack = role === 'initiator' && earlier > 0;
      if (isBack) [this.generation, this.#connected] = [earlier, 'once'];
      const input = isBack ? { ...INPUTS.initiator, generation: earlier } : INPUTS[role];
      this.stepper = new Stepper(machine, input);
      this.#check(this.stepper.commands, false);
      return;
    }
    this.stepper = origin.stepper.fork(INPUTS[role]);
    this.#connected = origin.#connected;
    this.#recorded = origin.#recorded;
    this.generation = origin.generation;
    this.live = origin.live;
    this.isEstablished = origin.isEstablished;
    this.failure = origin.failure;
    this.handshake = origin.handshake;
    this.#draws = origin.#draws;
    this.#next = new Map(origin.#next);
  }

  /** Another host in the same state, which goes its own way from here. */
  fork(): ConnectionHost {
    return new ConnectionHost(this.role, { origin: this });
  }

  get session(): Session | undefined {
    return this.stepper.context.session;
  }

  /** Whether it hears the other side, or looks for another path to it; undefined unless connected. */
  get listening(): 'hearing' | 'stalled' | undefined {
    const { value } = this.stepper;
    for (const state of ['hearing', 'stalled'] as const)
      if (JSON.stringify(value).includes(`"${state}"`)) return state;
    return undefined;
  }

  /** The top state's name. */
  get state(): string {
    const { value } = this.stepper;
    return typeof value === 'string' ? value : (Object.keys(value as object)[0] ?? '');
  }

  send(event: ConnectionEvent, isGenuine = false): readonly ConnectionCommand[] {
    return this.#check(this.stepper.send(event), isGenuine);
  }

  elapse(name: string): readonly ConnectionCommand[] {
    return this.#check(this.stepper.elapse(name), false);
  }

  /** An envelope from the other end of the current session. */
  envelopeOf(message: SessionMessage): Envelope {
    const session = this.session ?? expect.fail('no session');
    return { ...sealMessage(mirror(session), message).envelope, peer: session.peer };
  }

  hear(message: SessionMessage): readonly ConnectionCommand[] {
    const envelope = this.envelopeOf(message);
    return this.send({ type: 'relay.received', envelope }, message.type !== 'hello');
  }

  draw(jitter = 0.5): readonly ConnectionCommand[] {
    const number = ++this.#draws;
    const session = toBase64Url(bytesFrom(number, 16));
    return this.send({
      type: 'entropy.drawn',
      session,
      ephemeral: bytesFrom(number, 32),
      jitter,
    });
  }

  /** The next generation can't be recorded. */
  failToDraw(jitter = 0.5): readonly ConnectionCommand[] {
    return this.send({ type: 'entropy.failed', jitter });
  }

  /** The sender's answer to the newest handshake. */
  answer(): Envelope {
    return answerTo(this.handshake ?? expect.fail('nobody was greeted'), ++this.#draws);
  }

  /** Goes the shortest way from `waiting` to a negotiation. */
  negotiate(): void {
    if (this.role === 'responder') {
      const generation = this.generation + 1;
      this.send({ type: 'session.opened', session: sessionFrom(generation), generation });
      return;
    }
    if (this.state === 'waiting') this.send({ type: 'signaling.joined', peers: [SENDER] });
    this.draw();
    this.greet();
  }

  /** The sender of the newest handshake answers, and says what it has. */
  greet(): void {
    this.send({ type: 'relay.received', envelope: this.answer() });
    this.hear({ type: 'summary', ...SUMMARY });
  }

  /** Goes the shortest way from `waiting` to a sender whose person is asked first. */
  ask(): readonly ConnectionCommand[] {
    if (this.state === 'waiting') this.send({ type: 'signaling.joined', peers: [SENDER] });
    this.draw();
    this.send({ type: 'relay.received', envelope: this.answer() });
    return this.hear({ type: 'wait', senderName: 'Ana' });
  }

  connect(): void {
    this.negotiate();
    this.send({ type: 'lane.opened', generation: this.generation });
  }

  #check(commands: readonly ConnectionCommand[], isGenuine: boolean): readonly ConnectionCommand[] {
    for (const command of commands) this.#note(command, isGenuine);
    const { value, isOver, context, timers } = this.stepper;
    expect(this.live !== undefined).toBe(this.state === 'live');
    expect(this.isEstablished).toBe(this.state === 'live' && !isNegotiating(value));
    expect(this.failure !== undefined).toBe(this.state === 'failed');
    expect(this.listening !== undefined).toBe(this.isEstablished);
    expect(context.generation).toBe(this.generation);
    if (!['live', 'awaitingAnswer'].includes(this.state)) expect(context.session).toBeUndefined();
    if (this.state !== 'handshaking') expect(context.handshake).toBeUndefined();
    // I8: a connection that doesn't wait for the other side goes on by itself.
    const waits = this.role === 'responder' || !context.senderOnline;
    if (this.state === 'waiting') expect(waits).toBe(true);
    // A8: a person may take as long as they like.
    if (!isOver && !['waiting', 'drawing', 'awaitingAnswer'].includes(this.state))
      expect(timers.size).toBeGreaterThan(0);
    return commands;
  }

  #note(command: ConnectionCommand, isGenuine: boolean): void {
    switch (command.type) {
      case 'relay.send':
        return this.#noteSent(command.envelope);
      case 'negotiation.start':
        // I7: one at a time, each higher than all before.
        expect(this.live).toBeUndefined();
        expect(command.generation).toBeGreaterThan(this.generation);
        expect(command.offers).toBe(this.role === 'initiator');
        // G1: a generation that is used has been recorded.
        if (command.offers) expect(command.generation).toBe(this.#recorded);
        this.live = this.generation = command.generation;
        return;
      case 'negotiation.restart':
        expect([this.isEstablished, command.generation]).toEqual([true, this.live]);
        return;
      case 'negotiation.stop':
        expect(command.generation).toBe(this.live);
        this.live = undefined;
        return;
      case 'summary.received':
        // N10, I6: only a receiver is told, by the other end, in the session's first message.
        expect([isGenuine, this.role, this.session?.nextIn]).toEqual([true, 'initiator', 2]);
        expect(command.summary).toEqual(SUMMARY);
        return;
      case 'negotiation.receive':
        // I6: only messages that the other end has sent are received.
        expect(isGenuine).toBe(true);
        return;
      case 'secret.compute':
        return;
      case 'connection.established':
        expect([this.isEstablished, command.generation]).toEqual([false, this.live]);
        this.isEstablished = true;
        this.#connected = 'once';
        return;
      case 'connection.lost':
        expect(this.isEstablished).toBe(true);
        this.isEstablished = false;
        return;
      case 'connection.failed':
        // N8: a goodbye counts only if it is genuine and the other side may send it.
        expect(isGenuine ? GOODBYES : ['security', 'unreachable']).toContain(command.code);
        if (command.code === 'unreachable' && (!isGenuine || this.role === 'initiator'))
          this.#expectFirstTry();
        expect(this.failure).toBeUndefined();
        this.failure = command.code;
        return;
      case 'place.awaited':
      case 'answer.awaited':
        // N8, A8: only a sender has places to give, and is asked.
        expect([isGenuine, this.role]).toEqual([true, 'initiator']);
        return;
      case 'beat.send':
        expect(this.isEstablished).toBe(true);
        return;
      case 'retry.scheduled':
        expect(this.role).toBe('initiator');
        expect([...this.stepper.timers.values()].map(({ delay }) => delay)).toEqual([
          command.delay,
        ]);
        return;
      case 'entropy.draw':
        // G1: all earlier generations, even in an earlier visit, are lower.
        expect(this.role).toBe('initiator');
        expect(command.generation).toBeGreaterThan(this.generation);
        expect(command.generation).toBeGreaterThanOrEqual(this.#recorded);
        this.#recorded = command.generation;
    }
  }

  // G8: a connection that has been made is never given up.
  #expectFirstTry(): void {
    expect(this.#connected).toBe('never');
    if (this.role === 'responder') expect(this.generation).toBe(1);
  }

  // N2: a session uses every number once, in order. N7: only a responder sends its end.
  #noteSent({ session, seq, data, peer }: Envelope): void {
    expect(peer).toBe(this.role === 'initiator' ? SENDER : RECEIVER);
    const first = this.role === 'initiator' ? 0 : 1;
    expect(seq).toBe(this.#next.get(session) ?? first);
    this.#next.set(session, data === '' ? Infinity : seq + 1);
    if (data === '') expect(this.role).toBe('responder');
    if (seq === 0) this.handshake = { peer: SENDER, session, seq, data };
  }
}

export function isNegotiating(value: unknown): boolean {
  return JSON.stringify(value) === '{"live":"negotiating"}';
}
