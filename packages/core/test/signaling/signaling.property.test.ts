import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { backoffDelay } from '../../src/backoff.ts';
import { BACKOFF_BASE, BACKOFF_MAX } from '../../src/constants.ts';
import { encodeServerMessage, parseServerMessage } from '../../src/protocol/server-messages.ts';
import type { SignalingEvent } from '../../src/signaling/index.ts';
import { base64UrlOf, serverMessages, texts, wholes } from '../../src/testing/arbitraries.ts';
import { mutatedJson } from '../../src/testing/mutated.ts';
import { attempt } from '../support/attempt.ts';
import { JOINED, SignalingHost } from './signaling-host.ts';

const jitter = fc.double({ min: 0, max: 1, noNaN: true });
const spoken = serverMessages.map(encodeServerMessage);
const garbage = fc
  .oneof(mutatedJson(spoken), texts)
  .filter((text) => attempt(() => parseServerMessage(text)) instanceof Error);
const envelopes = fc.record({
  peer: fc.constant('sender'),
  session: base64UrlOf(16),
  seq: wholes,
  data: base64UrlOf(20),
});

/** Something that may happen. Sockets count back from the newest. */
type Happening =
  | { readonly kind: 'event'; readonly event: SignalingEvent }
  | { readonly kind: 'elapse' }
  | { readonly kind: 'join' };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'join' as const }) },
  { weight: 4, arbitrary: fc.constant({ kind: 'elapse' as const }) },
  {
    weight: 16,
    arbitrary: fc
      .oneof<fc.Arbitrary<SignalingEvent>[]>(
        fc.record({ type: fc.constant('socket.opened'), socket: fc.nat(2) }),
        fc.record({ type: fc.constant('socket.closed'), socket: fc.nat(2), jitter }),
        fc.record({ type: fc.constant('message.received'), socket: fc.nat(2), text: spoken }),
        fc.record({ type: fc.constant('message.received'), socket: fc.nat(2), text: garbage }),
        fc.record({ type: fc.constant('relay.requested'), envelope: envelopes }),
        fc.record({ type: fc.constant('delivery.accepted') }),
        fc.record({ type: fc.constant('admit.requested'), member: base64UrlOf(16) }),
        fc.record({ type: fc.constant('dismiss.requested'), member: base64UrlOf(16) }),
        fc.record({ type: fc.constant('retry.requested') }),
      )
      .map((event) => ({ kind: 'event' as const, event })),
  },
  {
    weight: 1,
    arbitrary: fc.constant({
      kind: 'event' as const,
      event: { type: 'signaling.stopped' as const },
    }),
  },
);

function happen(host: SignalingHost, what: Happening): void {
  if (host.stepper.isOver && what.kind !== 'event') return;
  if (what.kind === 'join') host.join();
  else if (what.kind === 'elapse') host.elapse('');
  else {
    const { event } = what;
    host.send('socket' in event ? { ...event, socket: host.socket - event.socket } : event);
  }
}

describe('signaling under any course of events', () => {
  test('I5, I8, I11, S1, S8: the invariants hold after every event', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
        const host = new SignalingHost();
        for (const what of happenings) happen(host, what);
      }),
      { numRuns: 500 },
    );
  });

  test('I8, S11: until the seat is gone for good, the next join succeeds', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), (happenings) => {
        const host = new SignalingHost();
        for (const what of happenings) happen(host, what);
        if (host.stepper.isOver) {
          expect(['replaced', 'refused', 'stopped']).toContain(host.stepper.value);
          return;
        }
        if (!host.isJoined) {
          host.send({ type: 'socket.closed', socket: host.socket, jitter: 1 });
          host.send({ type: 'retry.requested' });
          host.join();
        }
        expect(host.isJoined).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('I9: a message that no server sends changes nothing, joining or joined', () => {
    fc.assert(
      fc.property(garbage, fc.boolean(), (text, hasJoined) => {
        const host = new SignalingHost();
        host.send({ type: 'socket.opened', socket: 1 });
        if (hasJoined) host.hear(JOINED);
        const { value, context } = host.stepper;
        expect(host.send({ type: 'message.received', socket: 1, text })).toEqual([]);
        expect([host.stepper.value, host.stepper.context]).toEqual([value, context]);
      }),
      { numRuns: 500 },
    );
  });

  test('S5: envelopes pass unread, both ways', () => {
    fc.assert(
      fc.property(envelopes, (envelope) => {
        const host = new SignalingHost();
        host.join();
        const { peer, session, seq, data } = envelope;
        expect(host.hear({ type: 'relay', from: peer, session, seq, data })).toEqual([
          { type: 'relay.received', envelope },
        ]);
        host.send({ type: 'relay.requested', envelope });
        expect(host.said.get(1)?.at(-1)).toEqual({ type: 'relay', to: peer, session, seq, data });
      }),
    );
  });
});

describe('the back-off', () => {
  test('G9: is between a tenth and all of its range, which doubles up to its maximum', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(20), fc.nat()), jitter, (attempts, drawn) => {
        const range = Math.min(BACKOFF_MAX, BACKOFF_BASE * 2 ** attempts);
        const delay = backoffDelay(attempts, drawn);
        expect(delay).toBeGreaterThanOrEqual(range / 10);
        expect(delay).toBeLessThanOrEqual(range);
      }),
      { numRuns: 1000 },
    );
  });

  test('G9: of the machine results from its attempts in a row and its last jitter', () => {
    fc.assert(
      fc.property(fc.array(jitter, { minLength: 1, maxLength: 12 }), (drawn) => {
        const host = new SignalingHost();
        for (const [attempts, one] of drawn.entries()) {
          host.send({ type: 'socket.closed', socket: host.socket, jitter: one });
          const [timer] = host.stepper.timers.values();
          expect(timer?.delay).toBe(backoffDelay(attempts, one));
          host.elapse('backoff');
        }
      }),
    );
  });
});
