import { holdLifeline } from '../../../workers/lifeline.ts';
import type { ZipReport, ZipRequest } from '../messages.ts';
import { planZip } from '../zip.ts';
import { servePulls } from './serve-pulls.ts';

declare const self: DedicatedWorkerGlobalScope;

holdLifeline(self);

/** Milliseconds. Browsers end a service worker that gets no message for 30 s. */
const ALIVE_INTERVAL = 10_000;

const report = (message: ZipReport): void => self.postMessage(message, []);

self.addEventListener('message', ({ data, ports }: MessageEvent<ZipRequest>) => {
  const [port] = ports;
  if (port === undefined) return;
  const zip = planZip(data.entries, Date.now());
  servePulls({ port, reader: zip.stream().getReader(), report });
  setInterval(() => report({ type: 'alive' }), ALIVE_INTERVAL);
  report({ type: 'prepared', size: zip.size });
});
