import { createPlan, LocalProtocolError } from '@burritoshare/core';
import type { Plan } from '@burritoshare/core';
import { PlatformError } from '@burritoshare/peer/storage';

import { holdLifeline } from '../../../workers/lifeline.ts';
import { serveCalls } from '../../../workers/serve-calls.ts';
import type { CallHandlers } from '../../../workers/serve-calls.ts';
import type { Beginning, OpfsSinkCalls, PieceSinkCalls } from '../calls.ts';
import { journalRoom } from '../journal-room.ts';
import { removeDelivery } from '../opfs-folder.ts';
import { isVolatile, openContainer } from './container.ts';
import { beginDelivery } from './delivery-files.ts';
import type { DeliveryFiles } from './delivery-files.ts';
import { makeNewFiles } from './new-files.ts';
import type { NewFiles } from './new-files.ts';
import { openOpfsStore } from './opfs-store.ts';
import type { OpfsStore } from './opfs-store.ts';

declare const self: DedicatedWorkerGlobalScope;

holdLifeline(self);

let opened: OpfsStore | undefined;

/** The files that are being made ready for `open`, or are; it resolves with undefined where that failed. */
let making: Promise<NewFiles | undefined> | undefined;

function current(): OpfsStore {
  if (opened === undefined) throw new LocalProtocolError('state', 'no delivery is open');
  return opened;
}

async function open({
  id,
  manifest,
  beginning,
  renewed,
}: OpfsSinkCalls['open']['input']): Promise<void> {
  const files = beginning && (await begin(id, createPlan(manifest), beginning));
  opened = await openOpfsStore(id, manifest, files);
  if (renewed !== undefined) await opened.renew(renewed);
}

async function begin(id: string, plan: Plan, beginning: Beginning): Promise<DeliveryFiles> {
  const files = (await making) ?? (await makeNewFiles(id, plan));
  making = undefined;
  try {
    return beginDelivery(files, plan, beginning);
  } catch (error) {
    files.close();
    throw error;
  }
}

async function probe({
  id,
  plan,
}: OpfsSinkCalls['probe']['input']): Promise<OpfsSinkCalls['probe']['output']> {
  try {
    (await openContainer(id, plan.bytes + journalRoom(plan.pieces))).close();
    const outcome = (await isVolatile(id)) ? 'volatile' : 'fits';
    making = makeReady(id, plan);
    return outcome;
  } catch (error) {
    await removeDelivery(id).catch(() => undefined);
    return error instanceof PlatformError && error.code === 'disk.full' ? 'full' : 'unusable';
  }
}

// `open` makes its files itself where this fails, and reports what is wrong then.
async function makeReady(id: string, plan: Plan): Promise<NewFiles | undefined> {
  const files = await makeNewFiles(id, plan).catch(() => undefined);
  try {
    files?.journal.flush();
    return files;
  } catch {
    files?.close();
    return undefined;
  }
}

async function abandon(): Promise<void> {
  const made = await making;
  made?.close();
  await opened?.abandon();
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
  probe: async (input) => ({ output: await probe(input) }),
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
  abandon: () => done(abandon()),
});
