import {
  createPlan,
  encodeUtf8,
  formatFragment,
  missingRanges,
  parseLink,
  pieceAt,
  rangesOf,
  readJournal,
  sizeOf,
  storageOffset,
  toHex,
} from '@burritoshare/core';
import type {
  BundleDigest,
  Choice as RecordedChoice,
  FailedFile,
  Manifest,
  PieceRange,
  PieceSet,
  SaveMethod,
  SinkChoice,
} from '@burritoshare/core';
import { PlatformError } from '@burritoshare/peer/storage';
import type { Sink } from '@burritoshare/peer/storage';

import { removeLeftovers } from '../../src/receiving/opfs/leftovers.ts';
import { readFile } from '../../src/receiving/opfs/opfs-folder.ts';
import type { StoredFileName } from '../../src/receiving/opfs/opfs-folder.ts';
import { createSinkFactory } from '../../src/receiving/opfs/sink-factory.ts';
import {
  discardStored,
  listStored,
  openStored,
  renewStored,
} from '../../src/receiving/opfs/stored-deliveries.ts';
import type { OpenedDelivery, StoredDelivery } from '../../src/receiving/opfs/stored-deliveries.ts';
import { createSaver } from '../../src/receiving/saving/saver.ts';
import { choiceOfDrop, choiceOfFiles } from '../../src/sending/source/entries.ts';
import type { Choice } from '../../src/sending/source/entries.ts';
import { createWorkerSources } from '../../src/sending/source/worker-source.ts';
import { isRefused, pickedFolder } from './picked-folder.ts';
import { runSinkScenario, sinkScenarios } from './sink-contract.ts';

/** Pieces that are stored at once, as many as credit allows a receiver. */
const STORES = 8;

// A folder in the private file system stands in for one on the disk: both have handles of the same type, and a test
// can't operate a picker.
const openChosen = async (): Promise<FileSystemDirectoryHandle> =>
  (await navigator.storage.getDirectory()).getDirectoryHandle('chosen', { create: true });

// Names that the chosen folder refuses. The private file system itself refuses none.
let refuses: ((name: string) => boolean) | undefined;
const pickFolder = async (): Promise<FileSystemDirectoryHandle> => {
  const chosen = await openChosen();
  return refuses === undefined ? chosen : pickedFolder(chosen, refuses);
};

const TOKEN = new Uint8Array(32).fill(7);
const LINK = formatFragment({
  roomBytes: new Uint8Array(16),
  secret: new Uint8Array(16),
  publicKey: new Uint8Array(32),
});

const save = createSaver({ pickFolder });
const factory = createSinkFactory({ save });
const sources = createWorkerSources();
const sinks = new Map<string, { readonly sink: Sink; readonly manifest: Manifest }>();

function sinkOf(delivery: string): { readonly sink: Sink; readonly manifest: Manifest } {
  const found = sinks.get(delivery);
  if (found === undefined) throw new Error(`no sink ${delivery}`);
  return found;
}

function open(
  delivery: string,
  manifest: Manifest,
  sink: SinkChoice,
  generation: number,
  choice?: RecordedChoice,
) {
  const link = parseLink(LINK);
  const input = { delivery, generation, choice, manifest, sink, link, token: TOKEN };
  return outcome(
    factory.open(input).then((opened) => {
      sinks.set(delivery, { sink: opened, manifest });
      return 'open';
    }),
  );
}

/** Makes the bytes of a piece, different for each. The tests in Node make the same ones. */
function generatedBytes(ordinal: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length).fill(ordinal % 251);
  bytes.set(encodeUtf8(`piece ${ordinal}`).subarray(0, length));
  return bytes;
}

/** Stores these pieces, several at once; by default all. */
async function store(delivery: string, first = 0, end = Infinity): Promise<void> {
  const { sink, manifest } = sinkOf(delivery);
  const plan = createPlan(manifest);
  const last = Math.min(end, plan.pieces);
  let next = first;
  const storeSome = async (): Promise<void> => {
    while (next < last) {
      const piece = pieceAt(plan, next++);
      await sink.store(piece, generatedBytes(piece.ordinal, piece.length));
      storage.stored += 1;
    }
  };
  await Promise.all(Array.from({ length: STORES }, storeSome));
}

/** The hashes of the bytes in the container at the places of a set's pieces: `[ordinal, SHA-256]`. */
async function hashesOf(id: string, { manifest, pieces }: StoredDelivery) {
  const plan = createPlan(manifest);
  const container = await readFile(id, 'data');
  const found: (readonly [ordinal: number, sha256: string])[] = [];
  for (const ordinal of ordinalsOf(pieces)) {
    const piece = pieceAt(plan, ordinal);
    const start = storageOffset(plan, piece);
    const bytes = await container?.slice(start, start + piece.length).arrayBuffer();
    const hash = await crypto.subtle.digest('SHA-256', bytes ?? new ArrayBuffer());
    found.push([ordinal, toHex(new Uint8Array(hash))]);
  }
  return found;
}

