import websocket from '@fastify/websocket';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { performance } from 'node:perf_hooks';

import { addressKey, neighbourhoodOf } from './address.ts';
import { createAddressLimits, createTokenBucket } from './limits.ts';
import { readOptions, type SignalingConfiguration, type SignalingOptions } from './options.ts';
import { isAllowedOrigin } from './origin.ts';
import { serveRoomSocket, type RoomSocket, type WebSocketLike } from './room-socket.ts';
import { createRooms } from './rooms.ts';
import { createTags } from './tags.ts';
import { createTurnstile } from './turnstile.ts';

/** The path of the WebSocket endpoint. */
export const SIGNAL_PATH = '/signal';

/** The property `burritoshare` that the plugin adds to a Fastify instance. */
export interface Signaling {
  readonly rooms: number;
  readonly sockets: number;
  readonly isDraining: boolean;
  /**
   * Refuses new sockets, tells the open ones to come back later, and closes them (SPEC.md, S10). Resolves when all are
   * closed, within half of `drainTimeout`. Closing the instance drains it too.
   */
  drain(): Promise<void>;
}

declare module 'fastify' {
  interface FastifyInstance {
    readonly burritoshare: Signaling;
  }
}

/**
 * A Fastify plugin: the signaling endpoint at `/signal`, with rooms in memory.
 *
 * @throws ConfigurationError at registration, naming the invalid option.
 */
export const burritoshareSignaling = fp<SignalingOptions>(
  async (fastify: FastifyInstance, given: SignalingOptions): Promise<void> => {
    const options = readOptions(given);
    const endpoint = createEndpoint(options);
    fastify.decorate('burritoshare', endpoint.signaling);
    await fastify.register(websocket, {
      options: transportOptions(options),
      preClose: () => endpoint.signaling.drain(),
      // `ws` closes the socket by itself, with the code that says why (1009 for a message over the limit).
      errorHandler: (_error, _socket, request) =>
        request.log.info('a socket broke the WebSocket protocol'),
    });
    fastify.get(
      SIGNAL_PATH,
      { websocket: true, preValidation: endpoint.check },
      (socket, request) => {
        endpoint.serve(socket, request);
      },
    );
  },
  { name: '@burritoshare/signaling', fastify: '5.x' },
);

/** Milliseconds for the other side's half of the closing handshake: one slow round trip. */
const CLOSE_GRACE = 5_000;

/** Frames of one message. Browsers send one. Each frame costs memory beyond its bytes. */
const FRAGMENTS_MAX = 64;

/**
 * Sockets at once that are opened only to say that the server is at a limit. Each closes within {@link CLOSE_GRACE}.
 */
const TURNED_AWAY_MAX = 64;

// A function of its own, since a literal in place would be checked against the types of `ws`, which lack some of its
// options.
function transportOptions({ messageBytes }: SignalingConfiguration) {
  return {
    maxPayload: messageBytes,
    maxFragments: FRAGMENTS_MAX,
    closeTimeout: CLOSE_GRACE,
    // A compressed message may unpack to far more bytes than were counted.
    perMessageDeflate: false,
  };
}

interface Endpoint {
  readonly signaling: Signaling;
  /** Refuses an unwanted upgrade while it is still plain HTTP, before it costs anything. */
  readonly check: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
  readonly serve: (socket: WebSocketLike, request: FastifyRequest) => void;
}

function createEndpoint(options: SignalingConfiguration): Endpoint {
  const { socketsMax, roomsMax, messagesPerSecond, messagesBurst } = options;
  const now = (): number => performance.now();
  const rooms = createRooms(options);
  const tagOf = createTags();
  const addresses = createAddressLimits({
    socketsMax: options.socketsPerAddress,
    roomsPerHour: options.roomsPerHour,
    addressesMax: socketsMax,
    now,
  });
  const sockets = new Map<WebSocketLike, RoomSocket>();
  const drainage = createDrainage(sockets, options.drainTimeout / 2, () => rooms.stop());

  const turnedAway = createTurnstile(TURNED_AWAY_MAX);

  function whyNot(request: FastifyRequest): Refusal | undefined {
    if (!isAllowedOrigin(request.headers.origin, request.host, options.allowedOrigins))
      return [403, 'origin'];
    if (drainage.hasBegun) return [503, 'unavailable'];
    if (sockets.size >= socketsMax) return [503, 'limit'];
    return addresses.hasRoomForSocket(addressKey(request.ip)) ? undefined : [429, 'limit'];
  }

  return {
    signaling: {
      get rooms() {
        return rooms.size;
      },
      get sockets() {
        return sockets.size;
      },
      get isDraining() {
        return drainage.hasBegun;
      },
      drain: () => drainage.begin(),
    },
    async check(request, reply) {
      // A person opened the address in a browser: show the application's own "not found" page.
      if (!request.ws) return reply.callNotFound();
      const refusal = whyNot(request);
      if (refusal === undefined) return undefined;
      const [status, error] = refusal;
      // S11: browsers hide the status from their pages, which would think that the server can't be reached. So let the
      // page in and tell it there.
      const isPage = request.headers.origin !== undefined;
      if (error === 'limit' && isPage && turnedAway.hasRoom()) return undefined;
      request.log.info({ status }, 'socket refused');
      return reply.code(status).send({ error });
    },
    serve(socket, request) {
      const address = addressKey(request.ip);
      // Check again: upgrades that each passed the first check may be too many together.
      const refusal = whyNot(request);
      const release = refusal === undefined ? addresses.openSocket(address) : undefined;
      if (release === undefined) {
        if (refusal?.[1] !== 'limit' || !turnedAway.take(socket)) socket.terminate();
        else request.log.info({ code: 'limit' }, 'client refused');
        return;
      }
      socket.on('close', () => {
        sockets.delete(socket);
        release();
        drainage.socketClosed();
      });
      const roomSocket = serveRoomSocket(socket, {
        rooms,
        mayOpenRoom: () => rooms.size < roomsMax && addresses.openRoom(address),
        tagIn: (room) => tagOf(room, neighbourhoodOf(request.ip)),
        bucket: createTokenBucket({
          capacity: messagesBurst,
          tokensPerSecond: messagesPerSecond,
          now,
        }),
        joinTimeout: options.joinTimeout,
        unsentBytes: options.unsentBytes,
        onRefused: (code) => request.log.info({ code }, 'client refused'),
      });
      sockets.set(socket, roomSocket);
    },
  };
}

type Refusal = readonly [status: number, error: 'origin' | 'unavailable' | 'limit'];

interface Drainage {
  readonly hasBegun: boolean;
  begin(): Promise<void>;
  socketClosed(): void;
}

function createDrainage(
  sockets: ReadonlyMap<WebSocketLike, RoomSocket>,
  grace: number,
  stopRooms: () => void,
): Drainage {
  let drained: Promise<void> | undefined;
  let settle = (): void => {};
  return {
    get hasBegun() {
      return drained !== undefined;
    },
    begin() {
      drained ??= new Promise((resolve) => {
        const timer = setTimeout(() => {
          for (const socket of sockets.keys()) socket.terminate();
        }, grace);
        settle = () => {
          if (sockets.size > 0) return;
          clearTimeout(timer);
          resolve();
        };
        stopRooms();
        for (const socket of sockets.values()) socket.restart();
        settle();
      });
      return drained;
    },
    socketClosed: () => settle(),
  };
}
