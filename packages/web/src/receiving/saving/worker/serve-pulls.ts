// Sends a stream's bytes through a port, one batch per pull. It reports the end exactly once, also when the other side
// has gone or stops pulling. Otherwise the page would show "Saving." for ever, and the person could only close it.
import { concatBytes } from '@burritoshare/core';

import type { ChunkMessage, PullMessage, ZipReport } from '../messages.ts';

/** Bytes of one message at least, except the last: headers of small files have only a few bytes each. */
const BATCH_BYTES = 256 * 1024;

/**
 * Milliseconds without a pull after which a download is given up. A disk takes a batch in far less. Browsers without a
 * `close` event on ports don't show that the service worker has died.
 */
export const STALL_TIMEOUT = 60_000;

type Batch = Uint8Array<ArrayBuffer>;

export interface PullsInput {
  readonly port: MessagePort;
  readonly reader: ReadableStreamDefaultReader<Batch>;
  readonly report: (message: ZipReport) => void;
}

/** Answers pulls until the stream's end, a cancel, a failure, the port's end or a stall. */
export function servePulls({ port, reader, report }: PullsInput): void {
  const listening = new AbortController();
  const { signal } = listening;
  // Reads one batch ahead, while the browser takes the one before.
  let next: Promise<Batch> | undefined;
  let stalled: ReturnType<typeof setTimeout> | undefined;

  const end = (how: ZipReport, lastWord?: ChunkMessage): void => {
    if (signal.aborted) return;
    listening.abort();
    clearTimeout(stalled);
    // Ignore the error with which pending reads end.
    reader.cancel().catch(() => undefined);
    if (lastWord !== undefined) port.postMessage(lastWord);
    report(how);
  };
  const fail = (message: string): void =>
    end({ type: 'failed', message }, { type: 'error', message });

  const answer = async (batch: Promise<Batch>): Promise<void> => {
    const bytes = await batch;
    if (signal.aborted) return;
    if (bytes.byteLength === 0) return end({ type: 'finished' }, { type: 'end' });
    const chunk: ChunkMessage = { type: 'chunk', bytes };
    port.postMessage(chunk, [bytes.buffer]);
    stalled = setTimeout(() => fail('the browser stopped taking the download'), STALL_TIMEOUT);
  };
  const pull = (): void => {
    clearTimeout(stalled);
    if (next === undefined) report({ type: 'started' });
    const batch = next ?? readBatch(reader);
    next = batch.then(() => readBatch(reader));
    // If this read fails, the next pull reports it.
    next.catch(() => undefined);
    answer(batch).catch((error: unknown) => fail((error as Error).message));
  };
  const hear = ({ data }: MessageEvent<PullMessage>): void => {
    if (data.type === 'pull') pull();
    else end({ type: 'cancelled' });
  };
  port.addEventListener('message', hear, { signal });
  port.addEventListener('close', () => fail('the service worker has gone'), { signal });
  port.start();
}

/**
 * The next bytes of the stream; none at its end. They have a buffer of their own that can be transferred: a whole block
 * is passed on, and views of blocks are copied.
 */
async function readBatch(reader: ReadableStreamDefaultReader<Batch>): Promise<Batch> {
  const parts: Batch[] = [];
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
