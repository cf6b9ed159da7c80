import { concatBytes } from '@burritoshare/core';

import type { ChunkMessage, PullMessage, ZipReport, ZipRequest } from '../saving/messages.ts';
import { zipSize, zipStream } from '../saving/zip.ts';

declare const self: DedicatedWorkerGlobalScope;

/** Milliseconds: browsers end a service worker that has heard nothing for 30 s. */
const ALIVE_INTERVAL = 10_000;

/** Bytes that go in one message at least, but for the last: headers of small files are a few bytes each. */
const BATCH_BYTES = 256 * 1024;

const report = (message: ZipReport): void => self.postMessage(message, []);

self.addEventListener('message', ({ data, ports }: MessageEvent<ZipRequest>) => {
  const [port] = ports;
  if (port === undefined) return;
  const reader = zipStream(data.entries).getReader();
  // One batch ahead: the browser takes one while the next is read and summed.
  let next: Promise<Batch> | undefined;
  port.addEventListener('message', ({ data: { type } }: MessageEvent<PullMessage>) => {
    if (type === 'cancel') {
      // The reads of the ZIP end with an error that nobody is waiting for.
      reader.cancel().catch(() => undefined);
      report({ type: 'cancelled' });
      return;
    }
    if (next === undefined) report({ type: 'started' });
    const batch = next ?? readBatch(reader);
    next = batch.then(() => readBatch(reader));
    // It is answered for when it is pulled.
    next.catch(() => undefined);
    void answerPull(port, batch);
  });
  port.start();
  setInterval(() => report({ type: 'alive' }), ALIVE_INTERVAL);
  report({ type: 'prepared', size: zipSize(data.entries) });
});

async function answerPull(port: MessagePort, batch: Promise<Batch>): Promise<void> {
  try {
    const bytes = await batch;
    const isEnd = bytes.byteLength === 0;
    const message: ChunkMessage = isEnd ? { type: 'end' } : { type: 'chunk', bytes };
    port.postMessage(message, isEnd ? [] : [bytes.buffer]);
    if (isEnd) report({ type: 'finished' });
  } catch (error) {
    const { message } = error as Error;
    const failure: ChunkMessage = { type: 'error', message };
    port.postMessage(failure);
    report({ type: 'failed', message });
  }
}

type Batch = Uint8Array<ArrayBuffer>;

/**
 * The next bytes of the ZIP; none at its end. They are in a buffer of their own, which can be handed over:
 * views of blocks that are still needed are copied, whole blocks are not.
 */
async function readBatch(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
): Promise<Batch> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  while (length < BATCH_BYTES) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    length += value.byteLength;
  }
  const [only] = parts;
  const isWhole = parts.length === 1 && only?.byteLength === only?.buffer.byteLength;
  return isWhole && only !== undefined ? only : concatBytes(...parts);
}
