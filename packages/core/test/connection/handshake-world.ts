// A receiver and a sender with real keys, a relay between them that may be hostile, and lanes that open as soon as both
// negotiations have sent their messages. The sender's end is the real bundle, by the real route.
import { expect } from 'vitest';

import { toBase64Url } from '../../src/bytes.ts';
import { bundleMachine, type BundleCommand } from '../../src/bundle/index.ts';
import {
  connectionMachine,
  type ConnectionCommand,
  type ConnectionEvent,
} from '../../src/connection/index.ts';
import type { Envelope } from '../../src/protocol/envelope.ts';
import type { KeyPair } from '../../src/noise/index.ts';
import { memberOf, type Link } from '../../src/protocol/link.ts';
import { SENDER } from '../../src/protocol/types.ts';
import type { Role, Routed } from '../../src/routing/types.ts';
import type { SignalingCommand } from '../../src/signaling/types.ts';
import { createDriver, type Driver } from '../../src/testing/driver.ts';
import { createRandom, type Random } from '../../src/testing/random.ts';
import { createVirtualClock } from '../../src/testing/virtual-clock.ts';
import { routeAt } from '../support/route-at.ts';
import { HandshakeLanes, PATH_DELAY, type LaneEnd } from './handshake-lanes.ts';

export const RECEIVER = toBase64Url(memberOf(new Uint8Array(32)));
const DELIVERY = toBase64Url(new Uint8Array(16).fill(8));

/** The envelopes that arrive for one that was sent to `to`, and their additional delay in milliseconds. */
export type Relay = (
  to: Role,
  envelope: Envelope,
) => readonly { readonly to: Role; readonly envelope: Envelope; readonly late?: number }[];

export const honestRelay: Relay = (to, envelope) => [{ to, envelope }];

interface End extends LaneEnd {
  readonly driver: Driver<typeof connectionMachine>;
  failure: string | undefined;
}

const peerOf = (role: Role): string => (role === 'sender' ? SENDER : RECEIVER);
const otherOf = (role: Role): Role => (role === 'sender' ? 'receiver' : 'sender');

