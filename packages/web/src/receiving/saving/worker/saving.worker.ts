// The service worker of downloads. It answers only requests for paths below `saving/` that the page has announced, with
// a stream that the page's zip worker fills. It imports nothing, so that it is a single file that runs in every browser
// with service workers. It keeps no file and no cache.
import type { ChunkMessage, PullMessage, SavingRequest } from '../messages.ts';

declare const self: ServiceWorkerGlobalScope;

interface Expected {
  readonly headers: Readonly<Record<string, string>>;
  readonly port: MessagePort;
}

const expected = new Map<string, Expected>();

self.addEventListener('install', () => void self.skipWaiting());

self.addEventListener('message', ({ data, ports }) => {
  const request = data as SavingRequest;
  // Any message keeps this worker alive for a while. `keep.alive` has no other purpose.
  if (request.type !== 'expect') return;
  const [port, answer] = ports;
  if (port === undefined || answer === undefined) return;
  expected.set(request.path, { headers: request.headers, port });
  answer.postMessage('ready', []);
});

self.addEventListener('fetch', (event) => {
  const { pathname } = new URL(event.request.url);
  const download = expected.get(pathname);
  expected.delete(pathname);
  event.respondWith(
    download === undefined
      ? new Response('This download is over.', { status: 410 })
      : new Response(pulledFrom(download.port), { headers: download.headers }),
  );
});

/** Asks for one chunk per pull of the browser, and never ahead. */
function pulledFrom(port: MessagePort): ReadableStream<Uint8Array<ArrayBuffer>> {
  // Stops listening when the stream ends, so that a late chunk is ignored.
  const listening = new AbortController();
  const { signal } = listening;
  const say = (message: PullMessage): void => port.postMessage(message);
  const pass = (
    controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>,
    message: ChunkMessage,
  ): void => {
    if (message.type === 'chunk') {
      controller.enqueue(message.bytes);
      return;
    }
    listening.abort();
    if (message.type === 'end') controller.close();
    else controller.error(new Error(message.message));
  };
  const start = (controller: ReadableStreamDefaultController): void => {
    // Some browsers fire `close` when the other side has gone, as when the tab was closed.
    const gone = (): void => controller.error(new Error('the page has gone'));
    port.addEventListener('close', gone, { signal });
    port.start();
  };
  const pull = (
    controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>,
  ): Promise<void> =>
    new Promise((resolve) => {
      const take = ({ data }: MessageEvent<ChunkMessage>): void => {
        pass(controller, data);
        resolve();
      };
      port.addEventListener('message', take, { once: true, signal });
      say({ type: 'pull' });
    });
  const cancel = (): void => {
    listening.abort();
    say({ type: 'cancel' });
  };
  return new ReadableStream({ start, pull, cancel }, { highWaterMark: 0 });
}
