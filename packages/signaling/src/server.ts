import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import statics from '@fastify/static';
import Fastify, {
  LogController,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { join, sep } from 'node:path';
import process from 'node:process';
import { createSecureContext } from 'node:tls';
import { fileURLToPath } from 'node:url';

import { addressKey } from './address.ts';
import { securityHeaders } from './headers.ts';
import {
  ConfigurationError,
  signalingPart,
  VARIABLES,
  type ServerConfiguration,
} from './options.ts';
import { errorPage, isForApp, sendError } from './pages.ts';
import { burritoshareSignaling, SIGNAL_PATH } from './plugin.ts';

/** The web app's build: in a checkout the one of the package beside this, else the copy inside the packed package. */
const WEB_ROOTS = ['../../web/dist', '../web'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/** Milliseconds between two checks for requests that arrive too slowly. They may exceed their time by this much. */
const CONNECTIONS_CHECK = 1_000;

/** Milliseconds that an idle connection stays open for the browser's next request. */
const KEEP_ALIVE = 5_000;

/** Milliseconds without progress after which a connection is cut, even in the middle of a file. */
const STANDSTILL = 60_000;

/** Connections besides WebSockets: enough for everyone who loads the page at once, and a bound on memory. */
const HTTP_CONNECTIONS_MAX = 2_000;

/** The `Cache-Control` of files whose names hold their hash: a year, which is as long as caches keep anything. */
const IMMUTABLE = 'public, max-age=31536000, immutable';

/** The status for each of Node's error codes for requests that it can't parse. */
const BROKEN: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** The target of log lines. */
export interface LogStream {
  write(line: string): void;
}

/**
 * Creates the whole server: web app, signaling and health checks. It does not listen yet.
 *
 * @throws ConfigurationError when a file that the configuration names can't be read.
 */
export async function createServer(
  configuration: ServerConfiguration,
  { logStream = process.stderr }: { readonly logStream?: LogStream } = {},
): Promise<FastifyInstance> {
  const webRoot = findWebRoot(configuration.webRoot);
  const tls = await readTls(configuration);
  const app = createFastify(configuration, tls, logStream);
  app.server.maxConnections = configuration.socketsMax + HTTP_CONNECTIONS_MAX;
  answerErrors(app);
  const isTls = tls !== undefined;
  const isSecure = isTls || configuration.trustProxy.length > 0;
  await app.register(helmet, securityHeaders({ isTls, isSecure }));
  await app.register(rateLimit, {
    max: configuration.requestsPerMinute,
    timeWindow: '1 minute',
    keyGenerator: (request) => addressKey(request.ip),
    addHeadersOnExceeding: {},
    addHeaders: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
    },
  });
  await app.register(burritoshareSignaling, signalingPart(configuration));
  refuseOtherSockets(app);
  addHealth(app);
  await app.register(statics, {
    root: webRoot,
    cacheControl: false,
    // The build has compressed the text files.
    preCompressed: true,
    setHeaders: (reply, path) => {
      reply.header('cache-control', path.includes(`${sep}assets${sep}`) ? IMMUTABLE : 'no-cache');
    },
  });
  return app;
}

interface Tls {
  readonly cert: Buffer;
  readonly key: Buffer;
}

function createFastify(
  configuration: ServerConfiguration,
  tls: Tls | undefined,
  stream: LogStream,
): FastifyInstance {
  const { requestTimeout, trustProxy, logLevel } = configuration;
  const node = {
    connectionsCheckingInterval: Math.min(CONNECTIONS_CHECK, requestTimeout),
    // Must be as short as `requestTimeout`: otherwise Node never cuts a request whose body arrives too slowly.
    headersTimeout: requestTimeout,
    requestTimeout,
  };
  const options = {
    // A request's line would hold an address and a URL, which are never logged.
    logController: new LogController({ disableRequestLogging: true }),
    logger: {
      level: logLevel,
      stream,
      serializers: {
        req: () => ({}),
        // An error's message and stack may quote data of a client.
        err: ({ name, code }: { readonly name: string; readonly code?: string }) => ({
          type: name,
          message: code ?? '',
          stack: '',
        }),
      },
    },
    trustProxy: trustProxy.length === 0 ? false : [...trustProxy],
    requestTimeout,
    keepAliveTimeout: KEEP_ALIVE,
    connectionTimeout: STANDSTILL,
    bodyLimit: 1024,
    // An address that can't be decoded reaches no hook or handler. Redirect to the start page: browsers keep the
    // fragment, so that the app still sees the link.
    frameworkErrors: (_error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      isForApp(request) ? reply.redirect('/') : sendError(request, reply, 400, 'failed'),
    clientErrorHandler: answerBrokenRequest,
  };
  if (tls === undefined) return Fastify({ ...options, http: node });
  // Fastify has separate types for HTTP and HTTPS servers. Nothing here depends on the difference.
  return Fastify({ ...options, https: { ...node, ...tls } }) as FastifyInstance;
}

function answerErrors(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) =>
    isForApp(request) ? reply.sendFile('index.html') : sendError(request, reply, 404, 'not found'),
  );
  app.setErrorHandler(
    (error: { readonly statusCode?: number; readonly code?: string }, request, reply) => {
      const status = error.statusCode ?? 500;
      if (status >= 500) request.log.error({ code: error.code }, 'request failed');
      // @fastify/static refuses paths that may lead out of its folder, such as two slashes. The app reads those too.
      if ([400, 403, 404].includes(status) && isForApp(request))
        return reply.sendFile('index.html');
      return sendError(request, reply, status, status === 429 ? 'limit' : 'failed');
    },
  );
}

// Always answers with a page: the `Accept` header of a request that Node can't parse is unknown.
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const status = BROKEN[error.code ?? ''] ?? 400;
  const page = errorPage(status);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: text/html; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(page)}`,
    'Connection: close',
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${page}`);
  socket.destroy(error);
}

// Without this, @fastify/websocket would open a socket on any path that answers GET, and close it at once.
function refuseOtherSockets(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.ws && request.routeOptions.url !== SIGNAL_PATH)
      return sendError(request, reply, 404, 'not found');
    return undefined;
  });
}

function addHealth(app: FastifyInstance): void {
  const unlimited = { config: { rateLimit: false } } as const;
  app.get('/healthz', unlimited, async () => ({ status: 'ok' }));
  app.get('/readyz', unlimited, async (_request, reply) => {
    const { isDraining } = app.burritoshare;
    return reply.code(isDraining ? 503 : 200).send({ status: isDraining ? 'draining' : 'ready' });
  });
}

function findWebRoot(named: string | undefined): string {
  for (const folder of named === undefined ? WEB_ROOTS : [named]) {
    if (existsSync(join(folder, 'index.html'))) return folder;
  }
  throw new ConfigurationError(
    VARIABLES.webRoot,
    'has no index.html in it: build the web app first',
  );
}

async function readTls({ tlsCert, tlsKey }: ServerConfiguration): Promise<Tls | undefined> {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  const cert = await readPem(VARIABLES.tlsCert, tlsCert);
  const key = await readPem(VARIABLES.tlsKey, tlsKey);
  try {
    createSecureContext({ cert, key });
  } catch {
    throw new ConfigurationError(
      VARIABLES.tlsCert,
      `and ${VARIABLES.tlsKey} don't hold a certificate and its key`,
    );
  }
  return { cert, key };
}

async function readPem(variable: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new ConfigurationError(
      variable,
      `can't be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`,
    );
  }
}
