import { createRandom } from '@burritoshare/core/testing';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { PlatformError, wish } from '../../src/index.ts';
import { expectNothingLeft, expectSameFiles, filesOf, isOver } from '../support/scenario.ts';
import { createWorld, type ReceiverParty, type SenderParty, type World } from '../support/world.ts';

// Mostly around the ends of chunks, now and then of pieces: many runs, each of few bytes.
const size = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 40_000 }) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 16_383, 16_384, 16_385) },
  { weight: 1, arbitrary: fc.integer({ min: 1_048_575, max: 1_048_577 }) },
);

const FAULTS = [
  'sender.cancel',
  'receiver.cancel',
  'sender.stop',
  'receiver.stop',
  'path.cut',
  'lane.fail',
  'server.restart',
  'server.down',
  'server.up',
  'connection.close',
] as const;

const fault = fc.record({
  kind: fc.constantFrom(...FAULTS),
  at: fc.integer({ min: 0, max: 400 }),
});

const scenario = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
  sizes: fc.array(size, { minLength: 1, maxLength: 4 }),
  rate: fc.constantFrom(200, 2_000, 50_000),
  delay: fc.constantFrom(0, 5, 100),
  loss: fc.constantFrom(0, 0, 0.05, 0.2),
  storing: fc.constantFrom(0, 3, 60),
  full: fc.option(fc.integer({ min: 0, max: 3 }), { freq: 6 }),
  faults: fc.array(fault, { maxLength: 2 }),
});

type Kind = (typeof FAULTS)[number];

function inflict(kind: Kind, world: World, sender: SenderParty, receiver: ReceiverParty): void {
  switch (kind) {
    case 'sender.cancel':
      for (const { id } of sender.host.bundle.getSnapshot().context.deliveries)
        wish(sender.host.delivery(id), { type: 'cancel.requested' });
      return;
    case 'receiver.cancel':
      wish(receiver.host.delivery, { type: 'cancel.requested' });
      return;
    case 'sender.stop':
      return sender.host.stop();
    case 'receiver.stop':
      void receiver.host.stop();
      return;
    case 'path.cut':
      return sender.connections.at(-1)?.cut();
    case 'lane.fail':
      return receiver.connections.at(-1)?.fail();
    case 'connection.close':
      return sender.connections.at(-1)?.close();
    case 'server.restart':
      return world.server.restart();
    case 'server.down':
      world.server.isDown = true;
      return world.server.restart();
    case 'server.up':
      world.server.isDown = false;
      return;
  }
}

test('under any faults complete files are equal, failures say why, nothing is left (I2, I8, I11, I12)', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(scenario, async (drawn) => {
      const { seed, sizes, rate, delay, loss, storing, full, faults } = drawn;
      const chosen = filesOf(sizes);
      const engines = seed % 2 === 0 ? 'local' : 'worker';
      const world = createWorld({ seed, engines, speed: { rate, delay } });
      const drops = createRandom(seed);
      world.server.tamper = (relay) => (drops.chance(loss) ? [] : [relay]);
      const sender = world.addSender(chosen);
      let hasRoom = false;
      const receiver = world.addReceiver(sender.link, {
        async beforeStore(ordinal) {
          if (storing > 0) await world.wait(storing);
          if (ordinal !== full || hasRoom) return;
          hasRoom = true;
          throw new PlatformError('disk.full', 'as the seed wants it');
        },
      });
      const subscription = receiver.host.delivery.subscribe((snapshot) => {
        if (receiver.state === 'offered' && snapshot.context.sink !== undefined)
          wish(receiver.host.delivery, { type: 'accept.requested' });
        if (snapshot.context.pauses.includes('disk'))
          world.clock.setTimeout(() => {
            wish(receiver.host.delivery, { type: 'resume.requested' });
          }, 100);
      });
      const timers = faults.map(({ kind, at }) =>
        world.clock.setTimeout(() => inflict(kind, world, sender, receiver), at),
      );
      await world.pass(500);
      world.server.isDown = false;
      world.server.tamper = (relay) => [relay];
      await world.pass(200_000);
      subscription.unsubscribe();
      for (const timer of timers) world.clock.clearTimeout(timer);

      const { context } = receiver.host.delivery.getSnapshot();
      seen.add(receiver.state);
      // I8: a receiver waits for a sender that has gone, and a visit that has ended goes on in another one.
      const isLeft = faults.some(({ kind }) => kind === 'sender.stop' || kind === 'receiver.stop');
      if (!isLeft) expect(isOver(receiver.state), receiver.state).toBe(true);
      if (receiver.state === 'failed') expect(context.failure).toBeDefined();
      if (receiver.state === 'complete' && !receiver.sinks[0]!.isDiscarded) {
        expect(context.bytes).toBe(sizes.reduce((sum, one) => sum + one, 0));
        await expectSameFiles(receiver, chosen);
      }
      // I12: the receiver has verified the same, even if it cancels before it is told `complete`.
      for (const { id } of sender.host.bundle.getSnapshot().context.deliveries) {
        const { value, context: sent } = sender.host.delivery(id).getSnapshot();
        if (value === 'complete') expect(sent.digest).toEqual(context.digest);
      }
      await expectNothingLeft(world, sender, [receiver]);
    }),
    { numRuns: 200 },
  );
  expect([...seen], 'the faults leave room for every end').toEqual(
    expect.arrayContaining(['complete', 'failed', 'cancelled']),
  );
});
