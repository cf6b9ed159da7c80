import {
  connectionMachine,
  directServers,
  memberOf,
  receiverDeliveryMachine,
  route,
  toBase64Url,
  type DeliveryCommand,
  type Link,
  type Manifest,
  type PieceSet,
  type ReceiverLanesEvent,
  type Routed,
  type Source,
} from '@burritoshare/core';
import type { Actor } from 'xstate';
import { createInflowHost } from './inflow-host.ts';
import { createLaneZero } from '../webrtc/lane-zero.ts';
import { runMachine } from '../machine-host.ts';
import type { ReceiverPlatform } from '../platform.ts';
import { codeOf, type Sink } from '../storage/ports.ts';
import { createReceiverLanesHost } from './lanes-host.ts';
import { createSignalingHost, drawJitter } from '../signaling/signaling-host.ts';
import { createSinkHost } from './sink-host.ts';

/** Milliseconds between two looks at the path's round trip, while bulk data comes: as often as ICE measures it. */
const ROUND_TRIP_INTERVAL = 2_500;

/** The receiver's page. */
export interface ReceiverHost {
  /** The delivery's id, 16 bytes in base64url. */
  readonly id: string;
  /**
   * Send it `accept.requested` about an offer that has come: it waits until it is known where the bytes will land.
   * `pause.requested` and `resume.requested` after that: they wait for the next connection. `skip.requested` and
   * `retry.requested` while it moves, `cancel.requested` until it ends, `save.requested` and `discard.requested` once
   * it is complete. It throws LocalProtocolError `state` on what has no place now, and `argument` on a file that
   * there isn't.
   */
  readonly delivery: Actor<typeof receiverDeliveryMachine>;
  /** Somebody wants it now, or is looking: don't wait for the next attempt. */
  retryNow(): void;
  /** The network has changed: look for another path. */
  networkChanged(): void;
  /**
   * Lets go of everything. What has arrived and was not saved stays where the sink can keep it; another visit
   * can open it once the promise has resolved.
   */
  stop(): Promise<void>;
}

/** A delivery of an earlier visit, whose sink is open. */
export interface ResumedDelivery {
  /** 16 bytes in base64url. */
  readonly delivery: string;
  /** The seat's token, 32 bytes. */
  readonly token: Uint8Array<ArrayBuffer>;
  /** The highest generation that it has used. */
  readonly generation: number;
  readonly manifest: Manifest;
  /** What the sink holds. */
  readonly pieces: PieceSet;
  readonly sink: Sink;
}

export interface ReceiverHostOptions {
  readonly resumed?: ResumedDelivery;
  /** Bytes of the first credit window, which then follows the path between half and twice of it; CREDIT_WINDOW_BYTES if nothing else is said. */
  readonly window?: number;
}

