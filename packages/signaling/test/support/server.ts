// A real server on a free port of the loopback, with a web root of its own. It is closed when the test ends.
import type { FastifyInstance } from 'fastify';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

import { createServer, readConfiguration } from '../../src/index.ts';

export interface TestServer {
  readonly app: FastifyInstance;
  /** Such as `http://127.0.0.1:12345`. */
  readonly url: string;
  readonly port: number;
  /** The log lines so far. */
  readonly logs: readonly string[];
  /** Waits until the server has seen every socket close. */
  allClosed(): Promise<void>;
}

/** Starts a server as an operator would, by environment variables. */
export async function startServer(
  environment: Readonly<Record<string, string>> = {},
): Promise<TestServer> {
  const webRoot = environment.WEB_ROOT ?? (await makeWebRoot());
  const logs: string[] = [];
  const configuration = readConfiguration({ PORT: '0', WEB_ROOT: webRoot, ...environment });
  const app = await createServer(configuration, {
    logStream: { write: (line) => void logs.push(line) },
  });
  await app.listen({ host: configuration.host, port: 0, listenTextResolver: () => 'listening' });
  onTestFinished(async () => {
    for (const socket of app.websocketServer.clients) socket.terminate();
    await app.close();
  });
  const { port } = app.server.address() as AddressInfo;
  const scheme = configuration.tlsCert === undefined ? 'http' : 'https';
  return {
    app,
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    logs,
    async allClosed() {
      await Promise.all([...app.websocketServer.clients].map((socket) => once(socket, 'close')));
    },
  };
}

/** A folder that looks like a build of the web app. */
export async function makeWebRoot(): Promise<string> {
  const folder = await makeFolder();
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>test</title>');
  await writeFile(join(folder, 'assets', 'main-abc123.js'), 'export {};\n');
  await writeFile(join(folder, 'assets', 'main-abc123.js.br'), 'compressed beforehand');
  await writeFile(join(folder, 'service-worker.js'), '// worker\n');
  return folder;
}

/** A temporary folder that is removed when the test ends. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'burritoshare-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
