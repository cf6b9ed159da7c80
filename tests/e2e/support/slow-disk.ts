import type { Page } from '@playwright/test';

/**
 * Puts code in front of the script of the worker that writes to the disk: the browser's own file handles,
 * as that code leaves them, are what the worker then uses.
 */
async function patchDisk(page: Page, code: string): Promise<void> {
  await page.route('**/private-sink.worker*.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${code}\n${await response.text()}` });
  });
}

/** Makes every write take `milliseconds` longer, without costing the processor anything. */
export async function slowDisk(page: Page, milliseconds: number): Promise<void> {
  await patchDisk(
    page,
    `{
      const cell = new Int32Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer);
      const write = FileSystemSyncAccessHandle.prototype.write;
      FileSystemSyncAccessHandle.prototype.write = function (...given) {
        Atomics.wait(cell, 0, 0, ${milliseconds});
        return write.apply(this, given);
      };
    }`,
  );
}

/** Lets so many writes pass; the later ones throw a DOMException of this name. */
export async function failingDisk(page: Page, writes: number, name: string): Promise<void> {
  await patchDisk(
    page,
    `{
      let left = ${writes};
      const write = FileSystemSyncAccessHandle.prototype.write;
      FileSystemSyncAccessHandle.prototype.write = function (...given) {
        if (left-- <= 0) throw new DOMException('planted', ${JSON.stringify(name)});
        return write.apply(this, given);
      };
    }`,
  );
}

/** Lets so many writes pass; the later ones write half of what they are given, and say so. */
export async function shortDisk(page: Page, writes: number): Promise<void> {
  await patchDisk(
    page,
    `{
      let left = ${writes};
      const write = FileSystemSyncAccessHandle.prototype.write;
      FileSystemSyncAccessHandle.prototype.write = function (data, options) {
        return left-- > 0 ? write.call(this, data, options) : write.call(this, data.subarray(0, data.length >> 1), options);
      };
    }`,
  );
}
