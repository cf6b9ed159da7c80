#!/usr/bin/env node
// The program. It reads its configuration from the environment, prints one line when it is ready, and ends cleanly on a
// signal.
import process from 'node:process';

import { ConfigurationError, readConfiguration, type ServerConfiguration } from './options.ts';
import { createServer } from './server.ts';

try {
  const configuration = readConfiguration(process.env);
  await run(configuration);
} catch (error) {
  process.stderr.write(`BurritoShare can't start: ${reasonOf(error)}\n`);
  process.exit(1);
}

async function run(configuration: ServerConfiguration): Promise<void> {
  const app = await createServer(configuration);
  const { host, port } = configuration;
  await app.listen({ host, port, listenTextResolver: () => 'listening' });

  const stop = async (): Promise<void> => {
    // Cuts connections that are still open by then, such as a long download.
    setTimeout(() => process.exit(0), configuration.drainTimeout).unref();
    await app.burritoshare.drain();
    await app.close();
  };
  process.once('SIGTERM', () => void stop());
  process.once('SIGINT', () => void stop());

  const address = app.server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  const scheme = configuration.tlsCert === undefined ? 'http' : 'https';
  process.stdout.write(`BurritoShare is ready at ${scheme}://${readable(host)}:${bound}\n`);
}

/** A host that a person can paste into a browser. */
function readable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function reasonOf(error: unknown): string {
  if (error instanceof ConfigurationError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return 'PORT is in use by another program';
  if (code === 'EACCES') return 'PORT needs more rights than this process has';
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return 'HOST is not an address of this machine';
  return message;
}
