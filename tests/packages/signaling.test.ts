import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { describe, expect, inject, test } from 'vitest';
import { WebSocket } from 'ws';

import { LOWEST_FASTIFY } from './ranges.ts';
import { startInstalled } from './program.ts';

const installed = inject('installed');

interface Manifest {
  readonly version: string;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const manifestOf = (consumer: string, name: string) =>
  JSON.parse(
    readFileSync(join(consumer, 'node_modules', name, 'package.json'), 'utf8'),
  ) as Manifest;

describe.each(['newest', 'lowest'] as const)('with the %s Fastify of its range', (end) => {
  const consumer = installed[end];

  test('the program of the packed package serves the web app and the endpoint', async () => {
    const url = await startInstalled(consumer);
    const page = await (await fetch(url)).text();
    expect(page).toContain('<title>BurritoShare');
    const [, script = ''] = /src="(\/assets\/[^"]+\.js)"/.exec(page) ?? [];
    expect((await fetch(url + script)).headers.get('content-type')).toMatch(/javascript/);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);

    const socket = new WebSocket(`${url.replace('http', 'ws')}/signal`, { origin: url });
    await once(socket, 'open');
    socket.terminate();
  });
});

test('the range begins with the lowest tested version', () => {
  const { peerDependencies } = manifestOf(installed.lowest, '@burritoshare/signaling');
  expect(peerDependencies).toEqual({ fastify: `^${LOWEST_FASTIFY}` });
  expect(manifestOf(installed.lowest, 'fastify').version).toBe(LOWEST_FASTIFY);
});

test('nothing of the workspace is read', () => {
  const folder = join(installed.newest, 'node_modules', '@burritoshare', 'signaling');
  expect(realpathSync(folder)).toContain(realpathSync(installed.newest));
});
