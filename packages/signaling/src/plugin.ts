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

/** What the plugin adds to a Fastify instance, as `burritoshare`. */
export interface Signaling {
  readonly rooms: number;
  readonly sockets: number;
  readonly isDraining: boolean;
  /**
   * Takes no more sockets, tells those that are open to come back, and closes them (SPEC.md, S10).
   * Resolves when all have gone, within half of `drainTimeout`. Closing the instance drains it too.
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
 * @throws ConfigurationError at registration, naming the option that can't be.
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

/** Frames of one message: browsers send one, and each costs memory that its bytes don't show. */
const FRAGMENTS_MAX = 64;

/** Sockets that are only told that the server is at a limit: each is gone after {@link CLOSE_GRACE} at the latest. */
const TURNED_AWAY_MAX = 64;

// Named, since the types of `ws` lag behind its options.
function transportOptions({ messageBytes }: SignalingConfiguration) {
  return {
    maxPayload: messageBytes,
    maxFragments: FRAGMENTS_MAX,
    closeTimeout: CLOSE_GRACE,
    // A compressed message may be far larger than what it was charged for.
    perMessageDeflate: false,
  };
}

interface Endpoint {
  readonly signaling: Signaling;
  /** Answers an upgrade that is not wanted while it is still plain HTTP, before it costs anything. */
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
      // Whoever opens the address in a browser is no client: the application's own words are for them.
      if (!request.ws) return reply.callNotFound();
      const refusal = whyNot(request);
      if (refusal === undefined) return undefined;
      const [status, error] = refusal;
      // S11: browsers hide a status from their pages, which would take it for a server that can't be reached.
      const isPage = request.headers.origin !== undefined;
      if (error === 'limit' && isPage && turnedAway.hasRoom()) return undefined;
      request.log.info({ status }, 'socket refused');
      return reply.code(status).send({ error });
    },
    serve(socket, request) {
      const address = addressKey(request.ip);
      // Upgrades that were checked at the same time may be too many together.
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
