import { contentDisposition } from './file-names.ts';
import type { SavingRequest } from './messages.ts';

/**
 * The service worker's script, and the paths that it answers. They are relative to the page, which may lie below a
 * path.
 */
const SCRIPT = 'saving-worker.js';
const SCOPE = 'saving/';

/** Milliseconds in which the service worker must be installed and answer. */
const READY_TIMEOUT = 10_000;

/** The service worker that turns a stream from this page into a download. */
export interface DownloadService {
  /** Announces a download. Resolves with the URL to open, once the service worker expects it. */
  expect(name: string, size: number, port: MessagePort): Promise<string>;
  /** Keeps the service worker from being ended while a download runs. */
  keepAlive(): void;
}

/** Finds or installs the service worker. Resolves with undefined if the browser has none or doesn't let it run. */
export async function startDownloadService(): Promise<DownloadService | undefined> {
  if (!('serviceWorker' in navigator)) return undefined;
  try {
    const scope = new URL(SCOPE, document.baseURI);
    const registration = await navigator.serviceWorker.register(new URL(SCRIPT, document.baseURI), {
      scope: scope.pathname,
    });
    const worker = registration.active ?? registration.waiting ?? registration.installing;
    if (worker === null) return undefined;
    await isActive(worker);
    return serviceOf(worker, scope);
  } catch {
    // A private window, blocked storage, or a server without the script. The ZIP is then made in memory.
    return undefined;
  }
}

function serviceOf(worker: ServiceWorker, scope: URL): DownloadService {
  const tell = (request: SavingRequest, ports: readonly MessagePort[] = []): void =>
    worker.postMessage(request, [...ports]);
  return {
    async expect(name, size, port) {
      const url = new URL(crypto.randomUUID(), scope);
      const answer = new MessageChannel();
      const ready = within(READY_TIMEOUT, (resolve) => {
        answer.port1.addEventListener('message', resolve);
        answer.port1.start();
      });
      const headers = {
        'Content-Type': 'application/zip',
        'Content-Length': String(size),
        'Content-Disposition': contentDisposition(name),
        'X-Content-Type-Options': 'nosniff',
        'Cache-Control': 'no-store',
      };
      tell({ type: 'expect', path: url.pathname, headers }, [port, answer.port2]);
      await ready.finally(() => answer.port1.close());
      return url.href;
    },
    keepAlive: () => tell({ type: 'keep.alive' }),
  };
}

function isActive(worker: ServiceWorker): Promise<void> {
  return within(READY_TIMEOUT, (resolve, reject) => {
    const look = (): void => {
      if (worker.state === 'activated') resolve();
      if (worker.state === 'redundant') reject(new Error('the service worker was not installed'));
    };
    worker.addEventListener('statechange', look);
    look();
  });
}

function within(
  milliseconds: number,
  work: (resolve: () => void, reject: (error: unknown) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`no answer in ${milliseconds} ms`)),
      milliseconds,
    );
    work(
      () => {
        clearTimeout(timer);
        resolve();
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
