// The sender's tab and its room, with messages in flight between them: both agree on who has a seat (S13, A3).

import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';

import { bundleMachine, type BundleCommand } from '../../src/bundle/index.ts';
import { SENDER, type ServerMessage } from '../../src/protocol/types.ts';
import { hear, shakeHands, sharing, type Bundle } from '../support/sender-tab.ts';
import { RoomHost, settings } from '../room/room-host.ts';
import { deliveryId, Stranger } from '../support/stranger.ts';

// Admission doesn't depend on the curve. This one computes the same secret at both ends, and keeps none.
vi.mock('../../src/noise/x25519.ts', () => ({
  x25519: {
    getPublicKey: (key: Uint8Array) => Uint8Array.from(key),
    getSharedSecret: (key: Uint8Array, other: Uint8Array) =>
      key.map((byte, index) => byte ^ (other[index] ?? 0)),
  },
}));

const SEATS = 3;

type ToSender = ServerMessage | { readonly type: 'hello'; readonly who: number };

class World {
  readonly bundle: Bundle = sharing(bundleMachine);
  readonly server = new RoomHost({ ...settings, receiversMax: SEATS });
  #toSender: ToSender[] = [];
  #toServer: BundleCommand[] = [];
  #sockets = 0;
  #attempts = 0;
  #sender = '';
  readonly #lines = new Map<number, string>();

  constructor() {
    this.rejoin();
  }

  #carry(commands: ReturnType<RoomHost['send']>): void {
    for (const command of commands)
      if (command.type === 'message.send' && command.socket === this.#sender)
        this.#toSender.push(command.message);
  }

