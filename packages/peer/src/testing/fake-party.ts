import type { Random, TimerId } from '@burritoshare/core/testing';
import {
  createInflowEngine,
  type InflowReport,
  type InflowRequest,
} from '../engines/inflow-engine.ts';
import {
  createOutflowEngine,
  type OutflowReport,
  type OutflowRequest,
} from '../engines/outflow-engine.ts';
import type { Platform, ReceiverPlatform, SenderPlatform } from '../platform.ts';
import type { Runtime } from '../runtime.ts';
import type { FakeInternet } from './fake-internet.ts';
import { FakePeerConnection } from './fake-peer-connection.ts';
import type { FakeServer } from './fake-server.ts';
import type { FakeSocket } from './fake-socket.ts';
import { createWorkerEngine } from './worker-engine.ts';

export interface FakePartyOptions {
  /** Whose connections these are: ways are blocked between owners. */
  readonly owner: string;
  readonly internet: FakeInternet;
  readonly server: FakeServer;
  /** The party's own clock, so that timers that it leaves behind show. */
  readonly clock: {
    now(): number;
    setTimeout(callback: () => void, delay: number): TimerId;
    clearTimeout(id: TimerId | undefined): void;
    readonly pending: number;
  };
  readonly random: Random;
  /** The tag of where it comes from (S14); a neighbourhood of its own if left out. */
  readonly neighbourhood?: string | undefined;
}

/** A platform for one end, what it has handed out, and how much of that is still held. */
export interface FakeParty {
  readonly platform: Platform;
  readonly connections: readonly FakePeerConnection[];
  readonly sockets: readonly FakeSocket[];
  openSocket(): FakeSocket;
  connect(configuration?: RTCConfiguration): FakePeerConnection;
  /** Counts what of the platform is still held: zeros once nothing is (I11). */
  held(): Readonly<Record<string, number>>;
}

interface FakeCertificate {
  readonly fingerprint: string;
}

/** Makes the platform for one end of a simulation. */
export function createFakeParty(options: FakePartyOptions): FakeParty {
  const { clock, random, server, internet, owner, neighbourhood } = options;
  const connections: FakePeerConnection[] = [];
  const sockets: FakeSocket[] = [];

  const openSocket = (): FakeSocket => {
    const socket = server.openSocket(neighbourhood);
    sockets.push(socket);
    return socket;
  };
  let keys = 0;
  const makeKey = (): string => `${random.below(2 ** 32).toString(16)}:${keys++}`;
  const connect = ({ certificates = [] }: RTCConfiguration = {}): FakePeerConnection => {
    const [given] = certificates as readonly unknown[] as readonly FakeCertificate[];
    const fingerprint = given?.fingerprint ?? makeKey();
    const connection = new FakePeerConnection(internet, fingerprint, owner);
    connections.push(connection);
    return connection;
  };
  const platform: Platform = {
    signalingUrl: 'ws://server.example/signal',
    openSocket,
    createPeerConnection: (configuration) => connect(configuration) as unknown as RTCPeerConnection,
    async generateCertificate() {
      await new Promise((resolve) => {
        clock.setTimeout(() => {
          resolve(undefined);
        }, internet.operationDelay());
      });
      const certificate: FakeCertificate = { fingerprint: makeKey() };
      return certificate as unknown as RTCCertificate;
    },
    randomBytes: (length) => Uint8Array.from({ length }, () => random.below(256)),
    clock: {
      setTimeout: (callback, milliseconds) => clock.setTimeout(callback, milliseconds),
      clearTimeout: (id) => {
        clock.clearTimeout(id as number);
      },
    },
    now: () => clock.now(),
  };
  return {
    platform,
    connections,
    sockets,
    openSocket,
    connect,
    held() {
      const channels = connections.flatMap((connection) => [...connection.channels.values()]);
      return {
        timers: clock.pending,
        connections: connections.filter((one) => one.connectionState !== 'closed').length,
        channels: channels.filter((one) => one.readyState !== 'closed').length,
        sockets: sockets.filter((one) => one.state !== 'closed').length,
        lostMessages: channels.reduce((sum, one) => sum + one.lost, 0),
      };
    },
  };
}

/** Engines that only messages reach, for both roles. */
export interface FakeEngines {
  readonly open: Required<
    Pick<SenderPlatform, 'openOutflowEngine'> & Pick<ReceiverPlatform, 'openInflowEngine'>
  >;
  /** Ends the place where they live, as when a worker dies. */
  fail(): void;
}

/** Makes the engines of both roles in a place of their own, which messages take a while to reach. */
export function createFakeEngines(
  runtime: Runtime,
  posts: Pick<Runtime['clock'], 'setTimeout'>,
  random: Random,
): FakeEngines {
  const outflow = createWorkerEngine<OutflowRequest, OutflowReport>(
    (report) => createOutflowEngine({ runtime, report }),
    posts,
    random,
  );
  const inflow = createWorkerEngine<InflowRequest, InflowReport>(
    (report) => createInflowEngine({ runtime, report }),
    posts,
    random,
  );
  return {
    open: { openOutflowEngine: outflow.open, openInflowEngine: inflow.open },
    fail() {
      outflow.fail();
      inflow.fail();
    },
  };
}
