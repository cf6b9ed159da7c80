// Opens the socket to the server while most of the page is still on its way. It is built as a script of its own that
// runs before the others, so it imports nothing.

/** Milliseconds for which a socket waits for the page: half of the time in which the server wants to hear from it. */
const WAIT = 5_000;

/** A fragment that may be a link in its normal spelling (SPEC.md, L1). Any other waits for the page, which reads it. */
const LINK = /^#2\.([\w-]{88})$/;

/** Open, or about to be; undefined where nobody has to wait for one, or somebody has it. */
let waiting: WebSocket | undefined;
/** Whether the page has asked for a socket: then another would be one too many. */
let page: 'loading' | 'asking' = 'loading';

/** Settles once a page with a whole link has its socket. */
export const looked: Promise<void> = look().catch(() => undefined);

async function look(): Promise<void> {
  const [, body] = LINK.exec(location.hash) ?? [];
  if (body === undefined || !(await isWhole(body))) return;
  // The page looks into the private file system before it joins, and a browser takes longest for the first look.
  void navigator.storage?.getDirectory?.().catch(() => undefined);
  if (page === 'loading') waiting = openEarly();
}

// L3: a damaged link makes nobody speak to a server.
async function isWhole(body: string): Promise<boolean> {
  const text = atob(body.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const label = new TextEncoder().encode('burritoshare link 2');
  const hashed = Uint8Array.of(...label, ...bytes.subarray(0, 64));
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', hashed));
  return hash[0] === bytes[64] && hash[1] === bytes[65];
}

/** The signaling endpoint of the server that served the page. */
export function signalingUrl(): string {
  return `${location.origin.replace(/^http/, 'ws')}/signal`;
}

/** Opens a socket, or takes the one that waits. */
export function openSocket(url: string): WebSocket {
  const early = waiting;
  page = 'asking';
  waiting = undefined;
  if (early === undefined || early.readyState > WebSocket.OPEN) return new WebSocket(url);
  early.onmessage = null;
  // It may have opened before anybody listened.
  if (early.readyState === WebSocket.OPEN) queueMicrotask(() => early.onopen?.(new Event('open')));
  return early;
}

function openEarly(): WebSocket {
  const early = new WebSocket(signalingUrl());
  const giveUp = (): void => {
    if (waiting !== early) return;
    waiting = undefined;
    early.close();
  };
  // A server that speaks first has no place (SPEC.md, S11): the page's own socket will hear of it.
  early.onmessage = giveUp;
  setTimeout(giveUp, WAIT);
  return early;
}
