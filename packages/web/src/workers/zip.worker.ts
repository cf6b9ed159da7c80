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
  let isStarted = false;
  port.addEventListener('message', ({ data: { type } }: MessageEvent<PullMessage>) => {
    if (type === 'cancel') {
      // The reads of the ZIP end with an error that nobody is waiting for.
      reader.cancel().catch(() => undefined);
      report({ type: 'cancelled' });
      return;
    }
    if (!isStarted) report({ type: 'started' });
    isStarted = true;
    void answerPull(port, reader);
  });
  port.start();
  setInterval(() => report({ type: 'alive' }), ALIVE_INTERVAL);
  report({ type: 'prepared', size: zipSize(data.entries) });
});

async function answerPull(
  port: MessagePort,
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
): Promise<void> {
  try {
    const bytes = await readBatch(reader);
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

/** The next bytes of the ZIP, in a buffer of their own; none at its end. */
async function readBatch(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  while (length < BATCH_BYTES) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    length += value.byteLength;
  }
  const [only] = parts;
  if (parts.length === 1 && only?.byteLength === only?.buffer.byteLength)
    return only ?? new Uint8Array();
  const batch = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    batch.set(part, offset);
    offset += part.byteLength;
  }
  return batch;
}
