import {
  encodeClientMessage,
  memberOf,
  parseServerMessage,
  roomOf,
  toBase64Url,
  type ClientMessage,
  type ServerMessage,
} from '@burritoshare/core';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';

import type { TestServer } from './server.ts';

/** A room, and the proof for its sender's seat. */
export interface TestRoom {
  readonly room: string;
  readonly token: string;
}

export function makeRoom(): TestRoom {
  const token = randomBytes(32);
  return { room: toBase64Url(roomOf(token)), token: toBase64Url(token) };
}

export interface TestReceiver {
  readonly member: string;
  readonly token: string;
}

export function makeReceiver(): TestReceiver {
  const token = randomBytes(32);
  return { member: toBase64Url(memberOf(token)), token: toBase64Url(token) };
}

/** A real WebSocket that keeps all messages that came. */
export class Client {
  readonly socket: WebSocket;
  /** Messages that `next` has not returned yet. */
  readonly unread: ServerMessage[] = [];
  /** The text of every message that came. */
  readonly texts: string[] = [];
  /** The close code, once there is one. */
  readonly closed: Promise<number>;
  #wake = (): void => {};

  constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    void this.closed.then(() => this.#wake());
    socket.on('error', () => {});
    socket.on('message', (data: Buffer) => {
      this.texts.push(data.toString());
      this.unread.push(parseServerMessage(data.toString()));
      this.#wake();
    });
  }

  send(message: ClientMessage): void {
    this.socket.send(encodeClientMessage(message));
  }

  /** The next message, or undefined once the socket is closed. */
  async next(): Promise<ServerMessage | undefined> {
    for (;;) {
      const message = this.unread.shift();
      if (message !== undefined) return message;
      if (this.socket.readyState === WebSocket.CLOSED) return undefined;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Waits until the server has read all earlier messages, and its own earlier messages have come. */
  async flush(): Promise<void> {
    this.socket.ping();
    await once(this.socket, 'pong');
  }

  relay(to: string, data: string, seq = 0): void {
    this.send({ type: 'relay', to, session: SESSION, seq, data });
  }
}

export const SESSION = toBase64Url(new Uint8Array(16).fill(7));

export async function connect(
  server: Pick<TestServer, 'url'>,
  options: ClientOptions = {},
): Promise<Client> {
  const client = new Client(open(server, options));
  await once(client.socket, 'open');
  return client;
}

/** The HTTP status with which an upgrade is answered; 101 if it succeeds. */
export async function upgradeStatus(
  server: Pick<TestServer, 'url'>,
  options: ClientOptions = {},
  path = '/signal',
): Promise<number> {
  const socket = open(server, options, path);
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve(101));
    socket.on('error', reject);
    socket.on('unexpected-response', (request, response) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
  });
}

function open(
  server: Pick<TestServer, 'url'>,
  options: ClientOptions,
  path = '/signal',
): WebSocket {
  const socket = new WebSocket(server.url.replace(/^http/, 'ws') + path, options);
  onTestFinished(() => socket.terminate());
  return socket;
}

export async function joinAsSender(
  server: Pick<TestServer, 'url'>,
  { room, token }: TestRoom,
): Promise<Client> {
  const client = await connect(server);
  client.send({ type: 'join', version: 2, role: 'sender', room, token });
  return client;
}

export async function joinAsReceiver(
  server: Pick<TestServer, 'url'>,
  { room }: Pick<TestRoom, 'room'>,
  { token }: Pick<TestReceiver, 'token'> = makeReceiver(),
): Promise<Client> {
  const client = await connect(server);
  client.send({ type: 'join', version: 2, role: 'receiver', room, token });
  return client;
}
