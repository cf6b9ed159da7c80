// A receiver and a sender with real keys, a relay between them that may be hostile, and lanes that open as
// soon as both negotiations have spoken. The sender's end is the real bundle, by the real route.
import { expect } from 'vitest';

import { toBase64Url } from '../../src/bytes.ts';
import { bundleMachine, type BundleCommand } from '../../src/bundle/index.ts';
import {
  connectionMachine,
  type ConnectionCommand,
  type ConnectionEvent,
  type Envelope,
  type Session,
} from '../../src/connection/index.ts';
import type { KeyPair } from '../../src/noise/index.ts';
import { memberOf, type Link } from '../../src/protocol/link.ts';
import { SENDER, type NegotiationMessage } from '../../src/protocol/types.ts';
import { route, type Role, type Routed } from '../../src/route.ts';
import { createDriver, type Driver } from '../../src/testing/driver.ts';
import { createRandom, type Random } from '../../src/testing/random.ts';
import { createVirtualClock } from '../../src/testing/virtual-clock.ts';

export const RECEIVER = toBase64Url(memberOf(new Uint8Array(32)));
const DELIVERY = toBase64Url(new Uint8Array(16).fill(8));
const PATH_DELAY = 20;

/** What arrives of an envelope that was sent to `to`, and how many milliseconds later than usual. */
export type Relay = (
  to: Role,
  envelope: Envelope,
) => readonly { readonly to: Role; readonly envelope: Envelope; readonly late?: number }[];

export const honestRelay: Relay = (to, envelope) => [{ to, envelope }];

interface End {
  readonly driver: Driver<typeof connectionMachine>;
  live: number | undefined;
  /** The generation whose lane is open. */
  open: number | undefined;
  /** By generation. */
  readonly sessions: Map<number, Session>;
  readonly spoken: Map<number, NegotiationMessage[]>;
  readonly heard: Map<number, NegotiationMessage[]>;
  failure: string | undefined;
}

export class HandshakeWorld {
  readonly clock = createVirtualClock();
  readonly ends = new Map<Role, End>();
  /** How many greetings the receiver has sent. */
  greetings = 0;
  readonly #random: Random;
  readonly #relay: Relay;
  readonly #bundle: Driver<typeof bundleMachine>;
  readonly #change: (link: Link) => Link;

