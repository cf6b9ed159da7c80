import type { IceServer, NegotiationCommand, NegotiationMessage } from '@burritoshare/core';
import { provideNegotiation, type negotiationMachine } from '@burritoshare/core';
import type { Actor } from 'xstate';
import type { AdoptBulk, BulkChannel } from './bulk-host.ts';
import { run } from './machine-host.ts';
import type { Platform } from './platform.ts';
import { createBulkLane, type BulkLane } from './rtc-peer-connection.ts';

export interface LaneConnectionsOptions {
  readonly platform: Platform;
  readonly adopt: AdoptBulk;
  /** As the signaling server said last. */
  readonly iceServers: () => readonly IceServer[];
  readonly opened: (lane: number) => void;
  /** It can't be made, or is gone, after so many frames have come from it. */
  readonly failed: (lane: number, frames: number) => void;
  readonly onNegotiation: (lane: number, command: NegotiationCommand) => void;
  /** So many frames have come, which are at least as many as were awaited. */
  readonly taken: (lane: number, frames: number) => void;
  readonly onError: (error: unknown) => void;
}

/** The connections of a generation's further lanes, at either end. */
export interface LaneConnections {
  /** Opens a lane soon, and negotiates it as the side that offers. */
  offer(lane: number): void;
  /** Opens the lane that the other side offers. */
  join(lane: number): void;
  hear(lane: number, message: NegotiationMessage): void;
  awaitFrames(lane: number, frames: number): void;
  channelOf(lane: number): BulkChannel | undefined;
  shut(lane: number): void;
  shutAll(): void;
}

interface Connection {
  readonly lane: BulkLane;
  readonly negotiation: Actor<typeof negotiationMachine>;
}

export function createLaneConnections(options: LaneConnectionsOptions): LaneConnections {
  const { platform } = options;
  const connections = new Map<number, Connection>();
  // What has still to be opened, by a timer.
  const opening = new Map<number, unknown>();

  const openLane = (id: number): BulkLane => {
    const iceServers = options.iceServers().map(({ urls }) => ({ urls: [urls].flat() }));
    return createBulkLane(
      platform.createPeerConnection({ iceServers }),
      platform.clock,
      options.adopt,
      {
        gathered: (candidate) =>
          connections.get(id)?.negotiation.send({ type: 'candidate.gathered', candidate }),
        opened: () => {
          options.opened(id);
        },
        closed: (frames) => {
          options.failed(id, frames);
        },
        taken: (frames) => {
          options.taken(id, frames);
        },
      },
    );
  };

  // Browsers throw at their limit of connections.
  const tryOpenLane = (id: number): BulkLane | undefined => {
    try {
      return openLane(id);
    } catch {
      return undefined;
    }
  };

  const open = (id: number, offers: boolean): void => {
    const lane = tryOpenLane(id);
    if (lane === undefined) return options.failed(id, 0);
    const negotiation = run(provideNegotiation(lane.ports), {
      // A lane's number is used once, as a generation's is.
      input: { generation: id, offers },
      platform,
      onCommand(command) {
        if (command.type === 'candidate.add') lane.addCandidate(command.candidate);
        if (command.type === 'negotiation.failed') lane.bulk.close();
        options.onNegotiation(id, command);
      },
      onError: options.onError,
    });
    connections.set(id, { lane, negotiation });
  };

  // Several are asked for in one turn, and each takes a browser's main thread 20 to 64 ms (m).
  const openSoon = (id: number): void => {
    const timer = platform.clock.setTimeout(() => {
      opening.delete(id);
      open(id, true);
    }, 0);
    opening.set(id, timer);
  };

  const shut = (id: number): void => {
    platform.clock.clearTimeout(opening.get(id));
    opening.delete(id);
    const connection = connections.get(id);
    connections.delete(id);
    connection?.negotiation.stop();
    connection?.lane.close();
  };

  return {
    offer: openSoon,
    join: (id) => {
      open(id, false);
    },
    hear(id, message) {
      connections.get(id)?.negotiation.send({ type: 'message.received', message });
    },
    awaitFrames(id, frames) {
      const connection = connections.get(id);
      if (connection === undefined) options.taken(id, 0);
      else connection.lane.bulk.awaitFrames(frames);
    },
    channelOf: (id) => connections.get(id)?.lane.bulk,
    shut,
    shutAll() {
      for (const id of [...opening.keys(), ...connections.keys()]) shut(id);
    },
  };
}
