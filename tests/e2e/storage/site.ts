import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const WEB = fileURLToPath(new URL('../../../packages/web', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/** The part of the server's policy that matters to these pages: no inline code, no evaluated code. */
const POLICY =
  "default-src 'none'; script-src 'self'; worker-src 'self'; frame-src 'self'; connect-src 'self'";

/** The test page, built and served on the loopback interface. */
export interface Site {
  readonly url: string;
  stop(): Promise<void>;
}

/** Builds packages/web/test/storage from source into a folder of its own, and serves it. */
export async function startSite(): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'storage-site-'));
  await promisify(execFile)(
    process.execPath,
    [
      join(WEB, 'node_modules/vite/bin/vite.js'),
      'build',
      '--config',
      'test/storage/vite.config.ts',
      '--outDir',
      folder,
    ],
    { cwd: WEB },
  );
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const name = pathname === '/' ? 'index.html' : pathname.slice(1);
    void readFile(join(folder, name)).then(
      (body) =>
        response
          .writeHead(200, {
            'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream',
            'Content-Security-Policy': POLICY,
          })
          .end(body),
      () => response.writeHead(404).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}
