/**
 * Returns a function that frees the memory of a read at once, by posting it to a worker that has ended. Otherwise
 * Chromium keeps it until its garbage collector runs, even if it was transferred to another buffer: up to 64 MiB piled
 * up (m). Browsers without nested workers leave it to their collector, and so do those that ignore messages to an ended
 * worker.
 */
export function createMemoryFreer(): (memory: ArrayBuffer) => void {
  if (!('Worker' in globalThis)) return () => undefined;
  const ended = new Worker(self.location.href, { type: 'module' });
  ended.terminate();
  return (memory) => ended.postMessage(undefined, [memory]);
}
