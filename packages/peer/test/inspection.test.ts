import {
  greetingKeyOf,
  pskOf,
  type BundleContext,
  type ConnectionContext,
} from '@burritoshare/core';
import type { AnyMachineSnapshot, InspectionEvent } from 'xstate';
import { expect, test } from 'vitest';
import type { Inspect, InspectedEvent, Platform } from '../src/index.ts';
import { trace } from '../src/testing/index.ts';
import { accept, expectComplete, fileOf } from './support/scenario.ts';
import { createWorld, type WorldOptions } from './support/world.ts';

/** Collects every text in a value, however deep; bytes and lists of numbers in hexadecimal. */
function collectTexts(value: unknown, texts: Set<string>, seen = new Set<object>()): void {
  if (typeof value === 'string') texts.add(value);
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  if (value instanceof Uint8Array) texts.add(Buffer.from(value).toString('hex'));
  else if (Array.isArray(value) && value.every((item) => typeof item === 'number'))
    texts.add(Buffer.from(value).toString('hex'));
  else
    for (const name of Reflect.ownKeys(value)) collectTexts(Reflect.get(value, name), texts, seen);
}

/** The keys that machines have derived, from their contexts as they are. */
function keysOf(contexts: readonly unknown[]): Uint8Array[] {
  return contexts.flatMap((context) => {
    const {
      session,
      handshake,
      halfOpen = [],
    } = context as Partial<ConnectionContext & BundleContext>;
    const sessions = [session, ...halfOpen.map(({ opened }) => opened)];
    return [
      ...sessions.flatMap((one) =>
        one === undefined
          ? []
          : [one.transport.send.key, one.transport.receive.key, one.transport.handshakeHash],
      ),
      ...(handshake === undefined ? [] : Object.values(handshake.state as object)),
    ] as Uint8Array[];
  });
}

function formsOf(secret: Uint8Array): readonly string[] {
  const bytes = Buffer.from(secret);
  return [
    bytes.toString('hex'),
    bytes.toString('base64url'),
    bytes.toString('base64').replace(/=+$/, ''),
    JSON.stringify([...secret]).slice(1, -1),
  ];
}

/** Runs a delivery in two generations, with an inspector at both ends. */
async function inspected(
  options: WorldOptions,
  inspectBy: (tell: (event: InspectedEvent) => void) => Inspect,
) {
  const told: InspectedEvent[] = [];
  const traced: InspectionEvent[] = [];
  const drawn: Uint8Array[] = [];
  let state = options.seed ?? 1;
  const platform: Partial<Platform> = {
    inspect: inspectBy((event) => told.push(event)),
    [trace]: (event) => traced.push(event),
    randomBytes(length) {
      const bytes = Uint8Array.from({ length }, () => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        return state >>> 16;
      });
      // Sixteen bytes are ids, but for the link's secret.
      if (length === 32) drawn.push(bytes);
      return bytes;
    },
  };
  const world = createWorld(options);
  const chosen = [fileOf('a.bin', 6 * 1024 * 1024)];
  const sender = world.addSender(chosen, { platform });
  const receiver = world.addReceiver(sender.link, { platform });
  await accept(world, receiver);
  await world.until('some bytes', () => (receiver.sinks[0]?.stored ?? 0) > 2);
  receiver.connections[0]!.close();
  await expectComplete(world, { sender, receiver, chosen });
  expect(receiver.generations().length).toBeGreaterThan(1);
  const contexts = traced.flatMap((event) =>
    'snapshot' in event && 'context' in event.snapshot
      ? [(event.snapshot as AnyMachineSnapshot).context as unknown]
      : [],
  );
  const { secret, publicKey } = sender.link;
  const keys = [pskOf(secret, publicKey), greetingKeyOf(secret, publicKey), ...keysOf(contexts)];
  return { told, traced, secrets: [secret, ...drawn, ...keys] };
}

test.each(['local', 'worker'] as const)(
  'inspection shows no secret and no key (engines %s)',
  async (engines) => {
    const { told, traced, secrets } = await inspected({ engines }, (tell) => tell);
    const markers = new Set([...secrets.flatMap(formsOf), 'an account', 'its password']);
    // The link's secret, the two keys made of it, two tokens, a private key; and for each of two generations two
    // ephemeral keys, two keys and a hash of the handshake under way, and as many of its session.
    expect(new Set(secrets.map((one) => formsOf(one)[0])).size).toBe(
      1 + 2 + 2 + 1 + 2 * (2 + 2 + 3),
    );
    const texts = new Set<string>();
    for (const event of told) collectTexts(event, texts);
    const all = [...texts].join('\n');
    expect([...markers].filter((marker) => all.includes(marker))).toEqual([]);
    // The same search finds them in XState's own events.
    const rawTexts = new Set<string>();
    for (const event of traced) if ('event' in event) collectTexts(event.event, rawTexts);
    const raw = [...rawTexts].join('\n');
    expect([...markers].filter((marker) => raw.includes(marker)).length).toBeGreaterThan(10);
  },
);

test('inspection events are data, and say what happened', async () => {
  const { told, traced } = await inspected({}, (tell) => ({ next: tell }));
  expect(told.length).toBe(traced.length);
  for (const event of told) structuredClone(event);
  const commands = told.flatMap(({ action }) =>
    action?.command === undefined ? [] : [(action.command as { readonly type: string }).type],
  );
  expect(commands).toEqual(expect.arrayContaining(['secrets.draw', 'accept.send', 'offer.send']));
  const contexts = told.flatMap(({ snapshot }) => (snapshot?.context ? [snapshot.context] : []));
  expect(contexts).toContainEqual(expect.objectContaining({ generation: 2 }));
  const joined = told.find(({ event }) => event?.type === 'entropy.drawn');
  expect(joined?.event).toMatchObject({ ephemeral: '[redacted]' });
  expect(told.find(({ actorRef }) => actorRef.id === '')).toBeUndefined();
});

test('an inspector that throws holds nothing up', async () => {
  const reported: unknown[] = [];
  const world = createWorld();
  const error = new Error('looked away');
  const platform: Partial<Platform> = {
    inspect: () => {
      throw error;
    },
    report: (what) => reported.push(what),
  };
  const chosen = [fileOf('a.bin', 70_000)];
  const sender = world.addSender(chosen, { platform });
  const receiver = world.addReceiver(sender.link, { platform });
  await accept(world, receiver);
  await expectComplete(world, { sender, receiver, chosen });
  expect(new Set(reported)).toEqual(new Set([error]));
});
