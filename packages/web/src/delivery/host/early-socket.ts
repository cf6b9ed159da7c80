// Opens the socket to the server, and joins the room of a link, while most of the page is still on its way. It is part
// of the script that runs before the others (early.ts), so it imports nothing.

import type { DrawnBefore, SocketLike } from '@burritoshare/peer';

/** Milliseconds for which a socket waits for the page: half of the time in which the server wants to hear from it. */
const WAIT = 5_000;

/** A receiver's seat in a room, and what its delivery will need. */
export interface Seat {
  readonly room: string;
  readonly drawn: DrawnBefore;
  /** The message that takes it, exactly as the signaling machine sends it. */
  readonly text: string;
}

/** A socket that has joined: its seat, and what the server has sent since, which the page has not read. */
interface Joined {
  readonly seat: Seat;
  readonly received: unknown[];
}

/** Open, or about to be; undefined where nobody has to wait for one, or somebody has it. */
let waiting: WebSocket | undefined;
/** How it has joined, if it has. */
let joined: Joined | undefined;
/** The seat that it takes once it is open. */
let wanted: Seat | undefined;
/** The seat that the page has taken for its delivery. */
let taken: Seat | undefined;
/** Whether the page has asked for a socket: then another would be one too many. */
let page: 'loading' | 'asking' = 'loading';

/** The signaling endpoint of the server that served the page. */
export function signalingUrl(): string {
  return `${location.origin.replace(/^http/, 'ws')}/signal`;
}

/** Opens one that waits for the page, unless the page has asked already. */
export function openEarly(): void {
  if (page === 'asking') return;
  const early = new WebSocket(signalingUrl());
  const giveUp = (): void => {
    if (waiting === early) leave(early);
  };
  // A server that speaks first has no place (SPEC.md, S11): the page's own socket will hear of it.
  early.onmessage = giveUp;
  setTimeout(giveUp, WAIT);
  waiting = early;
}

/** Takes a seat on the socket that waits. Call it only where this tab has the link for itself (SPEC.md, S4). */
export function joinEarly(seat: Seat): void {
  const early = waiting;
  if (early === undefined) return;
  wanted = seat;
  const join = (): void => {
    const received: unknown[] = [];
    joined = { seat, received };
    early.onmessage = ({ data }) => received.push(data);
    early.send(seat.text);
  };
  if (early.readyState === WebSocket.OPEN) join();
  else early.onopen = join;
}

/** What was drawn for the seat that the socket has in a room, or is about to have: for the page's next delivery alone. */
export function takeSeat(room: string): DrawnBefore | undefined {
  const seat = wanted;
  wanted = undefined;
  if (seat?.room !== room) return undefined;
  taken = seat;
  return seat.drawn;
}

/** Opens a socket, or takes the one that waits. */
export function openSocket(url: string): SocketLike {
  const [early, was, seat] = [waiting, joined, taken];
  page = 'asking';
  waiting = joined = wanted = taken = undefined;
  if (early === undefined || early.readyState > WebSocket.OPEN)
    return socketLike(new WebSocket(url));
  if (was !== undefined) {
    if (was.seat === seat) return joinedSocket(early, was);
    early.close();
    return socketLike(new WebSocket(url));
  }
  early.onopen = early.onmessage = null;
  // It may have opened before anybody listened.
  if (early.readyState === WebSocket.OPEN) queueMicrotask(() => early.onopen?.(new Event('open')));
  return socketLike(early);
}

function leave(early: WebSocket): void {
  waiting = joined = wanted = taken = undefined;
  early.close();
}

function socketLike(socket: WebSocket): SocketLike {
  return socket as unknown as SocketLike;
}

// The signaling machine joins each socket that opens. On this one it has been done: the same text is not sent again, and
// what the server has answered comes then.
function joinedSocket(early: WebSocket, { seat, received }: Joined): SocketLike {
  let state: 'unread' | 'read' = 'unread';
  const socket: SocketLike = {
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    send(text) {
      if (state === 'read' || text !== seat.text) return early.send(text);
      state = 'read';
      queueMicrotask(pass);
    },
    close() {
      early.close();
    },
  };
  const pass = (): void => {
    while (received.length > 0 && early.readyState === WebSocket.OPEN)
      socket.onmessage?.({ data: received.shift() });
  };
  early.onmessage = ({ data }) => {
    received.push(data);
    if (state === 'read') pass();
  };
  early.onclose = () => socket.onclose?.();
  early.onerror = () => socket.onerror?.();
  queueMicrotask(() => socket.onopen?.());
  return socket;
}
