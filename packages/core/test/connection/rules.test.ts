import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  AUTHENTICATION_FAILURES_MAX,
  BACKOFF_BASE,
  BACKOFF_MAX,
  HANDSHAKE_TIMEOUT,
} from '../../src/constants.ts';
import {
  connectionMachine,
  openEnvelope,
  type ConnectionEvent,
} from '../../src/connection/index.ts';
import { keyPairFromPrivate } from '../../src/noise/index.ts';
import { dh } from '../../src/noise/primitives.ts';
import type { Envelope } from '../../src/protocol/envelope.ts';
import { SENDER, type NegotiationMessage } from '../../src/protocol/types.ts';
import {
  answerTo,
  ConnectionHost,
  INPUTS,
  isNegotiating,
  mirror,
  sessionFrom,
} from './connection-host.ts';
import { Stepper } from '../support/stepper.ts';

const CANDIDATE: NegotiationMessage = {
  type: 'candidate',
  generation: 1,
  round: 1,
  candidate: 'late',
  mid: '0',
  line: 0,
};

describe.each(['initiator', 'responder'] as const)('the %s', (role) => {
  test('G8: losing its first attempt by itself does not mean that there is no path: another attempt follows', () => {
    const host = new ConnectionHost(role);
    host.negotiate();
    host.send({ type: 'generation.spoiled' });
    expect([host.failure, host.live]).toEqual([undefined, undefined]);
    if (role === 'initiator') host.elapse('backoff');
    host.negotiate();
    expect(host.live).toBe(2);
  });

  describe.each(['elapse', 'lane.closed', 'lane.suspected', 'negotiation.failed'] as const)(
    'without a lane: %s',
    (how) => {
      const findNoWay = (host: ConnectionHost) => {
        if (how === 'elapse') host.elapse('connectTimeout');
        else host.send({ type: how, generation: host.generation });
      };

      test('G8: at the first attempt, it is unreachable', () => {
        const host = new ConnectionHost(role);
        host.negotiate();
        findNoWay(host);
        expect(host.failure).toBe('unreachable');
      });

      test('G8: after it has been connected, another attempt follows', () => {
        const host = new ConnectionHost(role);
        host.connect();
        host.send({ type: 'lane.closed', generation: 1 });
        for (let generation = 2; generation <= 4; generation++) {
          if (role === 'initiator') host.elapse('backoff');
          host.negotiate();
          expect(host.live).toBe(generation);
          findNoWay(host);
          expect([host.failure, host.live]).toEqual([undefined, undefined]);
        }
      });

      test('G8: in a later visit, or generation, than the first, another attempt follows', () => {
        const host = new ConnectionHost(role, { earlier: 1 });
        const event = { type: 'session.opened', session: sessionFrom(2), generation: 2 } as const;
        if (role === 'initiator') host.negotiate();
        else host.send(event);
        findNoWay(host);
        expect([host.failure, host.generation]).toEqual([undefined, 2]);
      });
    },
  );

  test('G4: candidates pass after it is connected, both ways', () => {
    const host = new ConnectionHost(role);
    host.connect();
    expect(host.hear(CANDIDATE)).toEqual([{ type: 'negotiation.receive', message: CANDIDATE }]);
    expect(host.send({ type: 'negotiation.sent', message: CANDIDATE })).toMatchObject([
      { type: 'relay.send', envelope: { session: host.session?.id } },
    ]);
  });

  test.each(['a gap', 'a change of socket', 'the other one’s change of socket'] as const)(
    'N3: %s ends the session of a connection, which needs none',
    (how) => {
      const host = new ConnectionHost(role);
      host.connect();
      const late = host.envelopeOf(CANDIDATE);
      if (how === 'a change of socket') host.send({ type: 'signaling.lost' });
      else if (how === 'a gap')
        host.send({ type: 'relay.received', envelope: { ...late, seq: 99 } });
      else host.send({ type: 'peer.offline', peer: late.peer });
      expect([host.session, host.isEstablished]).toEqual([undefined, true]);
      host.stepper.sendInVain({ type: 'relay.received', envelope: late });
      host.stepper.sendInVain({ type: 'negotiation.sent', message: CANDIDATE });
      host.send({ type: 'lane.closed', generation: 1 });
      expect(host.live).toBeUndefined();
    },
  );

  test('N6: failures while it is connected do not count', () => {
    const host = new ConnectionHost(role);
    for (let count = 0; count <= AUTHENTICATION_FAILURES_MAX; count++) {
      host.connect();
      spoil(host);
      host.send({ type: 'lane.closed', generation: host.generation });
      if (role === 'initiator') host.elapse('backoff');
    }
    host.negotiate();
    spoil(host);
    expect(host.failure).toBeUndefined();
  });

  test('N8: goodbye (ended) is for initiators, and final', () => {
    const host = new ConnectionHost(role);
    host.negotiate();
    host.hear({ type: 'goodbye', reason: 'ended' });
    expect([host.state, host.failure]).toEqual(
      role === 'initiator' ? ['failed', 'sender.ended'] : ['waiting', undefined],
    );
  });

  test('N8, A6: goodbye (full) is for initiators, and a wait: they try again by themselves', () => {
    const host = new ConnectionHost(role);
    host.negotiate();
    const said = host.hear({ type: 'goodbye', reason: 'full' });
    if (role === 'responder') return expect(host.state).toBe('waiting');
    expect(said).toContainEqual({ type: 'place.awaited' });
    expect([host.state, host.failure]).toEqual(['awaitingPlace', undefined]);
    host.elapse('backoff');
    host.connect();
    expect(host.isEstablished).toBe(true);
  });

  test('A3: a receiver that is put out is told so in its session, and the connection ends', () => {
    const host = new ConnectionHost(role);
    host.connect();
    const session = host.session ?? expect.fail('no session');
    const said = host.send({ type: 'place.withdrawn' });
    if (role === 'initiator') return expect([said, host.isEstablished]).toEqual([[], true]);
    const envelopes = said.flatMap((one) => (one.type === 'relay.send' ? [one.envelope] : []));
    expect(envelopes.map((envelope) => openEnvelope(mirror(session), envelope))).toMatchObject([
      { kind: 'message', message: { type: 'goodbye', reason: 'full' } },
    ]);
    expect(host.state).toBe('ended');
  });

  test('N6: the third failure in a row is one of security', () => {
    const host = new ConnectionHost(role);
    for (let count = 1; count <= AUTHENTICATION_FAILURES_MAX; count++) {
      expect(host.failure).toBeUndefined();
      if (count > 1 && role === 'initiator') host.elapse('backoff');
      host.negotiate();
      spoil(host);
    }
    expect(host.failure).toBe('security');
  });

  test('I5: a gap or a message out of place ends the session, and is no attack', () => {
    const host = new ConnectionHost(role);
    for (let count = 0; count < 2 * AUTHENTICATION_FAILURES_MAX; count++) {
      host.negotiate();
      const envelope = host.envelopeOf({
        type: 'hello',
        version: 2,
        delivery: INPUTS.responder.delivery,
        generation: 1,
      });
      const seq = envelope.seq + (count % 2);
      host.send({ type: 'relay.received', envelope: { ...envelope, seq } });
      expect(host.state).toBe(role === 'initiator' ? 'backingOff' : 'waiting');
      if (role === 'initiator') host.elapse('backoff');
    }
  });
});