  constructor(seed: number, relay: Relay = honestRelay, change = (link: Link) => link) {
    this.#random = createRandom(seed);
    this.#relay = relay;
    this.#change = change;
    this.#bundle = createDriver(bundleMachine, undefined, {
      clock: this.clock,
      onCommand: (command) => this.#carryOutBundle(command),
    });
    this.#bundle.start();
    const entry = { kind: 'file', path: 'a', size: 1, modified: null, mediaType: '' } as const;
    this.#bundle.send({ type: 'files.chosen', name: 'a', entries: [entry] });
    this.#bundle.send({ type: 'signaling.joined' });
  }

  get secrets(): Link & { readonly staticKeys: KeyPair } {
    const { secrets } = this.#bundle.snapshot.context;
    if (secrets === undefined) return expect.fail('no link yet');
    const { room, secret, staticKeys } = secrets;
    const roomBytes = Uint8Array.from(Buffer.from(room, 'base64url'));
    return { room, roomBytes, secret, publicKey: staticKeys.publicKey, staticKeys };
  }

  get receiver(): End {
    return this.#end('receiver');
  }

  /** What the sender's tab holds of receivers: half-open slots and deliveries. */
  get lobby(): { readonly halfOpen: number; readonly deliveries: number } {
    const { halfOpen, deliveries } = this.#bundle.snapshot.context;
    return { halfOpen: halfOpen.length, deliveries: deliveries.length };
  }

  /** The receiver is connected, or has given up. */
  get isSettled(): boolean {
    return this.receiver.open !== undefined || this.receiver.failure !== undefined;
  }

  /** Opens the link, and lets so many milliseconds pass. */
  run(milliseconds: number): void {
    const { roomBytes, secret, publicKey } = this.#change(this.secrets);
    const input = { role: 'initiator', delivery: DELIVERY, roomBytes, secret, publicKey } as const;
    this.#startEnd('receiver', input);
    this.send('receiver', { type: 'signaling.joined', peers: [SENDER] });
    this.clock.advance(milliseconds);
  }

  send(role: Role, event: ConnectionEvent): void {
    this.#end(role).driver.send(event);
  }

  /** Delivers an envelope as the server does it: whoever it says it comes from. */
  deliver(to: Role, envelope: Envelope): void {
    if (to === 'receiver') this.send('receiver', { type: 'relay.received', envelope });
    else this.#bundle.send({ type: 'relay.received', envelope });
  }

  /** Both are connected, over the same generation and equal sessions. */
  expectConnected(): void {
    const { receiver } = this;
    const sender = this.#end('sender');
    expect([receiver.open, sender.open]).toEqual([receiver.live, receiver.live]);
    expect(receiver.open).toBeDefined();
  }

  #bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#random.below(256));
  }

  #end(role: Role): End {
    return this.ends.get(role) ?? expect.fail(`no ${role}`);
  }

  #startEnd(role: Role, input: Parameters<typeof createDriver<typeof connectionMachine>>[1]): void {
    const driver = createDriver(connectionMachine, input, {
      clock: this.clock,
      onCommand: (command) => this.#carryOut(role, command),
    });
    const [sessions, spoken, heard] = [new Map(), new Map(), new Map()];
    const none = { live: undefined, open: undefined, failure: undefined };
    this.ends.set(role, { driver, sessions, spoken, heard, ...none });
    driver.start();
  }

  #carryOutBundle(command: BundleCommand): void {
    if (command.type === 'secrets.draw') {
      const [token, secret, privateKey] = [this.#bytes(32), this.#bytes(16), this.#bytes(32)];
      this.#bundle.send({ type: 'secrets.drawn', token, secret, privateKey });
    }
    if (command.type === 'entropy.draw') {
      const { session } = command;
      this.#bundle.send({ type: 'entropy.drawn', session, ephemeral: this.#bytes(32) });
    }
    if (command.type === 'delivery.open') {
      // I6: nobody but the receiver, after its hello, gets a delivery; and one alone.
      expect([command.delivery, this.ends.has('sender')]).toEqual([DELIVERY, false]);
      this.#startEnd('sender', { role: 'responder', delivery: command.delivery });
    }
    for (const routed of route('sender', '', { from: 'bundle', command }))
      this.#hear('sender', routed);
  }

  #carryOut(role: Role, command: ConnectionCommand): void {
    const end = this.#end(role);
    if (command.type === 'negotiation.start') this.#startNegotiation(role, end, command.generation);
    if (command.type === 'negotiation.stop') this.#stopNegotiation(role, end, command.generation);
    if (command.type === 'beat.send') this.#beat(role, end);
    if (command.type === 'connection.failed') {
      end.failure = command.code;
      if (role === 'sender') this.#bundle.send({ type: 'delivery.ended', delivery: DELIVERY });
    }
    if (command.type === 'entropy.draw') {
      const session = toBase64Url(this.#bytes(16));
      const jitter = this.#random.next();
      this.send(role, { type: 'entropy.drawn', session, ephemeral: this.#bytes(32), jitter });
    }
    for (const routed of route(role, DELIVERY, { from: 'connection', command }))
      this.#hear(role, routed);
  }

  #hear(role: Role, routed: Routed): void {
    if (routed.to === 'connection') return this.send(role, routed.event);
    if (routed.to === 'signaling' && routed.event.type === 'relay.requested')
      return this.#carry(role, routed.event.envelope);
    if (routed.to === 'negotiation' && routed.event.type === 'message.received')
      return this.#hearNegotiation(role, routed.event.message);
  }

  // S5: the server stamps who an envelope comes from.
  #carry(from: Role, envelope: Envelope): void {
    const to = from === 'sender' ? 'receiver' : 'sender';
    if (from === 'receiver' && envelope.seq === 0) this.greetings += 1;
    const stamped = { ...envelope, peer: from === 'sender' ? SENDER : RECEIVER };
    for (const one of this.#relay(to, stamped))
      this.clock.setTimeout(() => this.deliver(one.to, one.envelope), PATH_DELAY + (one.late ?? 0));
  }

  #startNegotiation(role: Role, end: End, generation: number): void {
    end.live = generation;
    end.sessions.set(generation, end.driver.snapshot.context.session ?? expect.fail('no session'));
    if (role === 'receiver')
      this.#say(role, { type: 'description', generation, round: 1, kind: 'offer', sdp: '' });
  }

  #stopNegotiation(role: Role, end: End, generation: number): void {
    const other = role === 'sender' ? 'receiver' : 'sender';
    if (end.open !== undefined)
      this.clock.setTimeout(
        () => this.send(other, { type: 'lane.closed', generation }),
        PATH_DELAY,
      );
    end.live = end.open = undefined;
  }

  #beat(role: Role, end: End): void {
    this.send(role, { type: 'control.sent' });
    const other = this.#end(role === 'sender' ? 'receiver' : 'sender');
    if (other.open !== undefined && other.open === end.open)
      other.driver.send({ type: 'traffic.received' });
  }

  #say(role: Role, message: NegotiationMessage): void {
    const { spoken } = this.#end(role);
    spoken.set(message.generation, [...(spoken.get(message.generation) ?? []), message]);
    this.send(role, { type: 'negotiation.spoke', message });
  }

  #hearNegotiation(role: Role, message: NegotiationMessage): void {
    const end = this.#end(role);
    const { generation } = message;
    const heard = [...(end.heard.get(generation) ?? []), message];
    end.heard.set(generation, heard);
    // I6: what is heard is what was said, in its order and without a hole.
    const said = this.#end(role === 'sender' ? 'receiver' : 'sender').spoken.get(generation);
    expect(said?.slice(0, heard.length)).toEqual(heard);
    if (generation !== end.live || message.type !== 'description') return;
    if (role === 'sender') this.#answer(generation);
    else this.#openLane(generation);
  }

  #answer(generation: number): void {
    for (const candidate of ['x', '']) {
      const message = {
        type: 'candidate',
        generation,
        round: 1,
        candidate,
        mid: '0',
        line: 0,
      } as const;
      this.#say('sender', message);
    }
    this.#say('sender', { type: 'description', generation, round: 1, kind: 'answer', sdp: '' });
  }

  #openLane(generation: number): void {
    this.clock.setTimeout(() => {
      const [one, other] = [this.receiver, this.#end('sender')];
      if (one.live !== generation || other.live !== generation) return;
      expectEqual(one.sessions.get(generation), other.sessions.get(generation));
      for (const role of ['sender', 'receiver'] as const) {
        this.#end(role).open = generation;
        this.send(role, { type: 'lane.opened', generation });
      }
    }, PATH_DELAY);
  }
}

function expectEqual(one: Session | undefined, other: Session | undefined): void {
  expect(one?.id).toBe(other?.id);
  expect(one?.transport.handshakeHash).toEqual(other?.transport.handshakeHash);
  expect(one?.transport.send.key).toEqual(other?.transport.receive.key);
  expect(one?.transport.receive.key).toEqual(other?.transport.send.key);
}
