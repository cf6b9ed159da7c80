import {
  encodeControlMessage,
  parseControlMessage,
  provideNegotiation,
  RemoteProtocolError,
  type ConnectionEvent,
  type ControlMessage,
  type IceServer,
  type NegotiationCommand,
  type NegotiationEvent,
  type Path,
} from '@burritoshare/core';
import type { Actor } from 'xstate';
import type { negotiationMachine } from '@burritoshare/core';
import type { AdoptBulk, BulkChannel } from '../engines/engine-pair.ts';
import { runMachine } from '../machine-host.ts';
import type { Platform } from '../platform.ts';
import type { WebPeerConnection } from '../web-types.ts';
import { createPathWatch } from './path-watch.ts';
import { createLane, type Lane } from './peer-connection.ts';
import type { PathChecks } from './round-trip.ts';
import { createSignalBatch } from './signal-batch.ts';

export interface LaneZeroOptions {
  readonly platform: Platform;
  readonly adopt: AdoptBulk;
  /** Those that the signaling server sent last. */
  readonly iceServers: () => readonly IceServer[];
  /** Facts about the lane, for the connection machine. */
  readonly tell: (event: ConnectionEvent) => void;
  readonly onNegotiation: (command: NegotiationCommand) => void;
  readonly onControl: (message: ControlMessage) => void;
  /** What connects the two ends; undefined as a generation begins. */
  readonly onPath: (path: Path | undefined) => void;
  /** The other side broke the rules of the control channel. */
  readonly misbehaved: () => void;
  readonly onError: (error: unknown) => void;
}

/** The lane of the newest generation, with its negotiation. */
export interface LaneZero {
  readonly bulk: BulkChannel | undefined;
  /** Makes the next generation's connection, while there is nothing else to do. It does nothing in the network yet. */
  prepare(): void;
  start(generation: number, offers: boolean): void;
  /** Ends the generation, if it is still the newest. */
  stop(generation: number): void;
  hear(event: NegotiationEvent): void;
  /** Sends a control message; signals of further lanes a little later, together. */
  say(message: ControlMessage): void;
  /** Milliseconds of a round trip on the path; undefined if it is unknown, or if the generation ends meanwhile. */
  roundTrip(): Promise<number | undefined>;
  /** What the path's checks have measured; undefined as above. */
  checks(): Promise<PathChecks | undefined>;
  /** No generation will follow. */
  end(): void;
}

interface Generation {
  readonly number: number;
  readonly lane: Lane;
  readonly negotiation: Actor<typeof negotiationMachine>;
}

export function createLaneZero(options: LaneZeroOptions): LaneZero {
  let current: Generation | undefined;
  let prepared: WebPeerConnection | undefined;

  const hearControl = (text: string): void => {
    try {
      options.onControl(parseControlMessage(text));
    } catch (error) {
      if (!(error instanceof RemoteProtocolError)) throw error;
      options.misbehaved();
    }
  };

  const sayNow = (message: ControlMessage): void => {
    if (current?.lane.say(encodeControlMessage(message)) === true)
      options.tell({ type: 'control.sent' });
  };

  const batch = createSignalBatch(options.platform.clock, sayNow);

  const pathWatch = createPathWatch(
    options.platform.clock,
    async () => current?.lane.path(),
    options.onPath,
  );

  const stop = (): void => {
    batch.drop();
    pathWatch.stop();
    current?.negotiation.stop();
    current?.lane.close();
    current = undefined;
  };

  const connect = (): WebPeerConnection => {
    const iceServers = options.iceServers().map(({ urls }) => ({ urls: [urls].flat() }));
    return options.platform.createPeerConnection({ iceServers });
  };

  const unprepare = (): void => {
    prepared?.close();
    prepared = undefined;
  };

  const openLane = (generation: number): Lane => {
    const connection = prepared ?? connect();
    prepared = undefined;
    return createLane(connection, options.platform.clock, options.adopt, {
      gathered: (gathered) =>
        current?.negotiation.send({ type: 'candidate.gathered', ...gathered }),
      opened: () => {
        options.tell({ type: 'lane.opened', generation });
      },
      closed: () => {
        options.tell({ type: 'lane.closed', generation });
      },
      suspected: () => {
        options.tell({ type: 'lane.suspected', generation });
      },
      // A closed lane reports nothing, so this is the newest generation.
      spoiled: () => {
        options.tell({ type: 'generation.spoiled' });
      },
      control: hearControl,
      pathChanged: () => {
        pathWatch.look();
      },
    });
  };

  // Browsers throw on ICE servers that they can't read, and at their limit of connections.
  const tryOpenLane = (generation: number): Lane | undefined => {
    try {
      return openLane(generation);
    } catch {
      options.tell({ type: 'lane.closed', generation });
      return undefined;
    }
  };

  return {
    get bulk() {
      return current?.lane.bulk;
    },
    prepare() {
      // One of an earlier attempt may have other servers.
      unprepare();
      try {
        prepared = connect();
      } catch {
        // The generation will say so.
      }
    },
    start(generation, offers) {
      stop();
      options.onPath(undefined);
      const lane = tryOpenLane(generation);
      if (lane === undefined) return;
      const negotiation = runMachine(provideNegotiation(lane.ports), {
        input: { generation, offers },
        platform: options.platform,
        onCommand(command) {
          if (command.type === 'candidate.add') lane.addCandidate(command.candidate);
          options.onNegotiation(command);
        },
        onError: options.onError,
      });
      current = { number: generation, lane, negotiation };
    },
    stop(generation) {
      if (current?.number === generation) stop();
    },
    hear(event) {
      current?.negotiation.send(event);
    },
    say(message) {
      if (current === undefined) return;
      if (message.type === 'lane.signals') return batch.add(message.signals);
      // Messages keep their order: a lane isn't closed before its offer.
      batch.flush();
      sayNow(message);
    },
    async roundTrip() {
      const asked = current;
      const milliseconds = await asked?.lane.roundTrip();
      return asked === current ? milliseconds : undefined;
    },
    async checks() {
      const asked = current;
      const checks = await asked?.lane.checks();
      return asked === current ? checks : undefined;
    },
    end: unprepare,
  };
}
