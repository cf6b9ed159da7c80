// Two ends, the sender's tab and a server between them, all with faults: what happens to a connection that has been
// made before.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  BACKOFF_MAX,
  CONNECT_TIMEOUT,
  HEARTBEAT_TIMEOUT,
  STALL_TIMEOUT,
} from '../../src/constants.ts';
import type { Role } from '../../src/routing/types.ts';
import { HandshakeWorld } from './handshake-world.ts';

const roles = fc.constantFrom<Role>('sender', 'receiver');

const faults = fc.oneof(
  fc.record({ kind: fc.constantFrom('lose', 'join', 'close', 'suspect lane'), role: roles }),
  fc.record({ kind: fc.constantFrom('suspect path'), role: roles }),
  fc.record({ kind: fc.constantFrom('retry'), role: fc.constant<Role>('receiver') }),
  fc.record({ kind: fc.constantFrom('whole', 'moved', 'down'), role: roles }),
);
const waits = fc.oneof(
  fc.nat(100),
  fc.nat(2_000),
  fc.nat(HEARTBEAT_TIMEOUT),
  fc.nat(CONNECT_TIMEOUT + BACKOFF_MAX),
);
const courses = fc.array(fc.record({ fault: faults, wait: waits }), { maxLength: 16 });

type Fault = typeof faults extends fc.Arbitrary<infer One> ? One : never;

function happen(world: HandshakeWorld, { kind, role }: Fault): void {
  const generation = world.ends.get(role)?.live ?? 0;
  switch (kind) {
    case 'lose':
      return world.lose(role);
    case 'join':
      return world.join(role);
    case 'close':
      return world.send(role, { type: 'lane.closed', generation });
    case 'suspect lane':
      return world.send(role, { type: 'lane.suspected', generation });
    case 'suspect path':
      return world.send(role, { type: 'path.suspected' });
    case 'retry':
      return world.send(role, { type: 'retry.requested' });
    case 'whole':
    case 'moved':
    case 'down':
      world.lanes.path = kind;
  }
}

function connected(seed: number): HandshakeWorld {
  const world = new HandshakeWorld(seed);
  world.run(200);
  world.expectConnected();
  world.accept();
  return world;
}

describe('a connection that has been made before', () => {
  test('I7, I8, G8, G9: after any course of sockets, sessions and lanes both come to the same generation', () => {
    const seen = new Set<string>();
    const ways = fc.constantFrom('whole' as const, 'moved' as const);
    fc.assert(
      fc.property(fc.nat(), courses, ways, (seed, course, path) => {
        const world = connected(seed);
        for (const { fault, wait } of course) {
          happen(world, fault);
          world.clock.advance(wait);
        }
        world.lanes.path = path;
        world.join('sender');
        world.join('receiver');
        // The longest way: noticing the loss, an attempt in progress that fails, a back-off, and another attempt.
        world.clock.advance(HEARTBEAT_TIMEOUT + CONNECT_TIMEOUT + 2 * BACKOFF_MAX);
        world.expectConnected();
        expect([...world.ends.values()].map(({ failure }) => failure)).toEqual([
          undefined,
          undefined,
        ]);
        expect(world.admission).toEqual({ halfOpen: 0, deliveries: 1 });
        // They stay connected.
        const { live } = world.receiver;
        world.clock.advance(10 * HEARTBEAT_TIMEOUT);
        world.expectConnected();
        expect(world.receiver.live).toBe(live);
        if (world.lanes.found > 0) seen.add('another path');
        seen.add(live === 1 ? 'the same generation' : 'another generation');
      }),
      { numRuns: 200 },
    );
    expect([...seen].toSorted()).toEqual([
      'another generation',
      'another path',
      'the same generation',
    ]);
  });

  test('G9, G5: a restart finds a path that has moved, within the same generation', () => {
    const world = connected(1);
    world.lanes.path = 'moved';
    world.clock.advance(STALL_TIMEOUT + 1_000);
    expect([world.lanes.path, world.lanes.found, world.receiver.live]).toEqual(['whole', 1, 1]);
    world.clock.advance(10 * HEARTBEAT_TIMEOUT);
    world.expectConnected();
    expect([world.receiver.live, world.handshakes]).toEqual([1, 1]);
  });

  test.each(['sender', 'receiver'] as const)(
    'G9: when the %s’s network changes, the new path is found at once',
    (role) => {
      const world = connected(2);
      world.lanes.path = 'moved';
      world.send(role, { type: 'path.suspected' });
      world.clock.advance(100);
      expect([world.lanes.path, world.receiver.live]).toEqual(['whole', 1]);
      world.clock.advance(HEARTBEAT_TIMEOUT);
      world.expectConnected();
    },
  );

  test('G7: a loss that only the sender has noticed is reported through the room, long before it would show', () => {
    const world = connected(3);
    world.lanes.path = 'down';
    world.send('sender', { type: 'lane.closed', generation: 1 });
    world.clock.advance(1_000);
    expect([world.receiver.live, world.ends.get('sender')?.live]).toEqual([2, 2]);
  });

  test('C3: beats alone keep both, without a server', () => {
    const world = connected(4);
    world.lose('sender');
    world.lose('receiver');
    world.clock.advance(100 * HEARTBEAT_TIMEOUT);
    world.expectConnected();
    expect(world.receiver.live).toBe(1);
  });
});