function spoil(host: ConnectionHost): void {
  const envelope = { ...host.envelopeOf(CANDIDATE), data: '' };
  host.send({ type: 'relay.received', envelope });
}

describe('the initiator on its way', () => {
  test('G9, N6: the back-off is between a tenth and all of a range that doubles up to its maximum', () => {
    const jitter = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(jitter, { minLength: 1, maxLength: 10 }), (drawn) => {
        const host = new ConnectionHost('initiator');
        host.send({ type: 'signaling.joined', peers: [SENDER] });
        for (const [attempt, one] of drawn.entries()) {
          host.draw(one);
          expect([...host.stepper.timers.values()].map(({ delay }) => delay)).toEqual([
            HANDSHAKE_TIMEOUT,
          ]);
          host.elapse('handshakeTimeout');
          const [delay = 0] = [...host.stepper.timers.values()].map((timer) => timer.delay);
          const range = Math.min(BACKOFF_MAX, BACKOFF_BASE * 2 ** attempt);
          expect(delay).toBeGreaterThanOrEqual(range / 10);
          expect(delay).toBeLessThanOrEqual(range);
          host.elapse('backoff');
        }
      }),
      { numRuns: 40 },
    );
  });

  test('it waits for the sender, and starts no handshake before', () => {
    const host = new ConnectionHost('initiator');
    host.send({ type: 'signaling.joined', peers: [] });
    expect([host.state, host.stepper.commands]).toEqual(['waiting', []]);
    expect(host.send({ type: 'peer.online', peer: SENDER })).toEqual([
      { type: 'entropy.draw', generation: 1 },
    ]);
  });

  test.each([0, 1, 41])('G1: each new session has a generation above the earlier %i', (earlier) => {
    const host = new ConnectionHost('initiator', { earlier });
    for (let generation = earlier + 1; generation <= earlier + 3; generation++) {
      host.negotiate();
      expect([host.generation, isNegotiating(host.stepper.value)]).toEqual([generation, true]);
      host.send({ type: 'signaling.lost' });
      host.elapse('backoff');
    }
    const drawn = host.stepper.commands.filter(({ type }) => type === 'entropy.draw');
    expect(drawn).toEqual(
      [1, 2, 3].map((more) => ({ type: 'entropy.draw', generation: earlier + more })),
    );
  });

  test('G1: a generation that was recorded and never sent is used for the next attempt', () => {
    const host = new ConnectionHost('initiator', { earlier: 3 });
    host.send({ type: 'signaling.joined', peers: [SENDER] });
    host.draw();
    host.elapse('handshakeTimeout');
    expect(host.elapse('backoff')).toEqual([{ type: 'entropy.draw', generation: 4 }]);
  });

  test('I9: a link whose key is of low order fails with `security` at once', () => {
    const input = { ...INPUTS.initiator, publicKey: new Uint8Array(32) };
    const stepper = new Stepper(connectionMachine, input);
    stepper.send({ type: 'signaling.joined', peers: [SENDER] });
    const drawn = { session: sessionFrom(1).id, ephemeral: new Uint8Array(32).fill(1), jitter: 0 };
    expect(stepper.send({ type: 'entropy.drawn', ...drawn })).toEqual([
      { type: 'connection.failed', code: 'security' },
    ]);
  });
});

