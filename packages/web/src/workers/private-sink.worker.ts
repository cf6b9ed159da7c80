import { LocalProtocolError, createPlan, storageOffset } from '@burritoshare/core';
import type { Manifest, Piece, Plan } from '@burritoshare/core';
import { PlatformError, createLeafBook } from '@burritoshare/peer/storage';
import type { LeafBook } from '@burritoshare/peer/storage';

import type { PrivateSinkCalls } from '../sinks/calls.ts';
import { removeDelivery } from '../sinks/private-folder.ts';
import { createContainer } from './container.ts';
import type { Container } from './container.ts';
import { serveCalls } from './serve-calls.ts';

declare const self: DedicatedWorkerGlobalScope;

interface Opened {
  readonly plan: Plan;
  readonly leaves: LeafBook;
  readonly container: Container;
}

let opened: Opened | undefined;

function current(): Opened {
  if (opened === undefined) throw new LocalProtocolError('state', 'no delivery is open');
  return opened;
}

async function open(delivery: string, manifest: Manifest): Promise<void> {
  const plan = createPlan(manifest);
  const container = await createContainer(delivery, plan.bytes);
  opened = { plan, container, leaves: createLeafBook(manifest) };
}

async function store(piece: Piece, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const { plan, container, leaves } = current();
  // Hashing goes on while the write blocks this thread. A leaf without its bytes does no harm: the sink
  // has failed then.
  const hashed = leaves.record(piece, bytes);
  container.write(bytes, storageOffset(plan, piece));
  await hashed;
}

async function probe(delivery: string, bytes: number): Promise<'fits' | 'full' | 'unusable'> {
  try {
    (await createContainer(delivery, bytes)).close();
    return 'fits';
  } catch (error) {
    return error instanceof PlatformError && error.code === 'disk.full' ? 'full' : 'unusable';
  } finally {
    await removeDelivery(delivery).catch(() => undefined);
  }
}

serveCalls<PrivateSinkCalls>(self, {
  probe: async ({ delivery, bytes }) => ({ output: await probe(delivery, bytes) }),
  open: async ({ delivery, manifest }) => {
    await open(delivery, manifest);
    return { output: undefined };
  },
  store: async ({ piece, bytes }) => {
    await store(piece, bytes);
    return { output: undefined };
  },
  digest: async ({ failedFiles }) => ({ output: current().leaves.digest(failedFiles) }),
  seal: async () => {
    current().container.flush();
    current().container.close();
    return { output: undefined };
  },
  close: async () => {
    opened?.container.close();
    return { output: undefined };
  },
});
