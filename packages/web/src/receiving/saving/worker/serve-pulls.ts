// Hands a stream's bytes to whoever pulls at a port, one batch for one pull. Every end is reported, and once:
// also that of a puller who has gone, or who stays and no longer pulls. Without that the page would go on
// saying that it is saving, and the person could only close it.
import { concatBytes } from '@burritoshare/core';

import type { ChunkMessage, PullMessage, ZipReport } from '../messages.ts';

/** Bytes that go in one message at least, but for the last: headers of small files are a few bytes each. */
const BATCH_BYTES = 256 * 1024;

/**
 * Milliseconds without a pull after which a download that has begun is given up: a disk takes a batch in far
 * less, and browsers without a `close` event on ports don't tell when the service worker has died.
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
  // One batch ahead: the browser takes one while the next is read and summed.
  let next: Promise<Batch> | undefined;
  let stalled: ReturnType<typeof setTimeout> | undefined;

  const end = (how: ZipReport, lastWord?: ChunkMessage): void => {
    if (signal.aborted) return;
    listening.abort();
    clearTimeout(stalled);
    // The reads that are under way end with an error that nobody is waiting for.
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
    // It is answered for when it is pulled.
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
 * The next bytes of the stream; none at its end. They are in a buffer of their own, which can be handed
 * over: views of blocks that are still needed are copied, whole blocks are not.
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
