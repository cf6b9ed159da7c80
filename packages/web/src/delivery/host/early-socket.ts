// Opens the socket to the server while most of the page is still on its way. It is built as a script of its own that
// runs before the others, so it imports nothing.

/** Milliseconds for which a socket waits for the page: half of the time in which the server wants to hear from it. */
const WAIT = 5_000;

/** A fragment with a link in its normal spelling (SPEC.md, L1). Any other waits for the page, which can read it. */
const LINK = /^#\d+\.[\w-]{88}$/;

const hasLink = LINK.test(location.hash);

// The page looks into the private file system before it joins, and a browser takes longest for the first look.
if (hasLink) void navigator.storage?.getDirectory?.().catch(() => undefined);

/** Open, or about to be; undefined where nobody has to wait for one, or somebody has it. */
let waiting = hasLink ? openEarly() : undefined;

/** The signaling endpoint of the server that served the page. */
export function signalingUrl(): string {
  return `${location.origin.replace(/^http/, 'ws')}/signal`;
}

/** Opens a socket, or takes the one that waits. */
export function openSocket(url: string): WebSocket {
  const early = waiting;
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
