import { afterEach, beforeEach, expect, test, vi } from 'vitest';

// The type `string` keeps the compiler from following the import: it checks workers with other types than pages.
const WORKER: string = '../../src/receiving/saving/worker/saving.worker.ts';

/** The part of a service worker's scope that is used: its listeners. */
type Listener = (event: object) => void;

const listeners = new Map<string, Listener>();

beforeEach(async () => {
  listeners.clear();
  vi.stubGlobal('self', {
    addEventListener: (type: string, listen: Listener) => listeners.set(type, listen),
    skipWaiting: () => Promise.resolve(),
  });
  vi.resetModules();
  await import(/* @vite-ignore */ WORKER);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Announces a download as the page does, and resolves once it is expected. */
async function announce(path: string): Promise<MessagePort> {
  const pulls = new MessageChannel();
  const answer = new MessageChannel();
  const ready = new Promise((resolve) => (answer.port1.onmessage = resolve));
  const data = { type: 'expect', path, headers: { 'Content-Length': '5' } };
  listeners.get('message')?.({ data, ports: [pulls.port2, answer.port2] });
  await ready;
  answer.port1.close();
  return pulls.port1;
}

function fetchFrom(path: string): Response {
  let response: Response | undefined;
  listeners.get('fetch')?.({
    request: { url: `https://burrito.example${path}` },
    respondWith: (given: Response) => (response = given),
  });
  if (response === undefined) throw new Error('no answer');
  return response;
}

test('an announced download is handed out once, to the first request', async () => {
  const port = await announce('/saving/one');
  const first = fetchFrom('/saving/one');
  const second = fetchFrom('/saving/one');

  expect([first.status, second.status]).toEqual([200, 410]);
  expect(first.headers.get('Content-Length')).toBe('5');
  expect(await second.text()).not.toContain('five!');
  port.onmessage = ({ data }: MessageEvent<{ type: string }>) => {
    if (data.type !== 'pull') return;
    port.postMessage({ type: 'chunk', bytes: new TextEncoder().encode('five!') });
    port.onmessage = () => port.postMessage({ type: 'end' });
  };
  expect(await first.text()).toBe('five!');
  expect(fetchFrom('/saving/one').status).toBe(410);
  port.close();
});

test('a path that was not announced is not found, and shows nothing of other downloads', async () => {
  const port = await announce('/saving/one');
  expect(fetchFrom('/saving/another').status).toBe(410);
  expect(fetchFrom('/saving/').status).toBe(410);
  expect(fetchFrom('/saving/one').status).toBe(200);
  port.close();
});