/** Runs the receiver's machines over a platform, for one link. */
export function createReceiverHost(
  platform: ReceiverPlatform,
  link: Link,
  { resumed, window }: ReceiverHostOptions = {},
): ReceiverHost {
  const id = resumed?.delivery ?? toBase64Url(platform.randomBytes(16));
  const token = resumed?.token ?? platform.randomBytes(32);

  const failPlatform = (error: unknown): void => {
    delivery.send({ type: 'platform.failed', code: codeOf(error, 'internal') });
  };

  const dispatch = (source: Source): void => {
    for (const routed of route('receiver', id, source)) hear(routed);
  };

  const hear = (routed: Routed): void => {
    switch (routed.to) {
      case 'signaling':
        return signaling.hear(routed.event);
      case 'connection':
        return connection.send(routed.event);
      case 'negotiation':
        return laneZero.hear(routed.event);
      case 'inflow':
        return inflow.hear(routed.event);
      case 'lanes':
        return lanes.hear(routed.event as ReceiverLanesEvent);
      case 'control':
        return laneZero.say(routed.event);
      case 'delivery':
        return delivery.send(routed.event as Parameters<typeof delivery.send>[0]);
      default:
        return;
    }
  };

  const sink = createSinkHost({
    platform,
    link,
    delivery: id,
    token,
    resumed: resumed?.sink,
    tell: (event) => {
      delivery.send(event);
    },
    failed: failPlatform,
  });

  const inflow = createInflowHost({
    platform,
    dispatch,
    connected: (news) => {
      connection.send({ type: 'traffic.received' });
      if (news === 'some') delivery.send({ type: 'traffic.received' });
      measureRoundTrip();
    },
    failed: failPlatform,
  });

  let lastMeasured = -Infinity;
  const measureRoundTrip = (): void => {
    const now = platform.now();
    if (now - lastMeasured < ROUND_TRIP_INTERVAL) return;
    lastMeasured = now;
    void laneZero.roundTrip().then((milliseconds) => {
      if (milliseconds !== undefined) inflow.hear({ type: 'roundtrip.measured', milliseconds });
    });
  };

  const laneZero = createLaneZero({
    platform,
    adopt: inflow.adopt,
    iceServers: () => directServers(signaling.iceServers),
    tell: (event) => {
      connection.send(event);
    },
    onNegotiation: (command) => {
      dispatch({ from: 'negotiation', command });
    },
    onControl: (command) => {
      dispatch({ from: 'control', command });
    },
    misbehaved: () => {
      delivery.send({ type: 'remote.misbehaved' });
    },
    onError: failPlatform,
  });

  const lanes = createReceiverLanesHost({
    platform,
    iceServers: () => directServers(signaling.iceServers),
    adopt: inflow.adopt,
    dispatch,
    failed: failPlatform,
  });

  const carryOut = (command: DeliveryCommand): void => {
    switch (command.type) {
      case 'inflow.start':
        return sink.use((opened) => {
          if (laneZero.bulk === undefined) return;
          inflow.start(command, opened, laneZero.bulk);
          lanes.start();
        });
      case 'held.send':
        for (const message of sink.heldMessages()) laneZero.say(message);
        return;
      case 'delivery.release':
        inflow.release();
        return sink.handle(command);
      default:
        return sink.handle(command);
    }
  };

  const delivery = runMachine(receiverDeliveryMachine, {
    hasWishes: true,
    input: {
      ...(window === undefined ? {} : { window }),
      ...(resumed === undefined
        ? {}
        : { resumed: { manifest: resumed.manifest, pieces: resumed.pieces } }),
    },
    platform,
    onCommand(command) {
      carryOut(command);
      dispatch({ from: 'delivery', command });
    },
    onError: failPlatform,
  });

  // G1: a number is drawn only once it is recorded, so that no crash makes this delivery use it twice.
  const draw = (generation: number): void => {
    sink.recordGeneration(generation).then(
      () => {
        connection.send({
          type: 'entropy.drawn',
          session: toBase64Url(platform.randomBytes(16)),
          ephemeral: platform.randomBytes(32),
          jitter: drawJitter(platform),
        });
      },
      (error: unknown) => {
        failPlatform(error);
        // A delivery that is complete outlives a disk that fails, and still has to tell the sender.
        connection.send({ type: 'entropy.failed', jitter: drawJitter(platform) });
      },
    );
  };

  const connection = runMachine(connectionMachine, {
    input: {
      role: 'initiator',
      roomBytes: link.roomBytes,
      secret: link.secret,
      publicKey: link.publicKey,
      member: toBase64Url(memberOf(token)),
      delivery: id,
      generation: resumed?.generation ?? 0,
    },
    platform,
    onCommand(command) {
      if (command.type === 'negotiation.start') laneZero.start(command.generation, command.offers);
      if (command.type === 'negotiation.stop') laneZero.stop(command.generation);
      if (command.type === 'entropy.draw') draw(command.generation);
      dispatch({ from: 'connection', command });
    },
    onError: failPlatform,
  });

  const signaling = createSignalingHost({
    platform,
    role: 'receiver',
    room: link.room,
    token,
    onCommand: (command) => {
      dispatch({ from: 'signaling', command });
    },
    onError: failPlatform,
  });

  return {
    id,
    delivery,
    retryNow() {
      signaling.hear({ type: 'retry.requested' });
      connection.send({ type: 'retry.requested' });
    },
    networkChanged() {
      connection.send({ type: 'path.suspected' });
    },
    stop() {
      delivery.send({ type: 'visit.ended' });
      return sink.settled();
    },
  };
}
