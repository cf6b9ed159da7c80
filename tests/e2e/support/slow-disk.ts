import type { Page } from '@playwright/test';
import { patchWorker, scriptOf } from './worker-script.ts';

const SCRIPT = scriptOf('opfs-sink');

/**
 * Patches the files of a delivery. `code` returns a function that is called with each handle that the worker opens, and
 * the file's name.
 */
export async function patchFiles(page: Page, code: string): Promise<void> {
  await patchWorker(
    page,
    'opfs-sink',
    `{
      const open = FileSystemFileHandle.prototype.createSyncAccessHandle;
      const patch = (() => { ${code} })();
      FileSystemFileHandle.prototype.createSyncAccessHandle = async function (...given) {
        const handle = await open.apply(this, given);
        patch(handle, this.name);
        return handle;
      };
    }`,
  );
}

/** Replaces the writing of a bundle's bytes. `write` is the browser's own method. */
async function patchWriting(page: Page, before: string, body: string): Promise<void> {
  await patchFiles(
    page,
    `${before}
    return (handle, name) => {
      if (name !== 'data') return;
      const write = handle.write.bind(handle);
      handle.write = (data, options) => { ${body} };
    };`,
  );
}

/** Makes every write take `milliseconds` longer, without load on the processor, until {@link hurryDisk}. */
export async function slowDisk(page: Page, milliseconds: number): Promise<void> {
  await patchWriting(
    page,
    `const cell = new Int32Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer);
    let wait = ${milliseconds};
    const channel = new BroadcastChannel('disk');
    channel.onmessage = () => { wait = 0; };`,
    `if (wait > 0) Atomics.wait(cell, 0, 0, wait);
    return write(data, options);`,
  );
}

/** Lets this many writes of pieces pass. Later ones throw a DOMException of this name. */
export async function failingDisk(page: Page, writes: number, name: string): Promise<void> {
  await patchWriting(
    page,
    `let left = ${writes};`,
    `if (left-- <= 0) throw new DOMException('planted', ${JSON.stringify(name)});
    return write(data, options);`,
  );
}

/** Lets this many writes of pieces pass. Later ones write half of their bytes, and return that number. */
export async function shortDisk(page: Page, writes: number): Promise<void> {
  await patchWriting(
    page,
    `let left = ${writes};`,
    'return left-- > 0 ? write(data, options) : write(data.subarray(0, data.length >> 1), options);',
  );
}

/** Lets this many writes of pieces pass. Then the disk is full, until {@link makeRoom}. */
export async function fullDisk(page: Page, writes: number): Promise<void> {
  await patchWriting(
    page,
    `let left = ${writes};
    let isFull = false;
    const channel = new BroadcastChannel('disk');
    channel.onmessage = () => {
      left = Infinity;
      if (isFull) new BroadcastChannel('room').postMessage('made');
    };`,
    `if (left-- > 0) return write(data, options);
    isFull = true;
    throw new DOMException('planted', 'QuotaExceededError');`,
  );
}

/**
 * Lets the page turn the disk: writes of pieces throw a DOMException of the name that was last said on the channel
 * `disk`, or pass once it was `sound`. Who says it hears an answer.
 */
export async function turningDisk(page: Page): Promise<void> {
  await patchWriting(
    page,
    `let turned = 'sound';
    const channel = new BroadcastChannel('disk');
    channel.onmessage = ({ data }) => {
      turned = data;
      channel.postMessage('turned');
    };`,
    `if (turned !== 'sound') throw new DOMException('planted', turned);
    return write(data, options);`,
  );
}

/** Ends the waits of a slow disk, so that a test needn't wait for the rest. */
export async function hurryDisk(page: Page): Promise<void> {
  await page.unroute(SCRIPT);
  await page.evaluate(() => {
    const channel = new BroadcastChannel('disk');
    channel.postMessage('hurry');
    channel.close();
  });
}

/** Makes room on a full disk. Resolves once the worker knows, since the next write would otherwise find it full. */
export async function makeRoom(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const made = new BroadcastChannel('room');
        made.onmessage = () => {
          made.close();
          resolve();
        };
        const channel = new BroadcastChannel('disk');
        channel.postMessage('room');
        channel.close();
      }),
  );
}