  #join(member: string, tag: string): string {
    const socket = `socket ${++this.#sockets}`;
    if (member === SENDER) this.#sender = socket;
    this.#carry(this.server.send({ type: 'member.joined', socket, member, tag }));
    return socket;
  }

  /** The sender has a new socket: everything in flight is lost. */
  rejoin(): void {
    this.#toSender = [];
    this.#toServer = [];
    this.bundle.send({ type: 'signaling.lost' });
    this.#join(SENDER, '');
  }

  /** Joins with a new socket, which replaces the current one. */
  join(who: number): void {
    this.#lines.set(who, this.#join(new Stranger(who).peer, `tag ${who % 3}`));
  }

  leave(who: number): void {
    const socket = this.#lines.get(who) ?? 'none';
    this.#carry(this.server.send({ type: 'socket.closed', socket }));
  }

  hello(who: number): void {
    if (this.server.seats().has(this.#lines.get(who) ?? 'none'))
      this.#toSender.push({ type: 'hello', who });
  }

  /** Each receives everything that the other has sent. */
  settle(): void {
    while (this.hearServer() || this.hearSender());
  }

  /** Ends a member's time to knock. Returns whether it was running. */
  knockEnds(who: number): boolean {
    const sent = this.server.commands.length;
    const wasRunning = this.server.elapse('knock.elapsed', new Stranger(who).peer);
    this.#carry(this.server.commands.slice(sent));
    return wasRunning;
  }

  tell(event: 'delivery.connected' | 'delivery.accepted' | 'delivery.ended', who: number): void {
    this.#toServer.push(...this.bundle.send({ type: event, delivery: deliveryId(who) }));
  }

  clear(): void {
    this.#toServer.push(...this.bundle.send({ type: 'deliveries.cleared' }));
  }

  hearServer(): boolean {
    const message = this.#toSender.shift();
    if (message?.type === 'hello') {
      this.#attempts += 1;
      const stranger = new Stranger(message.who, this.#attempts);
      shakeHands(this.bundle, stranger);
      const envelope = stranger.hello(deliveryId(message.who), this.#attempts);
      this.#toServer.push(...hear(this.bundle, envelope));
    } else if (message?.type === 'joined') {
      const { peers, tags = [], seats = 0 } = message;
      this.#toServer.push(...this.bundle.send({ type: 'signaling.joined', peers, tags, seats }));
    } else if (message?.type === 'peer.online') {
      const { peer, tag = '' } = message;
      this.#toServer.push(...this.bundle.send({ type: 'peer.online', peer, tag }));
    } else if (message?.type === 'peer.offline')
      this.#toServer.push(...this.bundle.send({ type: 'peer.offline', peer: message.peer }));
    return message !== undefined;
  }

  hearSender(): boolean {
    const command = this.#toServer.shift();
    const socket = this.#sender;
    if (command?.type === 'member.admit')
      this.#carry(this.server.send({ type: 'admit.received', socket, member: command.member }));
    if (command?.type === 'member.dismiss')
      this.#carry(this.server.send({ type: 'dismiss.received', socket, member: command.member }));
    return command !== undefined;
  }

  get seated(): { readonly sender: readonly string[]; readonly server: readonly string[] } {
    const { members } = this.bundle.context;
    const receivers = this.server.snapshot.context.seats.filter(({ member }) => member !== SENDER);
    return {
      sender: members.filter(({ isAdmitted }) => isAdmitted).map(({ peer }) => peer),
      server: receivers.filter(({ stage }) => stage === 'admitted').map(({ member }) => member),
    };
  }
}

const moves = fc.record({
  what: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom('join', 'hello', 'hear server', 'hear sender') },
    { weight: 2, arbitrary: fc.constantFrom('leave', 'connect', 'accept', 'end') },
    { weight: 1, arbitrary: fc.constantFrom('rejoin', 'elapse', 'clear') },
  ),
  who: fc.integer({ min: 1, max: 6 }),
});

test('S13, A3, I13: once each has received the other’s messages, the sender knows of every seat', () => {
  let seats = 0;
  fc.assert(
    fc.property(fc.array(moves, { minLength: 20, maxLength: 60, size: 'max' }), (course) => {
      const world = new World();
      for (const { what, who } of course) {
        if (what === 'join') world.join(who);
        else if (what === 'hello') world.hello(who);
        else if (what === 'leave') world.leave(who);
        else if (what === 'connect') world.tell('delivery.connected', who);
        else if (what === 'accept') world.tell('delivery.accepted', who);
        else if (what === 'end') world.tell('delivery.ended', who);
        else if (what === 'rejoin') world.rejoin();
        else if (what === 'elapse') world.knockEnds(who);
        else if (what === 'clear') world.clear();
        else if (what === 'hear server') world.hearServer();
        else world.hearSender();
      }
      world.settle();
      const { sender, server } = world.seated;
      expect(sender, 'S13: the sender knows of each seat').toEqual(
        expect.arrayContaining([...server]),
      );
      // Members whose seat was still taken when it was given have knocked in vain, and come back.
      for (let who = 1; who <= 6; who++) if (world.knockEnds(who)) world.join(who);
      world.settle();
      const healed = world.seated;
      expect(healed.server.toSorted(), 'S13: the same seats').toEqual(healed.sender.toSorted());
      seats += server.length;
    }),
    { numRuns: 60 },
  );
  expect(seats, 'the courses get this far').toBeGreaterThan(0);
});

describe('S13: messages that cross with a newer socket', () => {
  const peerOf = (who: number): string => new Stranger(who).peer;
  const both = (...who: number[]) => ({ sender: who.map(peerOf), server: who.map(peerOf) });
  const seated = (...who: number[]): World => {
    const world = new World();
    for (const one of who) world.join(one);
    for (const one of who) world.hello(one);
    world.settle();
    expect(world.seated).toEqual(both(...who));
    return world;
  };

  test.each([false, true])(
    'S13: a seated member that comes by a newer socket keeps its seat with both; its delivery has ended: %s',
    (isEnded) => {
      const world = seated(1);
      if (isEnded) world.tell('delivery.ended', 1);
      world.join(1);
      world.settle();
      expect(world.seated, 'S13').toEqual(both(1));
    },
  );

  test('S13, A4: two members that left with their admit in flight have their seats with both once back', () => {
    const world = new World();
    for (const who of [1, 2]) world.join(who);
    for (const who of [1, 2]) world.hello(who);
    while (world.hearServer());
    for (const who of [1, 2]) world.leave(who);
    for (const who of [1, 2]) world.join(who);
    world.settle();
    expect(world.seated, 'S13').toEqual(both(1, 2));
  });

  test('S13, A4: a member that comes back to an admit in flight leaves if no seat is left', () => {
    const world = seated(2, 3);
    world.join(4);
    world.join(1);
    world.hello(1);
    while (world.hearServer());
    // The sender learns that it left, and then of another member, before it learns that it is back.
    world.leave(1);
    world.hello(4);
    world.join(1);
    world.settle();
    expect(world.seated, 'S13: nobody knows of that seat').toEqual({
      sender: [2, 3, 4].map(peerOf),
      server: [2, 3].map(peerOf),
    });
    expect(world.knockEnds(4)).toBe(true);
    world.join(4);
    world.settle();
    expect(world.seated, 'S13: it is free for whom it was given to').toEqual(both(2, 3, 4));
  });
});
