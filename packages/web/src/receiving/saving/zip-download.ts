import { MEMORY_SINK_BYTES_MAX } from '@burritoshare/core';
import { PlatformError } from '@burritoshare/peer/storage';

import { isLifeline, watchLifeline } from '../../workers/lifeline.ts';
import { downloadBlob } from '../../ui/blob-download.ts';
import type { ZipReport, ZipRequest } from './messages.ts';
import type { ReceivedEntry } from './received.ts';
import { startDownloadService } from './service-worker.ts';
import type { DownloadService } from './service-worker.ts';
import { planZip } from './zip.ts';

/** Milliseconds in which the browser must begin to take a download. */
const START_TIMEOUT = 30_000;

/**
 * Milliseconds that a download's frame stays after the last byte was taken. The browser may take all bytes before it
 * starts the download, and silently drops the download if the frame goes first. This is enough for a busy machine.
 */
const FRAME_LIFETIME = 5 * 60_000;

/**
 * Downloads entries as one ZIP. A service worker streams it. Without one, a small ZIP is made in memory. Resolves when
 * the browser has taken the last byte, or, for a ZIP in memory, when its download was started.
 *
 * @throws PlatformError `memory.limit` when it is too large to be made in memory, `disk.failed` when a file can't be
 * read any more or the browser doesn't begin; an `AbortError` DOMException when the download is cancelled.
 */
export async function downloadZip(entries: readonly ReceivedEntry[], name: string): Promise<void> {
  const service = await startDownloadService();
  if (service === undefined) await downloadFromMemory(entries, name);
  else await downloadStream(service, entries, name);
}

async function downloadFromMemory(entries: readonly ReceivedEntry[], name: string): Promise<void> {
  const zip = planZip(entries, Date.now());
  if (zip.size > MEMORY_SINK_BYTES_MAX) {
    throw new PlatformError('memory.limit', `${zip.size} bytes are too many for a ZIP in memory`);
  }
  const headers = { 'Content-Type': 'application/zip' };
  const blob = await new Response(zip.stream(), { headers }).blob().catch((error: unknown) => {
    throw new PlatformError('disk.failed', 'a file cannot be read', { cause: error });
  });
  downloadBlob(blob, name);
}

async function downloadStream(
  service: DownloadService,
  entries: readonly ReceivedEntry[],
  name: string,
): Promise<void> {
  const worker = new Worker(new URL('./worker/zip.worker.ts', import.meta.url), {
    type: 'module',
    name: 'burritoshare-zip',
  });
  const { port1, port2 } = new MessageChannel();
  const frame = document.createElement('iframe');
  frame.hidden = true;
  try {
    await new Promise<void>((resolve, reject) => {
      const open = async (size: number): Promise<void> => {
        // In Chromium, a link with `download` would bypass the service worker. A frame doesn't, and stays as it is when
        // the answer is a download.
        frame.src = await service.expect(name, size, port2);
        document.body.append(frame);
      };
      const begun = setTimeout(() => reject(notBegun()), START_TIMEOUT);
      const hear = (report: ZipReport): void => {
        if (report.type === 'prepared') open(report.size).catch(reject);
        if (report.type === 'started') clearTimeout(begun);
        if (report.type === 'alive') service.keepAlive();
        if (report.type === 'finished') resolve();
        if (report.type === 'cancelled') reject(new DOMException('cancelled', 'AbortError'));
        if (report.type === 'failed') reject(new PlatformError('disk.failed', report.message));
      };
      worker.addEventListener('message', ({ data }: MessageEvent<ZipReport>) => {
        if (!isLifeline(data)) hear(data);
      });
      watchLifeline(worker, () =>
        reject(new PlatformError('disk.failed', 'a worker ended, or never began')),
      );
      worker.addEventListener('error', ({ message }) =>
        reject(new PlatformError('disk.failed', message)),
      );
      const request: ZipRequest = { entries };
      worker.postMessage(request, [port1]);
    });
    setTimeout(() => frame.remove(), FRAME_LIFETIME);
  } catch (error) {
    frame.remove();
    throw error;
  } finally {
    worker.terminate();
  }
}

function notBegun(): PlatformError {
  return new PlatformError('disk.failed', 'the browser did not begin the download');
}
