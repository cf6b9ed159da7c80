import { describe, expect, test } from 'vitest';

import { connectionMachine, type ConnectionEvent } from '../../src/connection/index.ts';
import { keyPairFromPrivate } from '../../src/noise/index.ts';
import { dh } from '../../src/noise/primitives.ts';
import type { Envelope } from '../../src/protocol/envelope.ts';
import { SENDER } from '../../src/protocol/types.ts';
import { Stepper } from '../support/stepper.ts';
import { answerTo, INPUTS, sessionFrom } from './connection-host.ts';

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
