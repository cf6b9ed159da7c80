import { holdLifeline } from '../../../workers/lifeline.ts';
import { serveCalls } from '../../../workers/serve-calls.ts';
import { keysFolder, type BundleKeyCalls } from '../bundle-keys.ts';

declare const self: DedicatedWorkerGlobalScope;

holdLifeline(self);

serveCalls<BundleKeyCalls>(self, {
  write: async ({ id, key }) => {
    await overwrite(await keysFolder(), id, key);
    return { output: undefined };
  },
  erase: async ({ id }) => {
    const folder = await keysFolder();
    await overwrite(folder, id, new Uint8Array(32));
    await folder.removeEntry(id);
    return { output: undefined };
  },
});

async function overwrite(
  folder: FileSystemDirectoryHandle,
  id: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const file = await folder.getFileHandle(id, { create: true });
  const access = await file.createSyncAccessHandle();
  try {
    if (access.write(bytes, { at: 0 }) !== bytes.length) throw new Error('a key was not written');
    access.flush();
  } finally {
    access.close();
  }
}
