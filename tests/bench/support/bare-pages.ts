// Two bare pages and their server, to measure what a browser and a network take at least: the same steps, without an
// app around them.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { WebSocketServer } from 'ws';

import { expect } from '../../e2e/support/app.ts';

/** What a bare page has measured, in milliseconds since its address was opened. */
export interface BareTimes {
  /** The server has answered its first message. */
  readonly spoken: number;
  /** Its channel to the other page is open. */
  readonly opened: number;
  /** Milliseconds of a round trip over that channel. */
  readonly roundTrip: number;
}

/** A server of bare pages. */
export interface BareServer {
  /** Opens one page that waits, then another that connects to it, and resolves with the times of that one. */
  measure(waiting: Page, opening: Page): Promise<BareTimes>;
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';

const HTML = '<!doctype html><title>bare</title><script type="module" src="/bare.js"></script>';

/** Starts it on a free port. It answers `hello`, and relays everything else to the other sockets. */
export async function startBareServer(): Promise<BareServer> {
  const server = createServer(({ url }, response) => {
    const isScript = url === '/bare.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? `(${barePage.toString()})()` : HTML);
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const text = data.toString('utf8');
      if (text === 'hello') return socket.send(text);
      for (const other of sockets.clients) if (other !== socket) other.send(text);
    });
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://${HOST}:${port}/`;
  return {
    async measure(waiting, opening) {
      await waiting.goto(url);
      await timesOf(waiting, ['spoken']);
      await opening.goto(`${url}#connect`);
      const times = await timesOf(opening, ['spoken', 'opened', 'roundTrip']);
      for (const page of [waiting, opening]) await page.goto('about:blank');
      return times;
    },
    async stop() {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}

async function timesOf(page: Page, wanted: readonly (keyof BareTimes)[]): Promise<BareTimes> {
  const read = () =>
    page.evaluate(() => (globalThis as unknown as { bare?: Partial<BareTimes> }).bare ?? {});
  const isThere = async () => {
    const times = await read();
    return wanted.every((one) => times[one] !== undefined);
  };
  await expect.poll(isThere).toBe(true);
  return (await read()) as BareTimes;
}

// In the page.
function barePage(): void {
  const times: { spoken?: number; opened?: number; roundTrip?: number } = {};
  Object.assign(globalThis, { bare: times });
  const socket = new WebSocket(`ws://${location.host}/`);
  const say = (message: object): void => socket.send(JSON.stringify(message));

  const connect = (): RTCPeerConnection => {
    const connection = new RTCPeerConnection();
    const channel = connection.createDataChannel('bare', { negotiated: true, id: 0 });
    connection.onicecandidate = ({ candidate }) => {
      if (candidate !== null) say({ candidate });
    };
    channel.onopen = () => {
      times.opened = performance.now();
      if (location.hash !== '') channel.send('ping');
    };
    channel.onmessage = () => {
      if (location.hash === '') channel.send('pong');
      else times.roundTrip = performance.now() - (times.opened ?? 0);
    };
    return connection;
  };

  let connection: RTCPeerConnection | undefined;
  socket.onopen = () => {
    socket.send('hello');
    if (location.hash === '') return;
    connection = connect();
    void connection.setLocalDescription().then(() => {
      say({ description: connection?.localDescription });
    });
  };
  let work = Promise.resolve();
  const hear = async ({
    description,
    candidate,
  }: {
    readonly description?: RTCSessionDescriptionInit;
    readonly candidate?: RTCIceCandidateInit;
  }): Promise<void> => {
    connection ??= connect();
    if (candidate !== undefined) return connection.addIceCandidate(candidate);
    if (description === undefined) return undefined;
    await connection.setRemoteDescription(description);
    if (description.type !== 'offer') return undefined;
    await connection.setLocalDescription();
    say({ description: connection.localDescription });
    return undefined;
  };
  socket.onmessage = ({ data }: MessageEvent<string>) => {
    if (data === 'hello') times.spoken = performance.now();
    else work = work.then(() => hear(JSON.parse(data) as object));
  };
}