function ordinalsOf(pieces: PieceSet): readonly number[] {
  return rangesOf(pieces).flatMap(({ first, end }) =>
    Array.from({ length: end - first }, (_, index) => first + index),
  );
}

/** A stored delivery without its long fields, and with bytes as text. */
function toldOf(stored: StoredDelivery) {
  const { manifest, link, pieces, leftOut, token, digest, ...rest } = stored;
  return {
    ...rest,
    name: manifest.name,
    entries: manifest.entries.length,
    room: link.room,
    pieces: ordinalsOf(pieces),
    leftOut: rangesOf(leftOut),
    token: toHex(token),
    digest: digest && inHex(digest),
  };
}

async function take(id: string, opening: Promise<OpenedDelivery | undefined>) {
  const opened = await opening;
  if (opened === undefined) return undefined;
  sinks.set(id, { sink: opened.sink, manifest: opened.stored.manifest });
  return toldOf(opened.stored);
}

/** A result as data, since errors would lose their codes on the way to the test. */
async function outcome<T>(work: Promise<T>): Promise<T | { readonly failed: string }> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof PlatformError) return { failed: error.code };
    return { failed: error instanceof DOMException ? error.name : String(error) };
  }
}

async function treeOf(
  folder: FileSystemDirectoryHandle,
  prefix = '',
): Promise<readonly (readonly [path: string, contents: string])[]> {
  const found: (readonly [string, string])[] = [];
  for await (const [name, handle] of folder.entries()) {
    const path = prefix + name;
    if (handle.kind === 'file') {
      const hash = await crypto.subtle.digest(
        'SHA-256',
        await (await handle.getFile()).arrayBuffer(),
      );
      found.push([path, toHex(new Uint8Array(hash))]);
    } else {
      found.push([`${path}/`, ''], ...(await treeOf(handle, `${path}/`)));
    }
  }
  return found.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

async function loadAll(
  manifest: Manifest,
  files: readonly (Blob | undefined)[],
  between: () => Promise<void> = async () => undefined,
): Promise<string> {
  const source = sources.open({ manifest, files });
  const plan = createPlan(manifest);
  try {
    for (let ordinal = 0; ordinal < plan.pieces; ordinal++) {
      await source.load(pieceAt(plan, ordinal));
      if (ordinal === 0) await between();
    }
    return inHex(await source.digest([]));
  } finally {
    source.close();
  }
}

/** The digests of all entries and of the present ones, in hex. */
function inHex({ all, present }: BundleDigest): string {
  return `${toHex(all)} ${toHex(present)}`;
}

function inputFiles(): readonly File[] {
  return [...(document.querySelector('input')?.files ?? [])];
}

function described({ items, unreadable, name }: Choice) {
  return {
    name,
    unreadable,
    items: items.map(({ entry: { kind, path, size }, file }) => [kind, path, size, file?.size]),
  };
}

let dropped: Promise<ReturnType<typeof described>> | undefined;
const target = document.querySelector('#drop');
target?.addEventListener('dragover', (event) => event.preventDefault());
target?.addEventListener('drop', (event) => {
  event.preventDefault();
  const { dataTransfer } = event as DragEvent;
  if (dataTransfer !== null) dropped = choiceOfDrop(dataTransfer).then(described);
});

const storage = {
  /** The manifest that was probed last. `open` takes over what is ready for that very manifest. */
  probed: undefined as Manifest | undefined,
  probe(manifest: Manifest, delivery = 'one') {
    storage.probed = manifest;
    return factory.probe(manifest, delivery);
  },
  /** Opens what was probed last. */
  async accept(delivery = 'one', generation = 1) {
    if (storage.probed === undefined) throw new Error('nothing was probed');
    return open(delivery, storage.probed, { kind: 'private', persistent: false }, generation);
  },
  /** Lets go of what was probed last. */
  decline: () => factory.end?.(),
  open: (delivery: string, manifest: Manifest, sink: SinkChoice) =>
    open(delivery, manifest, sink, 0),
  /** Opens it for a person who leaves entries out. */
  openInPart: (delivery: string, manifest: Manifest, sink: SinkChoice, choice: RecordedChoice) =>
    open(delivery, manifest, sink, 1, choice),
  /** Pieces stored since the page was opened. */
  stored: 0,
  store: (delivery: string, first?: number, end?: number) =>
    outcome(store(delivery, first, end).then(() => 'stored')),
  storeAgain(delivery: string, ordinal: number) {
    const { sink, manifest } = sinkOf(delivery);
    const piece = pieceAt(createPlan(manifest), ordinal);
    return outcome(sink.storeAgain(piece).then(() => 'stored'));
  },
  /** Stores all pieces that the sink does not hold. */
  async storeRest(delivery: string) {
    const { sink, manifest } = sinkOf(delivery);
    const { pieces } = await sink.list();
    for (const { first, end } of missingRanges(pieces, {
      first: 0,
      end: createPlan(manifest).pieces,
    }))
      await store(delivery, first, end);
  },
  /** The held pieces and their leaves. */
  list: (delivery: string) =>
    outcome(
      sinkOf(delivery)
        .sink.list()
        .then((held) =>
          ordinalsOf(held.pieces).map((ordinal) => [ordinal, toHex(held.leafOf(ordinal))] as const),
        ),
    ),
  forget: (delivery: string, ranges: readonly PieceRange[]) =>
    outcome(sinkOf(delivery).sink.forget(ranges)),
  recordGeneration: (delivery: string, generation: number) =>
    sinkOf(delivery).sink.recordGeneration(generation),
  close: (delivery: string) => sinkOf(delivery).sink.close(),
  listStored: async () =>
    (await listStored()).map(({ isElsewhere, ...stored }) => ({ ...toldOf(stored), isElsewhere })),
  openStored: (id: string) => take(id, openStored(id, save)),
  renewStored: (id: string) => take(id, renewStored(id, save)),
  discardStored,
  async storedHashes(id: string) {
    const found = (await listStored()).find((stored) => stored.id === id);
    return found && hashesOf(id, found);
  },
  /** Cuts a file of a delivery, or flips a bit of it. A negative `at` counts from the end of its contents. */
  async damage(id: string, name: StoredFileName, how: 'cut' | 'flip', at: number) {
    const root = await navigator.storage.getDirectory();
    const folder = await (await root.getDirectoryHandle('deliveries')).getDirectoryHandle(id);
    const handle = await folder.getFileHandle(name);
    const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
    const [stored] = (await listStored()).filter((one) => one.id === id);
    const isJournal = name === 'journal' && stored !== undefined;
    const end = isJournal
      ? readJournal(bytes, createPlan(stored.manifest)).end.length
      : bytes.length;
    const place = at < 0 ? end + at : at;
    const changed = bytes.slice(0, how === 'cut' ? place : undefined);
    if (how === 'flip') changed[place] = (changed[place] ?? 0) ^ 1;
    const writable = await handle.createWritable();
    await writable.write(changed);
    await writable.close();
  },
  seal(delivery: string, failedFiles: readonly FailedFile[]) {
    const { sink } = sinkOf(delivery);
    return outcome(sink.seal(failedFiles).then(async () => inHex(await sink.digest(failedFiles))));
  },
  /** Saves files of zeros that take no room on the disk. It bypasses the sink, which would not accept them as whole. */
  async saveZeros(manifest: Manifest) {
    const root = await navigator.storage.getDirectory();
    const handle = await root.getFileHandle('zeros', { create: true });
    const writable = await handle.createWritable();
    await writable.truncate(manifest.bytes);
    await writable.close();
    const blob = await handle.getFile();
    const plan = createPlan(manifest);
    const rangeOf = (file: number) => {
      const start = storageOffset(plan, { file, offset: 0 });
      return { blob, start, end: start + sizeOf(plan, file) };
    };
    return outcome(save({ manifest, absent: [], rangeOf }, 'download'));
  },
  save: (delivery: string, method: SaveMethod) => outcome(sinkOf(delivery).sink.save(method)),
  discard: (delivery: string) => sinkOf(delivery).sink.discard(),
  removeLeftovers,
  sinkScenarios,
  runSinkScenario,
  async tree() {
    return treeOf(await navigator.storage.getDirectory());
  },
  /** Makes the chosen folder refuse these names, and those that a folder on the disk refuses. */
  refuseNames(others: readonly string[]) {
    refuses = (name) => isRefused(name) || others.includes(name);
  },
  async putInChosen(path: string, text: string) {
    const file = await (await openChosen()).getFileHandle(path, { create: true });
    const writable = await file.createWritable();
    await writable.write(text);
    await writable.close();
  },
  chosen: () => described(choiceOfFiles(inputFiles())),
  loadChosen: (manifest: Manifest) => outcome(loadAll(manifest, inputFiles())),
  /** Waits after the first piece until `resume` is called. */
  loadChosenInTwo(manifest: Manifest) {
    const resumed = new Promise<void>((resolve) => (storage.resume = resolve));
    storage.result = outcome(loadAll(manifest, inputFiles(), () => resumed));
  },
  resume: (): void => undefined,
  result: undefined as Promise<unknown> | undefined,
  dropped: () => dropped,
};

declare global {
  interface Window {
    storage: typeof storage;
  }
}
window.storage = storage;
