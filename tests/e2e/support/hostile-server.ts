import { createServer, request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fromBase64Url, toBase64Url } from '@burritoshare/core';
import { WebSocket, WebSocketServer } from 'ws';

/** A relayed message on its way through. */
export interface Relayed {
  readonly type: 'relay';
  readonly to?: string;
  readonly from?: string;
  readonly session: string;
  readonly seq: number;
  readonly data: string;
}

/**
 * Meddles with a message that should only be relayed. The returned messages go on in its place, in their order. `from`
 * is the role of the message's sender; `answer` sends a message back to it in the other's name.
 */
export type Meddle = (
  message: Relayed,
  from: 'sender' | 'receiver',
  answer: (message: Relayed) => void,
) => readonly Relayed[];

export interface HostileServer {
  readonly url: string;
  /** Everything that it saw: requests, headers, messages, and their contents. */
  seen(): Buffer;
  stop(): Promise<void>;
}

/** Starts a server in front of the real one that meddles with the messages between clients. */
export async function startHostileServer(
  real: string,
  meddle: Meddle = (message) => [message],
): Promise<HostileServer> {
  const seen: Buffer[] = [];
  const see = (text: string): void => void seen.push(Buffer.from(`${text}\n`));

  const server = createServer((incoming, outgoing) => {
    see(describe(incoming));
    const onward = request(new URL(incoming.url ?? '/', real), {
      method: incoming.method ?? 'GET',
      headers: { ...incoming.headers, host: new URL(real).host },
    });
    incoming.on('data', (data: Buffer) => seen.push(data));
    incoming.pipe(onward);
    onward.on('response', (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
  });

  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (client, incoming) => {
    see(describe(incoming));
    const onward = new WebSocket(new URL('/signal', real.replace('http', 'ws')), { origin: real });
    const early: string[] = [];
    const send = (text: string): void => {
      if (onward.readyState === WebSocket.OPEN) onward.send(text);
      else early.push(text);
    };
    onward.on('open', () => {
      for (const text of early) onward.send(text);
    });
    let role: 'sender' | 'receiver' = 'receiver';
    client.on('message', (raw: Buffer) => {
      const text = raw.toString();
      see(text);
      const message = JSON.parse(text) as Relayed | { type: string; role?: 'sender' | 'receiver' };
      if (message.type === 'join' && 'role' in message && message.role !== undefined)
        role = message.role;
      if (!isRelayed(message)) return send(text);
      seen.push(Buffer.from(fromBase64Url(message.data)));
      const answer = (said: Relayed): void => client.send(JSON.stringify(said));
      for (const said of meddle(message, role, answer)) send(JSON.stringify(said));
    });
    onward.on('message', (raw: Buffer) => client.send(raw.toString()));
    client.on('close', () => onward.close());
    onward.on('close', () => client.close());
    onward.on('error', () => client.close());
  });

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: () => Buffer.concat(seen),
    async stop() {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The same message with one flipped bit. */
export function flipBit(message: Relayed): Relayed {
  const bytes = fromBase64Url(message.data);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  return { ...message, data: toBase64Url(bytes) };
}

function isRelayed(message: { readonly type: string }): message is Relayed {
  return message.type === 'relay';
}

function describe(incoming: IncomingMessage): string {
  return `${incoming.method} ${incoming.url} ${JSON.stringify(incoming.headers)}`;
}
