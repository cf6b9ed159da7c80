import type { Page } from '@playwright/test';
import { patchWorker, scriptOf } from './worker-script.ts';

const SCRIPT = scriptOf('opfs-sink');

/**
 * Changes what the files of a delivery do. `code` returns a function, which is called with each handle that
 * the worker opens and the file's name.
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

/** Replaces how a bundle's bytes are written: `write` is the browser's own way. */
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

/** Makes every write take `milliseconds` longer, without costing the processor anything, until {@link hurryDisk}. */
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

/** Lets so many writes of pieces pass; the later ones throw a DOMException of this name. */
export async function failingDisk(page: Page, writes: number, name: string): Promise<void> {
  await patchWriting(
    page,
    `let left = ${writes};`,
    `if (left-- <= 0) throw new DOMException('planted', ${JSON.stringify(name)});
    return write(data, options);`,
  );
}

/** Lets so many writes of pieces pass; the later ones write half of what they are given, and say so. */
export async function shortDisk(page: Page, writes: number): Promise<void> {
  await patchWriting(
    page,
    `let left = ${writes};`,
    'return left-- > 0 ? write(data, options) : write(data.subarray(0, data.length >> 1), options);',
  );
}

/** Lets so many writes of pieces pass; the disk is full then, until {@link makeRoom}. */
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

/** Ends the waits of a disk that was slow: once what had to be seen was seen, nobody has to wait for the rest. */
export async function hurryDisk(page: Page): Promise<void> {
  await page.unroute(SCRIPT);
  await page.evaluate(() => {
    const channel = new BroadcastChannel('disk');
    channel.postMessage('hurry');
    channel.close();
  });
}

/** Makes room on a disk that was full; resolves once its worker knows, or what is stored next would find it full. */
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
