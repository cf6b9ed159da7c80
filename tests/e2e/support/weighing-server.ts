import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** Bytes of one response on the wire: the compressed body and the head. */
export interface Weight {
  readonly path: string;
  readonly body: number;
  readonly head: number;
}

export interface WeighingServer {
  readonly url: string;
  /** Every complete response, to requests of pages, workers and style sheets alike. */
  readonly weights: readonly Weight[];
  stop(): Promise<void>;
}

/** Starts a proxy in front of a server that weighs its responses. WebSockets pass without being weighed. */
export async function startWeighingServer(real: string): Promise<WeighingServer> {
  const { host, hostname, port } = new URL(real);
  const weights: Weight[] = [];
  const server = createServer((incoming, outgoing) => {
    const { url: path = '/', method = 'GET', headers } = incoming;
    const onward = request({ hostname, port, path, method, headers: { ...headers, host } });
    onward.on('response', (answer) => {
      const { statusCode = 502, statusMessage = '', rawHeaders } = answer;
      // "HTTP/1.1 200 OK" and its end, ": " or an end behind each name or value, and the empty line.
      const head =
        Buffer.byteLength(rawHeaders.join('')) + 2 * rawHeaders.length + statusMessage.length + 17;
      let body = 0;
      answer.on('data', (data: Buffer) => (body += data.length));
      answer.on('end', () => weights.push({ path, body, head }));
      outgoing.writeHead(statusCode, rawHeaders);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  const sockets = new Set<Socket>();
  server.on('upgrade', ({ url = '/', headers }, client: Socket) => {
    const onward = connect(Number(port), hostname);
    sockets.add(client).add(onward);
    const lines = Object.entries({ ...headers, host, origin: real.replace(/\/$/, '') });
    onward.write(
      `GET ${url} HTTP/1.1\r\n${lines.map((line) => line.join(': ')).join('\r\n')}\r\n\r\n`,
    );
    client.pipe(onward).pipe(client);
    for (const [one, other] of [
      [client, onward],
      [onward, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    weights,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