const SESSION = sessionFrom(1).id;
const { privateKey, publicKey } = keyPairFromPrivate(new Uint8Array(32).fill(1));
const DRAWN = {
  type: 'entropy.drawn',
  session: SESSION,
  ephemeral: privateKey,
  jitter: 0,
} as const;
const COMPUTED = { publicKey, es: dh(privateKey, INPUTS.initiator.publicKey) };

type Drawn = Extract<ConnectionEvent, { type: 'entropy.drawn' }>;

/** A receiver whose first message has gone out, and the sender's answer to it. */
function greeted(drawn: Drawn): {
  readonly stepper: Stepper<typeof connectionMachine>;
  readonly first: Envelope;
  readonly answer: Envelope;
} {
  const stepper = new Stepper(connectionMachine, INPUTS.initiator);
  stepper.send({ type: 'signaling.joined', peers: [SENDER] });
  const [sent] = stepper.send(drawn);
  if (sent?.type !== 'relay.send') return expect.fail('nobody was greeted');
  return { stepper, first: sent.envelope, answer: answerTo(sent.envelope, 2) };
}

/** A receiver whose host is asked for the secret of an answer. */
function asked() {
  const host = greeted({ ...DRAWN, computed: COMPUTED });
  const commands = host.stepper.send({ type: 'relay.received', envelope: host.answer });
  const [compute] = commands;
  if (compute?.type !== 'secret.compute') return expect.fail('nothing is asked of the host');
  return { ...host, commands, compute };
}

describe('N1: a host that computes X25519 itself', () => {
  test('says the same as core', () => {
    const own = greeted(DRAWN);
    const { stepper, first, answer, compute } = asked();
    expect(first).toEqual(own.first);
    const secret = dh(compute.privateKey, compute.publicKey);
    const said = stepper.send({ type: 'secret.computed', session: SESSION, secret });
    expect(said.map(({ type }) => type)).toEqual(['relay.send', 'negotiation.start']);
    expect(said).toEqual(own.stepper.send({ type: 'relay.received', envelope: answer }));
  });

  test('is asked once, for the first answer, and for nothing else', () => {
    const { stepper, answer, commands, compute } = asked();
    expect(commands).toEqual([
      { type: 'secret.compute', session: SESSION, privateKey, publicKey: compute.publicKey },
    ]);
    expect(stepper.send({ type: 'relay.received', envelope: answer })).toEqual([]);
    expect(stepper.send({ type: 'secret.computed', session: sessionFrom(9).id })).toEqual([]);
    expect(stepper.value).toBe('handshaking');
  });

  test('that can’t compute a secret leaves it to core', () => {
    const { stepper } = asked();
    const said = stepper.send({ type: 'secret.computed', session: SESSION });
    expect(said.map(({ type }) => type)).toEqual(['relay.send', 'negotiation.start']);
  });

  test.each([
    ['wrong', new Uint8Array(32).fill(1)],
    ['zero', new Uint8Array(32)],
  ])('I6: a secret that is %s opens nothing', (_, secret) => {
    const { stepper } = asked();
    const said = stepper.send({ type: 'secret.computed', session: SESSION, secret });
    expect(said.map(({ type }) => type)).toEqual(['retry.scheduled']);
    expect(stepper.context.authenticationFailures).toBe(1);
  });

  test('N7: an answer that can’t be read asks for nothing', () => {
    const { stepper, answer } = greeted({ ...DRAWN, computed: COMPUTED });
    const said = stepper.send({ type: 'relay.received', envelope: { ...answer, data: '' } });
    expect(said.map(({ type }) => type)).toEqual(['retry.scheduled']);
  });

  test('a secret before any answer changes nothing', () => {
    const { stepper } = greeted({ ...DRAWN, computed: COMPUTED });
    const secret = new Uint8Array(32).fill(1);
    expect(stepper.send({ type: 'secret.computed', session: SESSION, secret })).toEqual([]);
    expect(stepper.value).toBe('handshaking');
  });
});
