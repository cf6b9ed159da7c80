import { keyPairFromPrivate, memberOf, toBase64Url } from '@burritoshare/core';
import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';
import { describe, expect, test } from 'vitest';

import type { Platform } from '../../src/index.ts';
import {
  accept,
  expectComplete,
  expectNothingLeft,
  filesOf,
  offered,
} from '../support/scenario.ts';
import { createWorld } from '../support/world.ts';

const PKCS8_HEAD = Buffer.from('302e020100300506032b656e04220420', 'hex');
const SPKI_HEAD = Buffer.from('302a300506032b656e032100', 'hex');

/** X25519 of Node, which counts its calls. */
function createX25519() {
  const calls: { readonly privateKey: Uint8Array; readonly publicKeys: readonly Uint8Array[] }[] =
    [];
  const x25519: NonNullable<Platform['x25519']> = async (privateKey, publicKeys) => {
    calls.push({ privateKey, publicKeys });
    const key = Buffer.concat([PKCS8_HEAD, privateKey]);
    const own = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
    return publicKeys.map((bytes) => {
      const other = Buffer.concat([SPKI_HEAD, bytes]);
      const theirs = createPublicKey({ key: other, format: 'der', type: 'spki' });
      return new Uint8Array(diffieHellman({ privateKey: own, publicKey: theirs }));
    });
  };
  return { calls, platform: { x25519 } };
}

const chosen = filesOf([70_000]);

describe('N1: a platform that computes X25519', () => {
  test.each([
    ['both ends', true, true],
    ['the sender', true, false],
    ['the receiver', false, true],
  ])('%s', async (_, atSender, atReceiver) => {
    const world = createWorld();
    const [there, here] = [createX25519(), createX25519()];
    const sender = world.addSender(chosen, atSender ? there : {});
    const receiver = world.addReceiver(sender.link, atReceiver ? here : {});
    await accept(world, receiver);
    await expectComplete(world, { sender, receiver, chosen });
    expect([there.calls.length, here.calls.length]).toEqual([atSender ? 2 : 0, atReceiver ? 2 : 0]);
    await expectNothingLeft(world, sender, [receiver]);
  });

  test('that refuses leaves everything to core', async () => {
    const platform: Partial<Platform> = {
      x25519: () => Promise.reject(new DOMException('unknown', 'NotSupportedError')),
    };
    const world = createWorld();
    const sender = world.addSender(chosen, { platform });
    const receiver = world.addReceiver(sender.link, { platform });
    await accept(world, receiver);
    await expectComplete(world, { sender, receiver, chosen });
  });
});

test('N2: keys that were drawn before are used for one handshake alone, and so is the seat', async () => {
  const ephemeral = new Uint8Array(32).fill(3);
  const token = new Uint8Array(32).fill(4);
  const { publicKey } = keyPairFromPrivate(ephemeral);
  const world = createWorld();
  const sender = world.addSender(chosen);
  const { calls, platform } = createX25519();
  const [es] = await platform.x25519(ephemeral, [sender.link.publicKey]);
  calls.length = 0;
  const computed = { publicKey, es: es ?? new Uint8Array() };
  const drawn = { token, keys: { ephemeral, computed } };
  const receiver = world.addReceiver(sender.link, { platform, drawn });
  await offered(world, receiver);
  const { members } = sender.host.bundle.getSnapshot().context;
  expect(members.map(({ peer }) => peer)).toEqual([toBase64Url(memberOf(token))]);
  // The answer's secret is all that was left to compute.
  expect(calls.map(({ privateKey }) => privateKey)).toEqual([ephemeral]);

  receiver.generations()[0]!.close();
  await world.until('another connection', () => receiver.generations().length === 2);
  const privateKeys = calls.slice(1).map(({ privateKey }) => toBase64Url(privateKey));
  expect(privateKeys.length).toBeGreaterThan(0);
  expect(privateKeys).not.toContain(toBase64Url(ephemeral));
});

describe('the connection that a handshake leads to', () => {
  test('is made while the sender answers', async () => {
    const world = createWorld();
    const sender = world.addSender(chosen);
    const receiver = world.addReceiver(sender.link);
    await world.until('a connection', () => receiver.connections.length === 1);
    expect(receiver.generations()).toEqual([]);
    expect(sender.connections).toEqual([]);
    await accept(world, receiver);
    await expectComplete(world, { sender, receiver, chosen });
    expect(receiver.generations()).toEqual(receiver.connections.slice(0, 1));
  });

  test('I11: is closed where none follows', async () => {
    const world = createWorld();
    const sender = world.addSender(chosen);
    const receiver = world.addReceiver(sender.link);
    await world.until('a connection', () => receiver.connections.length === 1);
    receiver.host.delivery.send({ type: 'cancel.requested' });
    await world.pass(60_000);
    expect(receiver.held()).toMatchObject({ timers: 0, connections: 0, sockets: 0 });
  });
});
