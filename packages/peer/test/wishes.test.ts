import { expect, test } from 'vitest';
import { wish } from '../src/index.ts';
import { accept, expectComplete, filesOf, offered } from './support/scenario.ts';
import { createWorld } from './support/world.ts';

const refused = (code: string) => expect.objectContaining({ name: 'LocalProtocolError', code });

const chosen = filesOf([5_000_000, 10]);

test('Y1 to Y3: a wish that has no place now throws at either end, and callers can check beforehand', async () => {
  const world = createWorld();
  const sender = world.addSender(chosen);
  const receiver = world.addReceiver(sender.link);
  const { delivery } = receiver.host;
  const accepts = { type: 'accept.requested' } as const;
  const pauses = { type: 'pause.requested' } as const;
  expect(() => delivery.send(accepts)).toThrow(refused('state'));
  await offered(world, receiver);
  for (const one of [delivery, sender.delivery()]) {
    expect(() => one.send(pauses)).toThrow(refused('state'));
    expect(() => one.send({ type: 'skip.requested', file: 0 })).toThrow(refused('state'));
  }
  expect(wish(delivery, pauses)).toBe(false);
  expect(wish(delivery, accepts)).toBe(true);
  await world.until('some bytes', () => receiver.state === 'moving');
  expect(() => delivery.send({ type: 'skip.requested', file: 7 })).toThrow(refused('argument'));
  expect(() => delivery.send({ type: 'save.requested', method: 'folder' })).toThrow(
    refused('state'),
  );
  await expectComplete(world, { sender, receiver, chosen });
  for (const one of [delivery, sender.delivery()]) {
    expect(() => one.send({ type: 'cancel.requested' })).toThrow(refused('state'));
  }
  expect(wish(delivery, { type: 'cancel.requested' })).toBe(false);
  expect(wish(sender.delivery(), { type: 'cancel.requested' })).toBe(false);
  delivery.send({ type: 'discard.requested' });
  expect(() => delivery.send({ type: 'discard.requested' })).toThrow(refused('state'));
});

test('late facts are ignored', async () => {
  const world = createWorld();
  const sender = world.addSender(chosen);
  const receiver = world.addReceiver(sender.link);
  await accept(world, receiver);
  await expectComplete(world, { sender, receiver, chosen });
  sender.delivery().send({ type: 'connection.lost' });
  sender.delivery().send({ type: 'pause.received', reason: 'person' });
  // Stopping what has ended is no mistake, however often.
  sender.host.stop();
  sender.host.stop();
});

test('a bundle is chosen once, and has no name before', () => {
  const world = createWorld();
  const { host } = world.addSender(chosen);
  const { manifest } = host.bundle.getSnapshot().context;
  expect(() => host.choose('another', chosen)).toThrow(refused('state'));
  const { secrets } = host.bundle.getSnapshot().context;
  const { token, secret, staticKeys } = secrets!;
  const earlier = { manifest: manifest!, token, secret, privateKey: staticKeys.privateKey };
  expect(() => host.restore({ ...earlier, files: [] })).toThrow(refused('state'));
  expect(host.bundle.getSnapshot().context.manifest).toBe(manifest);
  host.bundle.send({ type: 'sharing.stopped' });
  for (const event of [
    { type: 'name.changed', name: 'late' },
    { type: 'sharing.stopped' },
    { type: 'deliveries.cleared' },
  ] as const)
    expect(() => host.bundle.send(event)).toThrow(refused('state'));
  host.choose('another', chosen);
  expect(host.bundle.getSnapshot().context.manifest?.name).toBe('another');
});
