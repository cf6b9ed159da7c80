/**
 * Makes what frees memory of reads at once. Chromium would keep it until its collector comes, transferred to another
 * buffer too, and 64 MiB lay about at times (m); what is posted to a worker that has ended is gone. Browsers that have
 * no workers in workers leave it to their collector, and so do those that ignore what is posted to such a one.
 */
export function createMemoryFreer(): (memory: ArrayBuffer) => void {
  if (!('Worker' in globalThis)) return () => undefined;
  const ended = new Worker(self.location.href, { type: 'module' });
  ended.terminate();
  return (memory) => ended.postMessage(undefined, [memory]);
}
