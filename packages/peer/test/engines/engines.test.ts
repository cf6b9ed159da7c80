import type { Piece } from '@burritoshare/core';
import { describe, expect, test } from 'vitest';
import { createInflowEngine, type InflowReport } from '../../src/engines/index.ts';
import { createFileSource } from '../../src/storage/index.ts';
import { accept, expectComplete, expectNothingLeft, filesOf } from '../support/scenario.ts';
import { createWorld } from '../support/world.ts';

const chosen = filesOf([2_500_000, 70_000, 0]);

describe('where bulk channels live', () => {
  test.each(['local', 'worker'] as const)(
    '%s: a delivery completes, and nothing is left',
    async (engines) => {
      const world = createWorld({ engines });
      const sender = world.addSender(chosen);
      const receiver = world.addReceiver(sender.link);
      await accept(world, receiver);
      await expectComplete(world, { sender, receiver, chosen });
      await expectNothingLeft(world, sender, [receiver]);
    },
  );

  test('in a worker at one end alone: the other end does not notice', async () => {
    const world = createWorld({ engines: 'worker' });
    const platform = { openOutflowEngine: undefined, openInflowEngine: undefined } as object;
    const sender = world.addSender(chosen, { platform });
    const receiver = world.addReceiver(sender.link);
    await accept(world, receiver);
    await expectComplete(world, { sender, receiver, chosen });
    await expectNothingLeft(world, sender, [receiver]);
  });

  test('a channel that can’t be moved stays, and so do all after it', async () => {
    const world = createWorld({ engines: 'worker' });
    const asked: string[] = [];
    const sender = world.addSender(chosen, {
      platform: {
        openOutflowEngine: () => ({
          handle({ type }) {
            asked.push(type);
            if (type === 'channel.adopt') throw new DOMException('no', 'DataCloneError');
          },
        }),
      },
    });
    const receiver = world.addReceiver(sender.link);
    await accept(world, receiver);
    await world.until('bytes', () => receiver.host.delivery.getSnapshot().context.bytes > 0);
    sender.connections[0]?.close();
    await expectComplete(world, { sender, receiver, chosen });
    expect(sender.generations().length).toBeGreaterThan(1);
    expect(asked).toEqual(['channel.adopt', 'engine.end']);
    await expectNothingLeft(world, sender, [receiver]);
  });

  test.each(['sender', 'receiver'] as const)(
    'G7: the %s’s worker is gone: another generation does without it',
    async (whose) => {
      const world = createWorld({ engines: 'worker' });
      const sender = world.addSender(chosen);
      const receiver = world.addReceiver(sender.link);
      await accept(world, receiver);
      await world.until('bytes', () => receiver.host.delivery.getSnapshot().context.bytes > 0);
      (whose === 'sender' ? sender : receiver).loseEngine();
      await expectComplete(world, { sender, receiver, chosen });
      expect(sender.generations().length).toBeGreaterThan(1);
      await expectNothingLeft(world, sender, [receiver]);
    },
  );

  test.each(['sender', 'receiver'] as const)(
    'G8: the %s’s worker never starts: another generation does without it',
    async (whose) => {
      const world = createWorld({ engines: 'worker' });
      const sender = world.addSender(chosen);
      const receiver = world.addReceiver(sender.link);
      const party = whose === 'sender' ? sender : receiver;
      // A connection may be ready before it has channels.
      await world.until('channels', () => party.generations().length > 0);
      party.loseEngine();
      await accept(world, receiver);
      await expectComplete(world, { sender, receiver, chosen });
      expect(sender.generations().length).toBeGreaterThan(1);
      await expectNothingLeft(world, sender, [receiver]);
    },
  );

  test('G7: the source is lost with the sender’s worker: another generation opens a new one', async () => {
    const world = createWorld({ engines: 'worker' });
    let opened = 0;
    let place: 'alive' | 'gone' = 'alive';
    const sender = world.addSender(chosen, {
      platform: {
        openSource(input) {
          const source = createFileSource(input);
          const isFirst = ++opened === 1;
          const load = async (piece: Piece): Promise<Uint8Array<ArrayBuffer>> => {
            if (isFirst && place === 'gone') throw new Error('a worker died');
            return source.load(piece);
          };
          return { ...source, load };
        },
      },
    });
    const receiver = world.addReceiver(sender.link);
    await accept(world, receiver);
    await world.until('bytes', () => receiver.host.delivery.getSnapshot().context.bytes > 0);
    place = 'gone';
    sender.loseEngine();
    await expectComplete(world, { sender, receiver, chosen });
    expect(opened).toBe(2);
    await expectNothingLeft(world, sender, [receiver]);
  });

  test('nothing is accepted before the flow has started, also on the next connection after a loss', async () => {
    const world = createWorld();
    const sender = world.addSender(chosen);
    const unheard: InflowReport[] = [];
    const platform = {
      openInflowEngine: (report: (said: InflowReport) => void) =>
        createInflowEngine({
          runtime: {
            clock: {
              setTimeout: (callback, milliseconds) =>
                world.clock.setTimeout(callback, milliseconds),
              clearTimeout: (id) => world.clock.clearTimeout(id as number),
            },
            now: () => world.clock.now(),
          },
          report(said) {
            const isStart = said.type === 'flow.command' && said.command.type === 'inflow.started';
            if (isStart && unheard.length === 0) unheard.push(said);
            else report(said);
          },
        }),
    } as object;
    const receiver = world.addReceiver(sender.link, { platform });
    await accept(world, receiver);
    await world.until('the start', () => unheard.length > 0);
    await world.pass(1_000);
    expect([sender.state(), receiver.state]).toEqual(['offered', 'moving']);
    receiver.connections.at(-1)?.close();
    await expectComplete(world, { sender, receiver, chosen });
    await expectNothingLeft(world, sender, [receiver]);
  });

  // The page lets go of the flow and of its channels in one turn; in a worker, data comes between the two.
  test.each(Array.from({ length: 20 }, (_, index) => index + 1))(
    'I13: in a worker, late data for a flow that has ended breaks no rule (%i)',
    async (seed) => {
      const world = createWorld({ engines: 'worker', seed, speed: { rate: 20_000 } });
      const sender = world.addSender(chosen);
      const receiver = world.addReceiver(sender.link);
      await accept(world, receiver);
      await world.until('bytes', () => receiver.host.delivery.getSnapshot().context.bytes > 0);
      receiver.channel('control').onclose?.();
      await expectComplete(world, { sender, receiver, chosen });
      expect(receiver.generations().length).toBeGreaterThan(1);
      await expectNothingLeft(world, sender, [receiver]);
    },
  );
});
