import type { IceServer, NegotiationCommand, NegotiationMessage } from '@burritoshare/core';
import {
  LANE_CANDIDATES_MAX,
  provideNegotiation,
  type negotiationMachine,
} from '@burritoshare/core';
import type { Actor } from 'xstate';
import type { AdoptBulk, BulkChannel } from '../engines/engine-pair.ts';
import { runMachine } from '../machine-host.ts';
import type { Platform } from '../platform.ts';
import { createBulkLane, type BulkLane } from './peer-connection.ts';
import type { PathChecks } from './round-trip.ts';

export interface FurtherLanesOptions {
  readonly platform: Platform;
  readonly adopt: AdoptBulk;
  /** Those that the signaling server sent last. */
  readonly iceServers: () => readonly IceServer[];
  readonly opened: (lane: number) => void;
  /** The lane can't be made, or is gone after `chunks` chunks have come from it. */
  readonly failed: (lane: number, chunks: number) => void;
  readonly onNegotiation: (lane: number, command: NegotiationCommand) => void;
  /** `chunks` chunks have come from the lane, at least as many as were awaited. */
  readonly taken: (lane: number, chunks: number) => void;
  readonly onError: (error: unknown) => void;
}

/** The connections of a generation's further lanes, at either end. */
export interface FurtherLanes {
  /** Opens a lane soon, and negotiates it as the side that offers. */
  offer(lane: number): void;
  /** Opens the lane that the other side offers, soon as well. */
  join(lane: number): void;
  hear(lane: number, message: NegotiationMessage): void;
  awaitChunks(lane: number, chunks: number): void;
  channelOf(lane: number): BulkChannel | undefined;
  /** What the checks of at most so many lanes' paths have measured, by the lane's number; undefined if it is unknown. */
  checks(most: number): readonly (readonly [lane: number, Promise<PathChecks | undefined>])[];
  shut(lane: number): void;
  shutAll(): void;
}

interface Connection {
  readonly lane: BulkLane;
  readonly negotiation: Actor<typeof negotiationMachine>;
}

/** A lane that is still being opened. */
interface Opening {
  /** Messages of the other side about it that have come meanwhile. */
  readonly heard: NegotiationMessage[];
  connection: RTCPeerConnection | undefined;
  timer: unknown;
}

export function createFurtherLanes(options: FurtherLanesOptions): FurtherLanes {
  const { platform } = options;
  const connections = new Map<number, Connection>();
  const openings = new Map<number, Opening>();

  const connect = (certificate: RTCCertificate | undefined): RTCPeerConnection => {
    const iceServers = options.iceServers().map(({ urls }) => ({ urls: [urls].flat() }));
    return platform.createPeerConnection({
      iceServers,
      ...(certificate && { certificates: [certificate] }),
    });
  };

  // One for all of a generation's further lanes, since keys cost processor time. It ends with the generation, so that
  // nobody can tell by it who took part in another (W8). Where none can be made, each connection makes its own.
  let certificate: Promise<RTCCertificate | undefined> | undefined;
  const certify = async (): Promise<RTCCertificate | undefined> =>
    platform.generateCertificate?.().catch(() => undefined);

  const wrapLane = (id: number, connection: RTCPeerConnection): BulkLane =>
    createBulkLane(connection, platform.clock, options.adopt, {
      gathered: (gathered) =>
        connections.get(id)?.negotiation.send({ type: 'candidate.gathered', ...gathered }),
      opened: () => {
        options.opened(id);
      },
      closed: (chunks) => {
        options.failed(id, chunks);
      },
      taken: (chunks) => {
        options.taken(id, chunks);
      },
    });

  const negotiate = (id: number, lane: BulkLane, offers: boolean): Connection => {
    const negotiation = runMachine(provideNegotiation(lane.ports), {
      // A lane's number is used once, as a generation's is.
      input: { generation: id, offers, isFrugal: true },
      platform,
      onCommand(command) {
        if (command.type === 'candidate.add') lane.addCandidate(command.candidate);
        if (command.type === 'negotiation.failed') lane.bulk.close();
        options.onNegotiation(id, command);
      },
      onError: options.onError,
    });
    return { lane, negotiation };
  };

  // Browsers throw at their limit of connections.
  const fail = (id: number): void => {
    shut(id);
    options.failed(id, 0);
  };

  // Several lanes are asked for in one turn. Making a connection and opening its channel each take a browser's main
  // thread 5 to 290 ms where the processor is busy (m), and so each has a turn of its own.
  const open = (id: number, offers: boolean): void => {
    const opening: Opening = { heard: [], connection: undefined, timer: undefined };
    openings.set(id, opening);
    const inTurn = (step: () => void): void => {
      opening.timer = platform.clock.setTimeout(() => {
        try {
          step();
        } catch {
          fail(id);
        }
      }, 0);
    };
    const begin = (own: RTCCertificate | undefined): void => {
      const connection = connect(own);
      opening.connection = connection;
      inTurn(() => {
        const lane = wrapLane(id, connection);
        const opened = negotiate(id, lane, offers);
        openings.delete(id);
        connections.set(id, opened);
        for (const message of opening.heard)
          opened.negotiation.send({ type: 'message.received', message });
      });
    };
    certificate ??= certify();
    void certificate.then((own) => {
      if (openings.get(id) !== opening) return;
      inTurn(() => {
        begin(own);
      });
    });
  };

  const abandon = (id: number): void => {
    const opening = openings.get(id);
    openings.delete(id);
    platform.clock.clearTimeout(opening?.timer);
    // Each takes a turn of its own, as closing an open lane does.
    platform.clock.setTimeout(() => opening?.connection?.close(), 0);
  };

  const shut = (id: number): void => {
    abandon(id);
    const connection = connections.get(id);
    connections.delete(id);
    connection?.negotiation.stop();
    connection?.lane.close();
  };

  return {
    offer: (id) => {
      open(id, true);
    },
    join: (id) => {
      open(id, false);
    },
    hear(id, message) {
      const heard = openings.get(id)?.heard;
      // Keeps what a negotiation does: a description, its candidates and their end.
      if (heard !== undefined && heard.length < LANE_CANDIDATES_MAX + 2) heard.push(message);
      connections.get(id)?.negotiation.send({ type: 'message.received', message });
    },
    awaitChunks(id, chunks) {
      const connection = connections.get(id);
      if (connection === undefined) options.taken(id, 0);
      else connection.lane.bulk.awaitChunks(chunks);
    },
    channelOf: (id) => connections.get(id)?.lane.bulk,
    checks: (most) =>
      spread([...connections], most).map(([id, { lane }]) => [id, lane.checks()] as const),
    shut,
    shutAll() {
      for (const id of [...openings.keys(), ...connections.keys()]) shut(id);
    },
  };
}

/** At most so many items, from all over. Lanes that were opened together check their paths at the same time. */
function spread<T>(items: readonly T[], most: number): readonly T[] {
  const step = Math.max(1, items.length / Math.max(1, most));
  return items.filter((_, index) => Math.floor(index / step) > Math.floor((index - 1) / step));
}
