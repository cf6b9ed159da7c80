// What the script before the page meets in a browser.

import { fromBase64Url, toBase64Url } from '@burritoshare/core';
import { vi } from 'vitest';

/** The link of the golden file, and its room. */
export const LINK =
  '#2.w7lj6wXmU2S48kyvD-lmnSAhIiMkJSYnKCkqKywtLi805C1K9e-UoHo6hCAbiJ1M0adDyyexG2oQQ4qP645YR62_';
export const ROOM = toBase64Url(fromBase64Url(LINK.slice('#2.'.length)).slice(0, 16));
export const LOCK = `burritoshare-tab-${ROOM}`;

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 3;

/** Stands for a browser's socket. */
export class FakeSocket {
  static readonly OPEN = OPEN;
  static readonly all: FakeSocket[] = [];
  readyState = browser.opens === 'at once' ? OPEN : CONNECTING;
  readonly sent: string[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  /** The server accepts it. */
  open(): void {
    this.readyState = OPEN;
    this.onopen?.();
  }
  /** The server sends a message. */
  receive(data: string): void {
    this.onmessage?.({ data });
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.readyState = CLOSED;
  }
}

/** A browser: who has each lock, the folders of kept deliveries, and the names that were asked for. */
export const browser = {
  /** When a socket opens. */
  opens: 'later' as 'later' | 'at once',
  locks: new Map<string, 'here' | 'elsewhere'>(),
  /** Undefined: nothing has ever been kept. */
  folders: undefined as readonly string[] | undefined,
  asked: [] as string[],
};

async function request(
  name: string,
  _options: object,
  onGranted: (lock: object | null) => Promise<void> | undefined,
): Promise<void> {
  browser.asked.push(name);
  if (browser.locks.has(name)) {
    await onGranted(null);
    return;
  }
  browser.locks.set(name, 'here');
  await onGranted({ name });
  browser.locks.delete(name);
}

const root = {
  async getDirectoryHandle(name: string) {
    browser.asked.push(name);
    if (browser.folders === undefined) throw new DOMException('none', 'NotFoundError');
    return {
      async *keys() {
        yield* browser.folders ?? [];
      },
    };
  },
};

/** Puts a new browser in place, whose page is not loaded yet. Undo it with `vi.unstubAllGlobals()`. */
export function stubBrowser(): void {
  vi.resetModules();
  browser.opens = 'later';
  browser.locks.clear();
  browser.folders = undefined;
  browser.asked.length = 0;
  FakeSocket.all.length = 0;
  vi.stubGlobal('location', { origin: 'https://burrito.example', hash: LINK });
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.stubGlobal('navigator', { locks: { request }, storage: { getDirectory: async () => root } });
}

/** Runs the script as on a page with this fragment. */
export async function runEarly(hash = LINK): Promise<void> {
  vi.stubGlobal('location', { origin: 'https://burrito.example', hash });
  const { begun } = await import('../../src/early.ts');
  await begun;
}
