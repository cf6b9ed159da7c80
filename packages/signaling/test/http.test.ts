import { writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';

import { ConfigurationError, createServer, readConfiguration } from '../src/index.ts';
import { makeCertificate } from './support/certificate.ts';
import { connect, makeRoom, upgradeStatus } from './support/client.ts';
import { makeFolder, startServer } from './support/server.ts';

const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  "frame-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
];

describe('the web app', () => {
  test('is served with headers that let it do its work and nothing else', async () => {
    const server = await startServer();
    const response = await fetch(server.url);
    expect(await response.text()).toContain('<title>test</title>');
    const policy = (response.headers.get('content-security-policy') ?? '').split(';');
    expect(policy).toEqual(CSP);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
    });
    expect(response.headers.has('strict-transport-security')).toBe(false);
    expect(response.headers.has('x-powered-by')).toBe(false);
  });

  test('is isolated where it comes over HTTPS, and over plain HTTP not told what browsers refuse', async () => {
    const opener = 'cross-origin-opener-policy';
    const plain = await fetch((await startServer()).url);
    const proxied = await fetch((await startServer({ TRUST_PROXY: '127.0.0.1/32' })).url);
    expect([plain.headers.get(opener), proxied.headers.get(opener)]).toEqual([null, 'same-origin']);
    expect(plain.headers.has('origin-agent-cluster')).toBe(false);
  });

  test('is cached where names hold hashes, and compressed where the build did that', async () => {
    const server = await startServer();
    const path = `${server.url}/assets/main-abc123.js`;
    const plain = await fetch(path, { headers: { 'accept-encoding': 'identity' } });
    expect(await plain.text()).toBe('export {};\n');
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(plain.headers.get('content-type')).toMatch(/javascript/);
    expect(plain.headers.get('vary')).toMatch(/accept-encoding/i);
    const brotli = await server.app.inject({
      url: '/assets/main-abc123.js',
      headers: { 'accept-encoding': 'br' },
    });
    expect(brotli.body).toBe('compressed beforehand');
    expect(brotli.headers).toMatchObject({
      'content-encoding': 'br',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    const worker = await fetch(`${server.url}/service-worker.js`);
    expect(worker.headers.get('cache-control')).toBe('no-cache');
    await worker.arrayBuffer();
  });

  test('other paths are not found, in one way', async () => {
    const server = await startServer();
    for (const path of ['/nothing', '/assets/', '/..%2f..%2fpackage.json', '/assets/../../x']) {
      const response = await fetch(server.url + path);
      expect(response.status, path).toBe(404);
      expect(await response.json()).toEqual({ error: 'not found' });
    }
    expect((await fetch(`${server.url}/signal`)).status).toBe(404);
    expect((await fetch(server.url, { method: 'POST', body: 'x' })).status).toBe(404);
  });

  test('a folder without the app is named', async () => {
    const configuration = readConfiguration({ WEB_ROOT: await makeFolder() });
    await expect(createServer(configuration)).rejects.toThrow(/^WEB_ROOT has no index.html/);
    await expect(createServer(configuration)).rejects.toBeInstanceOf(ConfigurationError);
  });
});

describe('the server', () => {
  test('opens sockets on one path alone', async () => {
    const server = await startServer();
    for (const path of ['/', '/healthz', '/assets/main-abc123.js', '/elsewhere']) {
      expect(await upgradeStatus(server, {}, path), path).toBe(404);
    }
    expect(server.app.websocketServer.clients.size).toBe(0);
    expect(await upgradeStatus(server)).toBe(101);
  });

  test('answers health checks, which no limit holds back', async () => {
    const server = await startServer({ REQUESTS_PER_MINUTE: '2' });
    const statuses: number[] = [];
    for (let count = 0; count < 3; count++) statuses.push((await fetch(server.url)).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${server.url}/readyz`)).json()).toEqual({ status: 'ready' });
  });

  test.each([
    ['a header', 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: '],
    ['a body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n'],
    ['nothing', ''],
  ])('cuts a request that trickles: %s', { timeout: 20_000 }, async (_what, start) => {
    const server = await startServer({ REQUEST_TIMEOUT_MS: '200' });
    const socket = connectTcp(server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    await once(socket, 'connect');
    socket.write(start);
    const trickle = start === '' ? undefined : setInterval(() => socket.write('a'), 20);
    // Only the server ends it.
    await once(socket, 'close');
    clearInterval(trickle);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  test('speaks TLS with the certificate that it is given', async () => {
    const folder = await makeFolder();
    const { cert, key } = makeCertificate();
    const [TLS_CERT, TLS_KEY] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    await Promise.all([writeFile(TLS_CERT, cert), writeFile(TLS_KEY, key)]);
    const server = await startServer({ TLS_CERT, TLS_KEY });
    const response = await new Promise<{ status: number | undefined; hsts: string | undefined }>(
      (resolve, reject) => {
        get(server.url, { ca: cert }, (message) => {
          message.resume();
          resolve({
            status: message.statusCode,
            hsts: message.headers['strict-transport-security'],
          });
        }).on('error', reject);
      },
    );
    expect(response).toEqual({ status: 200, hsts: 'max-age=15552000' });
    const client = await connect(server, { ca: cert, origin: server.url });
    client.send({ type: 'join', version: 1, role: 'sender', ...makeRoom() });
    expect(await client.next()).toMatchObject({ type: 'joined' });
  });

  test('names the variables of a certificate that is not there, or is none', async () => {
    const folder = await makeFolder();
    const [TLS_CERT, TLS_KEY] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    await writeFile(join(folder, 'index.html'), '');
    const start = () => createServer(readConfiguration({ WEB_ROOT: folder, TLS_CERT, TLS_KEY }));
    await expect(start()).rejects.toThrow("TLS_CERT can't be read (ENOENT)");
    await writeFile(TLS_CERT, makeCertificate().cert);
    await expect(start()).rejects.toThrow("TLS_KEY can't be read (ENOENT)");
    await writeFile(TLS_KEY, makeCertificate().key);
    await expect(start()).rejects.toThrow(
      "TLS_CERT and TLS_KEY don't hold a certificate and its key",
    );
  });
});
