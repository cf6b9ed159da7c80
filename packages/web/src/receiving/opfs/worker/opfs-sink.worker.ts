import { LocalProtocolError } from '@burritoshare/core';
import { PlatformError } from '@burritoshare/peer/storage';

import { holdLifeline } from '../../../workers/lifeline.ts';
import { serveCalls } from '../../../workers/serve-calls.ts';
import type { CallHandlers } from '../../../workers/serve-calls.ts';
import type { PieceSinkCalls, OpfsSinkCalls } from '../calls.ts';
import { removeDelivery } from '../opfs-folder.ts';
import { isVolatile, openContainer } from './container.ts';
import { openDiskFile } from './disk-file.ts';
import { openOpfsStore } from './opfs-store.ts';
import type { OpfsStore } from './opfs-store.ts';

declare const self: DedicatedWorkerGlobalScope;

holdLifeline(self);

let opened: OpfsStore | undefined;

function current(): OpfsStore {
  if (opened === undefined) throw new LocalProtocolError('state', 'no delivery is open');
  return opened;
}

async function open({
  id,
  manifest,
  record,
  renewed,
}: OpfsSinkCalls['open']['input']): Promise<void> {
  if (record !== undefined) await writeRecord(id, record);
  opened = await openOpfsStore(id, manifest);
  if (renewed !== undefined) await opened.renew(renewed);
}

// A crash may cut the record off. It then doesn't parse, so that the delivery counts as a leftover.
async function writeRecord(id: string, record: string): Promise<void> {
  const file = await openDiskFile(id, 'record.json');
  try {
    file.write(new TextEncoder().encode(record), 0);
    file.flush();
  } finally {
    file.close();
  }
}

async function probe(id: string, bytes: number): Promise<OpfsSinkCalls['probe']['output']> {
  try {
    (await openContainer(id, bytes)).close();
    return (await isVolatile(id)) ? 'volatile' : 'fits';
  } catch (error) {
    return error instanceof PlatformError && error.code === 'disk.full' ? 'full' : 'unusable';
  } finally {
    await removeDelivery(id).catch(() => undefined);
  }
}

async function done(work: Promise<void> | undefined): Promise<{ readonly output: undefined }> {
  await work;
  return { output: undefined };
}

/** The ports of flows that connected since the last `list`. */
const connected: MessagePort[] = [];

const pieces: CallHandlers<PieceSinkCalls> = {
  async store({ parcel, bytes }) {
    const output = await current().store(parcel, bytes);
    return { output, transfer: [output.buffer] };
  },
  storeAgain: ({ parcel }) => done(current().storeAgain(parcel)),
  forget: ({ ranges }) => done(current().forget(ranges)),
  digest: async ({ absent }) => ({ output: await current().digest(absent) }),
};

serveCalls<OpfsSinkCalls>(self, {
  ...pieces,
  probe: async ({ id, bytes }) => ({ output: await probe(id, bytes) }),
  open: (input) => done(open(input)),
  async connect({ port }) {
    connected.push(port);
    serveCalls(port, pieces);
    return { output: undefined };
  },
  async list() {
    // The earlier flows are over. Close their ports first, so that their late calls can't arrive after this list.
    for (const port of connected.splice(0)) port.close();
    const output = await current().list();
    return { output, transfer: [output.leaves.buffer] };
  },
  recordGeneration: ({ generation }) => done(current().recordGeneration(generation)),
  recordChoice: (choice) => done(current().recordChoice(choice)),
  seal: ({ absent }) => done(current().seal(absent)),
  recordHandOver: ({ time }) => done(current().recordHandOver(time)),
  close: () => done(opened?.close()),
  abandon: () => done(opened?.abandon()),
});
