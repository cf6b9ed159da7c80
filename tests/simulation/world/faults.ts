import { CONTROL_CHANNEL_ID, encodeServerMessage, refusalOf } from '@burritoshare/core';
import type { Random } from '@burritoshare/core/testing';
import { FAST } from './disk.ts';
import { contentsOf } from './source.ts';
import type { ReceiverParty } from './receiver-party.ts';
import type { World } from './world.ts';

/** Makes something go wrong, for a while or for good. Returns a function that ends it. */
type Fault = (world: World, random: Random, receiver: ReceiverParty) => () => void;

const nothing = (): void => undefined;

const REFUSALS = ['limit', 'limit', 'room.full', 'idle'] as const;

/** Faults of a world. People's acts are in people.ts. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'relays dropped': ({ relays }) => {
    relays.drop = 0.3;
    return () => void (relays.drop = 0);
  },
  'relays doubled': ({ relays }) => {
    relays.duplicate = 0.3;
    return () => void (relays.duplicate = 0);
  },
  'relays reordered': ({ relays }) => {
    relays.reorder = 0.3;
    return () => void (relays.reorder = 0);
  },
  'server delays': ({ place: { server } }, random) => {
    server.path.delay = 500 + random.below(8_000);
    return () => void (server.path.delay = 4);
  },
  'server is silent': ({ place: { server } }) => {
    server.path.delay = 100_000;
    return () => void (server.path.delay = 4);
  },
  'server refuses': ({ place, watch }, random) => {
    place.refusal = REFUSALS[random.below(REFUSALS.length)]!;
    watch.parties.isServerSound = false;
    watch.parties.hasRefused = true;
    // Some clients that are connected already are refused, too, or lose their seats to others.
    const [code, message] = random.chance(0.5)
      ? [1008, refusalOf(place.refusal)]
      : [4001, { type: 'replaced' } as const];
    for (const socket of place.server.sockets) {
      if (!random.chance(0.5)) continue;
      socket.deliver(encodeServerMessage(message));
      socket.closeBehind(code);
    }
    return () => void (place.refusal = undefined);
  },
  'browser breaks': ({ place }) => {
    place.browsers = 'broken';
    return () => void (place.browsers = 'sound');
  },
  'browser at its limit': ({ place }) => {
    place.browsers = 'at their limit';
    return () => void (place.browsers = 'sound');
  },
  'server restarts': ({ place: { server } }) => {
    server.restart();
    return nothing;
  },
  'server crashes': ({ place: { server } }) => {
    server.isDown = true;
    server.crash();
    return () => void (server.isDown = false);
  },
  'server is hostile': ({ relays }) => {
    relays.hostile = 0.4;
    return () => void (relays.hostile = 0);
  },
  partition: (world, _, { name }) =>
    block(world, [
      ['sender', name],
      [name, 'sender'],
    ]),
  'partition of one way': (world, random, { name }) =>
    block(world, [random.chance(0.5) ? ['sender', name] : [name, 'sender']]),
  'path lost': (_world, _random, { visit }) => {
    visit.connections.at(-1)?.cut();
    return nothing;
  },
  'ICE fails': ({ sender }, random, { visit }) => {
    const side = random.chance(0.5) ? visit : sender.visit;
    side.connections.at(-1)?.fail();
    return nothing;
  },
  'no way': ({ place: { internet } }) => {
    internet.hasWay = false;
    return () => void (internet.hasWay = true);
  },
  'slow network': ({ place: { internet } }) => {
    const before = internet.speed;
    internet.speed = { delay: 1_500, jitter: 2_000, rate: before.rate / 4 };
    return () => void (internet.speed = before);
  },
  'disk full': (_world, _random, { disk }) => {
    disk.isFull = true;
    return () => void (disk.isFull = false);
  },
  'disk error': (_world, _random, { disk }) => {
    disk.isBroken = true;
    return () => void (disk.isBroken = false);
  },
  'slow disk': (_world, random, { disk }) => {
    disk.latency = 100 + random.below(3_000);
    return () => void (disk.latency = FAST);
  },
  'clock jump of the receiver': (_world, random, { visit }) => {
    visit.clock.sleep(1_000 + random.below(60_000));
    return nothing;
  },
  'clock jump of the sender': ({ sender }, random) => {
    sender.visit.clock.sleep(1_000 + random.below(60_000));
    return nothing;
  },
  'source changed': ({ sender: { files } }, random) => {
    const file = files[random.below(files.length)]!;
    file.state = random.chance(0.5) ? 'changed' : 'unreadable';
    return () => {
      if (random.chance(0.5)) file.state = 'as offered';
    };
  },
  'source replaced': ({ sender: { files } }, random) => {
    const index = random.below(files.length);
    const file = files[index]!;
    const bytes = contentsOf(file.bytes.length, index, file.versions.length);
    file.versions.push(bytes);
    file.bytes = bytes;
    return nothing;
  },
};

/** The fault of further lanes. It occurs over and over, in worlds that use them. */
export const LANE_FAULT = 'further lanes lost';

function loseLane({ sender, receivers }: World, random: Random): void {
  const sides = [sender.visit, ...receivers.map(({ visit }) => visit)];
  const lanes = sides.flatMap(({ connections }) =>
    connections.filter(
      ({ channels, connectionState }) =>
        !channels.has(CONTROL_CHANNEL_ID) && connectionState === 'connected',
    ),
  );
  // A lane goes alone, or with many: a router that forgets its flows takes them all.
  const first = random.below(Math.max(1, lanes.length));
  const count = random.chance(0.75) ? 1 : lanes.length;
  const how = (['close', 'cut', 'fail'] as const)[random.below(3)]!;
  for (const lane of lanes.slice(first, first + count)) lane[how]();
}

function block({ place: { internet } }: World, ways: readonly (readonly [string, string])[]) {
  for (const [from, to] of ways) internet.block(from, to);
  return () => {
    for (const [from, to] of ways) internet.unblock(from, to);
  };
}

/** Lets faults happen until `end`, and ends all of them then. */
export function scheduleFaults(world: World, random: Random, end: number): void {
  const names = Object.keys(FAULTS);
  const count = random.below(7);
  for (let number = 0; number < count; number++) {
    const name = names[random.below(names.length)]!;
    const receiver = world.receivers[random.below(world.receivers.length)]!;
    const begin = world.drawTime(random, end);
    const length = random.chance(0.5) ? random.between(10, 2_000) : random.between(1_000, 60_000);
    const [from, until] = [begin, Math.min(end, begin + length)].map((time) =>
      (time / 1_000).toFixed(3),
    );
    world.tell('world', `to come: ${name} (${receiver.name}), ${from} to ${until} s`);
    world.at(begin, () => {
      world.counts.fault(name);
      world.tell('world', `${name} (${receiver.name})`);
      const stop = FAULTS[name]!(world, random, receiver);
      world.at(Math.min(end, begin + length), () => {
        if (stop !== nothing) world.tell('world', `${name}: over`);
        stop();
      });
    });
  }
  if (!world.isLong) return;
  const losses = random.fork();
  for (let at = 1_000; at < Math.min(end, 30_000); at += losses.between(100, 2_000))
    world.at(at, () => {
      world.counts.fault(LANE_FAULT);
      loseLane(world, losses);
    });
}
