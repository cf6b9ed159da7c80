// The contract of all sinks (@burritoshare/peer/testing), run with the sink of the private file system.

import { formatFragment, parseLink, toBase64Url } from '@burritoshare/core';
import { sinkContract } from '@burritoshare/peer/testing';
import type { MadeSink } from '@burritoshare/peer/testing';
import type { ReceivedFiles, Saver, Sink } from '@burritoshare/peer/storage';

import { createSinkFactory } from '../../src/receiving/opfs/sink-factory.ts';
import { openStored } from '../../src/receiving/opfs/stored-deliveries.ts';
import { readStored } from '../../src/receiving/opfs/stored-delivery.ts';

interface MadeOpfsSink extends MadeSink {
  readonly delivery: string;
}

const LINK = parseLink(
  formatFragment({
    roomBytes: new Uint8Array(16),
    secret: new Uint8Array(16),
    publicKey: new Uint8Array(32),
  }),
);

/** Opens a sink whose saver keeps the files, so that the test can read them. */
async function madeOf(
  delivery: string,
  open: (save: Saver) => Promise<Sink>,
): Promise<MadeOpfsSink> {
  let handedOver: ReceivedFiles | undefined;
  const sink = await open(async (files) => {
    handedOver = files;
    return 'observed';
  });
  return {
    delivery,
    sink,
    async fileBytes(file) {
      await sink.save('download');
      if (handedOver === undefined) throw new Error('nothing was handed over');
      const { blob, start, end } = handedOver.rangeOf(file);
      return new Uint8Array(await blob.slice(start, end).arrayBuffer());
    },
  };
}

/** Makes the test's disk fail with this error from now on, or work again. Resolves once the disk's worker knows. */
async function turnDisk(to: 'QuotaExceededError' | 'InvalidStateError' | 'sound'): Promise<void> {
  const disk = new BroadcastChannel('disk');
  await new Promise((resolve) => {
    disk.onmessage = resolve;
    disk.postMessage(to);
  });
  disk.close();
}

const contract = sinkContract<MadeOpfsSink>({
  make(manifest) {
    const delivery = toBase64Url(crypto.getRandomValues(new Uint8Array(16)));
    const sink = { kind: 'private', persistent: false } as const;
    const token = new Uint8Array(32);
    const input = { delivery, generation: 0, choice: undefined, manifest, sink, link: LINK, token };
    return madeOf(delivery, (save) => createSinkFactory({ save }).open(input));
  },
  visits: {
    kept: ({ delivery }) => readStored(delivery),
    reopen: ({ delivery }) =>
      madeOf(delivery, async (save) => {
        const opened = await openStored(delivery, save);
        if (opened === undefined) throw new Error('nothing is kept');
        return opened.sink;
      }),
  },
  faults: {
    fill: () => turnDisk('QuotaExceededError'),
    makeRoom: () => turnDisk('sound'),
    breakDown: () => turnDisk('InvalidStateError'),
  },
});

/** The names of the scenarios. */
export const sinkScenarios = contract.map(({ name }) => name);

/** Runs one scenario. Resolves with what doesn't hold; undefined if all does. */
export async function runSinkScenario(name: string): Promise<string | undefined> {
  const scenario = contract.find((one) => one.name === name);
  return scenario?.run().then(
    () => undefined,
    (error: unknown) => String(error),
  );
}
