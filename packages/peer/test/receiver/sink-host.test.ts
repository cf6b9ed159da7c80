import { createManifest, emptyPieces, type ReceiverDeliveryEvent } from '@burritoshare/core';
import { expect, test, vi } from 'vitest';
import { createSinkHost } from '../../src/receiver/sink-host.ts';
import type { ReceiverPlatform } from '../../src/platform.ts';
import type { Sink, SinkFactory } from '../../src/storage/ports.ts';

const MANIFEST = createManifest('bundle', []);

const recordGeneration = vi.fn<(generation: number) => Promise<void>>(async () => undefined);
const sink = {
  list: async () => ({ pieces: emptyPieces, leafOf: () => new Uint8Array(32) }),
  recordGeneration,
  discard: async () => undefined,
} as unknown as Sink;

function hostOf(sinks: Partial<SinkFactory>) {
  const told: ReceiverDeliveryEvent[] = [];
  const host = createSinkHost({
    platform: { sinks } as unknown as ReceiverPlatform,
    link: {} as never,
    delivery: 'an id',
    token: new Uint8Array(32),
    resumed: undefined,
    tell: (event) => void told.push(event),
    failed: (error) => void told.push({ type: 'platform.failed', code: String(error) as never }),
  });
  return { host, told };
}

test('G1: a place is looked for and opened for one delivery, in the generation that has accepted', async () => {
  const probe = vi.fn<SinkFactory['probe']>(async () => ({ kind: 'memory' }));
  const open = vi.fn<SinkFactory['open']>(async () => sink);
  const { host, told } = hostOf({ probe, open });
  await host.recordGeneration(1);
  await host.recordGeneration(2);

  host.handle({ type: 'sink.probe', manifest: MANIFEST });
  host.handle({
    type: 'sink.open',
    manifest: MANIFEST,
    leftOut: emptyPieces,
    sink: { kind: 'memory' },
  });
  host.handle({ type: 'sink.list' });
  await vi.waitFor(() => expect(told).toHaveLength(2));

  expect(probe).toHaveBeenCalledExactlyOnceWith(MANIFEST, 'an id');
  expect(open).toHaveBeenCalledOnce();
  expect(open.mock.lastCall?.[0]).toMatchObject({ delivery: 'an id', generation: 2 });
  expect(recordGeneration).not.toHaveBeenCalled();

  await host.recordGeneration(3);
  expect(recordGeneration).toHaveBeenCalledExactlyOnceWith(3);
});

test('a host that is released has settled once what was made ready is gone', async () => {
  let gone = (): void => undefined;
  const end = vi.fn<() => Promise<void>>(
    () =>
      new Promise((resolve) => {
        gone = resolve;
      }),
  );
  const { host } = hostOf({ end });
  host.handle({ type: 'delivery.release', sink: 'discard' });
  const settled = vi.fn<() => void>();
  const settling = host.settled().then(settled);
  expect(end).toHaveBeenCalledOnce();
  await Promise.resolve();
  expect(settled).not.toHaveBeenCalled();

  gone();

  await settling;
});

test('a host reads from its sink, and says so where there is none', async () => {
  const blob = new Blob(['a file']);
  const read = vi.fn<Sink['read']>(async () => blob);
  const { host } = hostOf({ open: async () => ({ ...sink, read }) });
  await expect(host.read(0)).rejects.toMatchObject({ code: 'state' });
  host.handle({
    type: 'sink.open',
    manifest: MANIFEST,
    leftOut: emptyPieces,
    sink: { kind: 'memory' },
  });
  await vi.waitFor(() => expect(host.read(3)).resolves.toBe(blob));
  expect(read).toHaveBeenLastCalledWith(3);

  host.handle({ type: 'sink.discard' });

  await expect(host.read(3)).rejects.toMatchObject({ code: 'state' });
});
