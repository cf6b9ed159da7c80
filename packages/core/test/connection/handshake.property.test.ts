import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { AUTHENTICATION_FAILURES_MAX, HALF_OPEN_TIMEOUT } from '../../src/constants.ts';
import { HandshakeWorld, honestRelay, type Relay } from './handshake-world.ts';
import { faults, hostileRelay } from './hostile-relay.ts';
import { flipped } from '../support/noise-scenario.ts';

const MINUTE = 60_000;

// The last one comes if the sender has given up before a new session reached it (N8).
const REASONS = ['security', 'unreachable', 'sender.ended'];

describe('a handshake through a relay', () => {
  test('N1, G1, C3: an honest one connects both at once, and they stay connected', () => {
    const world = new HandshakeWorld(1);
    world.run(200);
    world.expectConnected();
    world.clock.advance(60 * MINUTE);
    world.expectConnected();
    expect([world.receiver.live, world.handshakes, world.admission]).toEqual([
      1,
      1,
      { halfOpen: 0, deliveries: 1 },
    ]);
  });

  test('I6, I7, I8, I9: whatever a relay does for a while, they connect over equal sessions or fail', () => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(fc.nat(), fc.array(faults, { maxLength: 14 }), (seed, plan) => {
        const world = new HandshakeWorld(seed, hostileRelay(plan));
        world.run(0);
        for (let tries = 0; !world.isSettled && tries < 600; tries++) world.clock.advance(3_000);
        world.clock.advance(30_000);
        const { failure, live } = world.receiver;
        outcomes.add(failure ?? 'connected');
        if (failure === undefined) world.expectConnected();
        else expect([live, REASONS.includes(failure)]).toEqual([undefined, true]);
        expect(world.admission.halfOpen).toBe(0);
      }),
      { numRuns: 250 },
    );
    // Each result has occurred, so that every check above has been made.
    expect([...outcomes]).toEqual(expect.arrayContaining(['connected', 'security', 'unreachable']));
  });

  test('N3, N6: a relay that never stops flipping bits causes no more than a failure of security', () => {
    const bits = fc.infiniteStream(fc.nat(10_000));
    fc.assert(
      fc.property(fc.nat(), bits, (seed, stream) => {
        const spoil: Relay = (to, envelope) => {
          const bytes = Uint8Array.from(Buffer.from(envelope.data, 'base64url'));
          if (bytes.length === 0) return [{ to, envelope }];
          const data = Buffer.from(flipped(bytes, stream.next().value)).toString('base64url');
          return [{ to, envelope: { ...envelope, data } }];
        };
        const world = new HandshakeWorld(seed, spoil);
        world.run(MINUTE);
        expect([world.receiver.failure, world.handshakes, world.admission.deliveries]).toEqual([
          'security',
          AUTHENTICATION_FAILURES_MAX,
          0,
        ]);
      }),
      { numRuns: 40 },
    );
  });

  test('N6, N7: an end that can’t be read is told at once, and gives up after the third time', () => {
    const world = new HandshakeWorld(2, (to, envelope) =>
      to === 'sender'
        ? [{ to, envelope: { ...envelope, data: 'AAAA' } }]
        : honestRelay(to, envelope),
    );
    // Far less than one timeout of a handshake: three round trips and two back-offs.
    world.run(2_000);
    expect([world.receiver.failure, world.handshakes]).toEqual([
      'security',
      AUTHENTICATION_FAILURES_MAX,
    ]);
    expect(world.admission.deliveries).toBe(0);
  });

  test('N6: a failure that is followed by a connection does not count', () => {
    let answers = 0;
    const world = new HandshakeWorld(3, (to, envelope) => {
      const isAnswer = to === 'receiver' && envelope.seq === 0;
      if (isAnswer) answers += 1;
      return isAnswer && answers % 3 !== 0
        ? [{ to, envelope: { ...envelope, data: '' } }]
        : [{ to, envelope }];
    });
    world.run(5_000);
    for (let generation = 1; generation <= 3; generation++) {
      world.expectConnected();
      expect(world.receiver.live).toBe(generation);
      for (const role of ['sender', 'receiver'] as const)
        world.send(role, { type: 'lane.closed', generation });
      world.clock.advance(5_000);
    }
    expect(answers).toBe(12);
  });

  test('N4: handshakes alone leave nothing behind', () => {
    const world = new HandshakeWorld(4, (to, envelope) =>
      to === 'sender' ? [{ to, envelope }] : [],
    );
    world.run(100);
    expect(world.admission).toEqual({ halfOpen: 1, deliveries: 0 });
    world.receiver.driver.send({ type: 'connection.ended' });
    world.clock.advance(HALF_OPEN_TIMEOUT);
    expect([world.admission, world.clock.pending]).toEqual([{ halfOpen: 0, deliveries: 0 }, 0]);
  });
});

describe('a receiver without a complete link', () => {
  const wrong = {
    'another secret': (link) => ({ ...link, secret: flipped(link.secret, 0) }),
    'another room': (link) => ({ ...link, roomBytes: flipped(link.roomBytes, 0) }),
    'another public key': (link) => ({ ...link, publicKey: flipped(link.publicKey, 9) }),
  } satisfies Record<string, NonNullable<ConstructorParameters<typeof HandshakeWorld>[2]>>;

  test.each(Object.entries(wrong))(
    'N1: a link with %s leads to a failure of security',
    (_, change) => {
      const world = new HandshakeWorld(5, honestRelay, change);
      world.run(2_000);
      expect([world.receiver.failure, world.admission.deliveries]).toEqual(['security', 0]);
    },
  );
});