export class HandshakeWorld {
  readonly clock = createVirtualClock();
  readonly ends = new Map<Role, End>();
  readonly lanes = new HandshakeLanes(this.clock, this.ends, (role, event) =>
    this.send(role, event),
  );
  /** How many handshakes the receiver has sent. */
  handshakes = 0;
  readonly #random: Random;
  readonly #relay: Relay;
  readonly #bundle: Driver<typeof bundleMachine>;
  readonly #change: (link: Link) => Link;
  /** The ends that have lost their socket. */
  readonly #offline = new Set<Role>();

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
    this.#bundle.send({ type: 'signaling.joined', peers: [], tags: [], seats: 8 });
  }

  /** The receiver's person has accepted, so the sender's row stays, whichever end is away (A7). */
  accept(): void {
    this.#bundle.send({ type: 'delivery.accepted', delivery: DELIVERY });
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

  /** The number of receivers in the sender's tab: half-open slots and deliveries. */
  get admission(): { readonly halfOpen: number; readonly deliveries: number } {
    const { halfOpen, deliveries } = this.#bundle.snapshot.context;
    return { halfOpen: halfOpen.length, deliveries: deliveries.length };
  }

  /** Whether the receiver is connected, or has given up. */
  get isSettled(): boolean {
    return this.receiver.open !== undefined || this.receiver.failure !== undefined;
  }

  /** Opens the link, and lets that many milliseconds pass. */
  run(milliseconds: number): void {
    const { roomBytes, secret, publicKey } = this.#change(this.secrets);
    this.#startEnd('receiver', {
      role: 'initiator',
      delivery: DELIVERY,
      roomBytes,
      secret,
      publicKey,
      member: RECEIVER,
    });
    this.send('receiver', { type: 'signaling.joined', peers: [SENDER] });
    this.clock.advance(milliseconds);
  }

  send(role: Role, event: ConnectionEvent): void {
    this.#end(role).driver.send(event);
  }

  /** Delivers an envelope like the server, whatever its origin. */
  deliver(to: Role, envelope: Envelope): void {
    if (to === 'receiver') this.send('receiver', { type: 'relay.received', envelope });
    else this.#bundle.send({ type: 'relay.received', envelope });
  }

  /** N3, S6: an end's socket is lost, and the other end is told. */
  lose(role: Role): void {
    if (this.#offline.has(role)) return;
    this.#offline.add(role);
    this.#tell(role, { type: 'signaling.lost' });
    this.#tell(otherOf(role), { type: 'peer.offline', peer: peerOf(role) });
  }

  /** S6: the socket comes back. */
  join(role: Role): void {
    if (!this.#offline.delete(role)) return;
    const other = otherOf(role);
    const peers = this.#offline.has(other) ? [] : [peerOf(other)];
    this.#tell(role, {
      type: 'signaling.joined',
      peers,
      tags: peers.map(() => ''),
      seats: 8,
      iceServers: [],
    });
    this.#tell(other, { type: 'peer.online', peer: peerOf(role), tag: '' });
  }

  /** Both are connected, over the same generation and equal sessions. */
  expectConnected(): void {
    const { receiver } = this;
    const sender = this.#end('sender');
    expect([receiver.open, sender.open]).toEqual([receiver.live, receiver.live]);
    expect(receiver.open).toBeDefined();
  }

  #tell(role: Role, command: SignalingCommand): void {
    const isNews = command.type.startsWith('peer.');
    if (isNews && this.#offline.has(role)) return;
    for (const routed of routeAt(role, DELIVERY, { from: 'signaling', command })) {
      if (routed.to === 'bundle') this.#bundle.send(routed.event);
      if (routed.to === 'connection' && this.ends.has(role)) this.send(role, routed.event);
    }
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
      // I6: only the receiver, after its hello, gets a delivery, and only one.
      expect([command.delivery, this.ends.has('sender')]).toEqual([DELIVERY, false]);
      this.#startEnd('sender', { role: 'responder', delivery: command.delivery });
    }
    for (const routed of routeAt('sender', '', { from: 'bundle', command }))
      this.#hear('sender', routed);
  }

  #carryOut(role: Role, command: ConnectionCommand): void {
    const end = this.#end(role);
    if (command.type === 'negotiation.start') {
      const session = end.driver.snapshot.context.session ?? expect.fail('no session');
      this.lanes.start(role, command.generation, session);
    }
    if (command.type === 'negotiation.stop') this.lanes.stop(role, command.generation);
    if (command.type === 'negotiation.restart') this.lanes.restart(role, command.generation);
    if (command.type === 'beat.send') this.lanes.beat(role);
    if (command.type === 'connection.failed') {
      end.failure = command.code;
      if (role === 'sender') this.#bundle.send({ type: 'delivery.ended', delivery: DELIVERY });
    }
    if (command.type === 'entropy.draw') {
      const session = toBase64Url(this.#bytes(16));
      const jitter = this.#random.next();
      this.send(role, { type: 'entropy.drawn', session, ephemeral: this.#bytes(32), jitter });
    }
    for (const routed of routeAt(role, DELIVERY, { from: 'connection', command }))
      this.#hear(role, routed);
  }

  #hear(role: Role, routed: Routed): void {
    if (routed.to === 'connection') return this.send(role, routed.event);
    if (routed.to === 'bundle') return this.#bundle.send(routed.event);
    if (routed.to === 'signaling' && routed.event.type === 'relay.requested')
      return this.#carry(role, routed.event.envelope);
    if (routed.to === 'negotiation' && routed.event.type === 'message.received')
      return this.lanes.hear(role, routed.event.message);
  }

  // S5: the server adds the true origin of an envelope, and drops envelopes for an end that is offline.
  #carry(from: Role, envelope: Envelope): void {
    if (this.#offline.has(from)) return;
    const to = otherOf(from);
    if (from === 'receiver' && envelope.seq === 0) this.handshakes += 1;
    const stamped = { ...envelope, peer: peerOf(from) };
    for (const one of this.#relay(to, stamped))
      this.clock.setTimeout(
        () => {
          if (!this.#offline.has(one.to)) this.deliver(one.to, one.envelope);
        },
        PATH_DELAY + (one.late ?? 0),
      );
  }
}
