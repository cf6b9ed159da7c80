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
  'media-src blob:',
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

  test('is isolated over HTTPS; over plain HTTP it lacks the headers that browsers refuse there', async () => {
    const opener = 'cross-origin-opener-policy';
    const plain = await fetch((await startServer()).url);
    const proxied = await fetch((await startServer({ TRUST_PROXY: '127.0.0.1/32' })).url);
    expect([plain.headers.get(opener), proxied.headers.get(opener)]).toEqual([null, 'same-origin']);
    expect(plain.headers.has('origin-agent-cluster')).toBe(false);
  });

  test('has files cached whose names hold a hash, and sends the build’s compressed files', async () => {
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

  const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

  test.each([
    '/share',
    '/index.html',
    '/a/b/c.d?utm_source=mail',
    '/%231.AAAA',
    '/%232.AAAA.',
    '/share/%232.AAAA',
    '/2.AAAA',
    '/..%2f..%2fpackage.json',
    `/${'a'.repeat(300)}`,
    '//',
    '//share',
    '/./',
    '/%00',
    '/.env',
    '/signal/',
  ])('is what a person gets at any path: %s', async (path) => {
    const server = await startServer();
    const response = await server.app.inject({ url: path, headers: BROWSER });
    expect(response.body).toContain('<title>test</title>');
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toMatch(/^text\/html/);
    expect(response.headers['cache-control']).toBe('no-cache');
    expect(response.headers['content-security-policy']).toContain("default-src 'none'");
  });

  test('is also sent to a program that accepts anything and asks for no file', async () => {
    const server = await startServer();
    expect(await (await fetch(`${server.url}/share`)).text()).toContain('<title>test</title>');
    for (const path of [
      '/robots.txt',
      '/favicon.ico',
      '/assets/',
      '/assets/old-abc.js',
      '/signal',
    ]) {
      const response = await fetch(server.url + path);
      expect(response.status, path).toBe(404);
      expect(await response.json()).toEqual({ error: 'not found' });
    }
    expect((await fetch(server.url, { method: 'POST', body: 'x' })).status).toBe(404);
  });

  test('an address that can’t be decoded redirects to it, so that the fragment is kept', async () => {
    const server = await startServer();
    const response = await server.app.inject({ url: '/%', headers: BROWSER });
    expect([response.statusCode, response.headers.location]).toEqual([302, '/']);
    expect((await server.app.inject({ url: '/%', method: 'POST' })).json()).toEqual({
      error: 'failed',
    });
  });

  test('errors are never JSON for a person', async () => {
    const server = await startServer({ REQUESTS_PER_MINUTE: '8' });
    const answers = [];
    for (const options of [
      { url: '/assets/old-abc.js' },
      { url: '/signal' },
      { url: '/signal', headers: { ...BROWSER, origin: 'https://elsewhere.example' } },
      { url: '/', method: 'POST' as const },
      { url: '/share', method: 'DELETE' as const },
      { url: '/healthz', method: 'PUT' as const, payload: 'x'.repeat(5000) },
      ...Array.from({ length: 8 }, () => ({ url: '/' })),
    ])
      answers.push(await server.app.inject({ headers: BROWSER, ...options }));
    for (const { headers, body } of answers) {
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(body).toMatch(/^<!doctype html>/);
    }
    expect(answers.slice(0, 5).map(({ statusCode }) => statusCode)).toEqual([
      404, 404, 404, 404, 404,
    ]);
    expect(answers.at(-1)?.statusCode).toBe(429);
    expect(answers.at(-1)?.body).toContain('Wait a minute');
  });

  test.each([
    [
      'headers that are too long',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(70_000)}\r\n\r\n`,
      431,
    ],
    ['an address that is too long', `GET /${'a'.repeat(70_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
    ['what is no HTTP', 'GET / / HTTP\r\n\r\n', 400],
  ])('nor after %s', async (_what, request, status) => {
    const server = await startServer();
    const socket = connectTcp(server.port, '127.0.0.1');
    socket.on('error', () => {});
    let answer = '';
    socket.on('data', (bytes) => (answer += bytes.toString()));
    socket.write(request);
    await once(socket, 'close');
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('Content-Type: text/html');
    expect(answer).not.toContain('{');
  });

  test('a folder without the app is refused, by the name of its variable', async () => {
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

  test('answers health checks even over the limit of requests', async () => {
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
  ])('cuts a request that trickles: %s', async (_what, start) => {
    const server = await startServer({ REQUEST_TIMEOUT_MS: '200' });
    const socket = connectTcp(server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    await once(socket, 'connect');
    socket.write(start);
    const trickle = start === '' ? undefined : setInterval(() => socket.write('a'), 20);
    // The client never ends it; the server does.
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
    client.send({ type: 'join', version: 2, role: 'sender', ...makeRoom() });
    expect(await client.next()).toMatchObject({ type: 'joined' });
  });

  test('names the variables of a certificate that is missing or invalid', async () => {
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
