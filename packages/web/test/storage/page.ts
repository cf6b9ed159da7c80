import { createPlan, encodeUtf8, pieceAt, toHex } from '@burritoshare/core';
import type { FailedFile, Manifest, SaveMethod, SinkChoice } from '@burritoshare/core';
import { PlatformError } from '@burritoshare/peer/storage';
import type { Sink } from '@burritoshare/peer/storage';

import { createSaver } from '../../src/saving/saver.ts';
import { removeLeftovers } from '../../src/sinks/leftovers.ts';
import { createSinkFactory } from '../../src/sinks/sink-factory.ts';
import { choiceOfDrop, choiceOfFiles } from '../../src/sources/entries.ts';
import type { Choice } from '../../src/sources/entries.ts';
import { createWorkerSources } from '../../src/sources/worker-source.ts';

/** Pieces on their way into the sink at once, as credit allows a receiver. */
const STORES = 8;

// The private file system stands in for a folder on the disk: handles of both are the same type, and a
// picker can't be worked from a test.
const pickFolder = async (): Promise<FileSystemDirectoryHandle> =>
  (await navigator.storage.getDirectory()).getDirectoryHandle('chosen', { create: true });

const factory = createSinkFactory({ save: createSaver({ pickFolder }) });
const sources = createWorkerSources();
const sinks = new Map<string, { readonly sink: Sink; readonly manifest: Manifest }>();

function sinkOf(delivery: string): { readonly sink: Sink; readonly manifest: Manifest } {
  const found = sinks.get(delivery);
  if (found === undefined) throw new Error(`no sink ${delivery}`);
  return found;
}

/** Every piece has its own bytes, and the tests in Node make the same ones. */
function generatedBytes(ordinal: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length).fill(ordinal % 251);
  bytes.set(encodeUtf8(`piece ${ordinal}`).subarray(0, length));
  return bytes;
}

async function store(delivery: string): Promise<void> {
  const { sink, manifest } = sinkOf(delivery);
  const plan = createPlan(manifest);
  let next = 0;
  const storeSome = async (): Promise<void> => {
    while (next < plan.pieces) {
      const piece = pieceAt(plan, next++);
      await sink.store(piece, generatedBytes(piece.ordinal, piece.length));
    }
  };
  await Promise.all(Array.from({ length: STORES }, storeSome));
}

/** A result that crosses into the test: errors would lose their codes there. */
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
    return toHex(await source.digest([]));
  } finally {
    source.close();
  }
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
  probe: (manifest: Manifest) => factory.probe(manifest),
  async open(delivery: string, manifest: Manifest, sink: SinkChoice) {
    return outcome(
      factory.open({ delivery, manifest, sink }).then((opened) => {
        sinks.set(delivery, { sink: opened, manifest });
        return 'open';
      }),
    );
  },
  store: (delivery: string) => outcome(store(delivery).then(() => 'stored')),
  async seal(delivery: string, failedFiles: readonly FailedFile[]) {
    const { sink } = sinkOf(delivery);
    await sink.seal(failedFiles);
    return toHex(await sink.digest(failedFiles));
  },
  sealUnfilled: (delivery: string) => sinkOf(delivery).sink.seal([]),
  save: (delivery: string, method: SaveMethod) => outcome(sinkOf(delivery).sink.save(method)),
  discard: (delivery: string) => sinkOf(delivery).sink.discard(),
  removeLeftovers,
  async tree() {
    return treeOf(await navigator.storage.getDirectory());
  },
  async putInChosen(path: string, text: string) {
    const file = await (await pickFolder()).getFileHandle(path, { create: true });
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
