import {
  connectionMachine,
  senderDeliveryMachine,
  type BundleDigest,
  type DeliveryCommand,
  type IceServer,
  type Manifest,
  type Routed,
  type SenderLanesEvent,
  type Source as CommandSource,
} from '@burritoshare/core';
import type { Actor } from 'xstate';
import { createLaneZero } from '../webrtc/lane-zero.ts';
import { runMachine } from '../machine-host.ts';
import { createOutflowHost } from './outflow-host.ts';
import type { SenderPlatform } from '../platform.ts';
import { codeOf } from '../storage/ports.ts';
import { createRateMember } from './rate-cap.ts';
import { createSenderLanesHost } from './lanes-host.ts';
import type { Allotment } from './allotment.ts';
import { wish } from '../wish.ts';

export interface SenderDeliveryHostOptions {
  readonly platform: SenderPlatform;
  readonly id: string;
  readonly manifest: Manifest;
  readonly files: readonly (Blob | undefined)[];
  readonly iceServers: () => readonly IceServer[];
  /** What all deliveries of the sender divide among them. */
  readonly allotments: {
    readonly lanes: Allotment<number>;
    /** Bytes a second; undefined for no cap. */
    readonly rate: Allotment<number | undefined>;
  };
  /** A command of one of this delivery's machines, for the route. */
  readonly dispatch: (source: CommandSource) => void;
}

/** One delivery on the sender's side: its machines and what they are connected to. */
export interface SenderDeliveryHost {
  readonly delivery: Actor<typeof senderDeliveryMachine>;
  hear(routed: Routed): void;
  retryNow(): void;
  networkChanged(): void;
}

export function createSenderDeliveryHost(options: SenderDeliveryHostOptions): SenderDeliveryHost {
  const { id, manifest, dispatch } = options;
  const platform = { ...options.platform, delivery: id };

  const failPlatform = (error: unknown): void => {
    delivery.send({ type: 'platform.failed', code: codeOf(error, 'internal') });
  };

  const outflow = createOutflowHost({
    platform,
    manifest,
    files: options.files,
    dispatch,
    channelOf: (further) => lanes.channelOf(further),
    arrived: () => {
      delivery.send({ type: 'traffic.received' });
    },
    sampled: (sample) => {
      lanes.hear(sample);
    },
    failed: failPlatform,
  });

  const laneZero = createLaneZero({
    platform,
    adopt: outflow.adopt,
    iceServers: options.iceServers,
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

  const lanes = createSenderLanesHost({
    platform,
    iceServers: options.iceServers,
    outflow,
    allotment: options.allotments.lanes,
    dispatch,
    failed: failPlatform,
  });

  const rate = createRateMember(options.allotments.rate, (bytesPerSecond) => {
    outflow.hear({ type: 'rate.changed', bytesPerSecond });
    lanes.hear({ type: 'rate.changed', bytesPerSecond });
  });

  // The digest that was asked for last: the answer to an older generation's question is dropped (I5).
  let digesting: Promise<BundleDigest> | undefined;

  const carryOut = (command: DeliveryCommand): void => {
    switch (command.type) {
      case 'leaves.keep':
        return outflow.keepLeaves(command.first, command.leaves);
      case 'outflow.start':
        if (laneZero.bulk === undefined) return;
        outflow.start(command, laneZero.bulk);
        return lanes.start();
      case 'source.digest': {
        const asked = outflow.digest(command.failedFiles);
        digesting = asked;
        asked.then(
          (digest) => {
            if (digesting === asked) delivery.send({ type: 'digest.computed', digest });
          },
          (error: unknown) => {
            if (digesting === asked) failPlatform(error);
          },
        );
        return;
      }
      case 'delivery.release':
        return outflow.release();
      default:
        return;
    }
  };

  const connection = runMachine(connectionMachine, {
    input: { role: 'responder', delivery: id },
    platform,
    onCommand(command) {
      if (command.type === 'negotiation.start') laneZero.start(command.generation, command.offers);
      if (command.type === 'negotiation.stop') laneZero.stop(command.generation);
      dispatch({ from: 'connection', command });
    },
    onError: failPlatform,
  });

  const delivery = runMachine(senderDeliveryMachine, {
    hasWishes: true,
    input: { manifest },
    platform,
    onCommand(command) {
      carryOut(command);
      dispatch({ from: 'delivery', command });
    },
    onError: failPlatform,
  });

  const hearOfDelivery = (event: Parameters<typeof delivery.send>[0]): void => {
    // The bundle closes what may have ended by itself.
    if (event.type === 'cancel.requested') wish(delivery, event);
    else delivery.send(event);
  };

  return {
    delivery,
    hear(routed) {
      switch (routed.to) {
        case 'connection':
          return connection.send(routed.event);
        case 'negotiation':
          return laneZero.hear(routed.event);
        case 'outflow':
          rate.hear(routed.event);
          return outflow.hear(routed.event);
        case 'lanes':
          rate.hear(routed.event as SenderLanesEvent);
          return lanes.hear(routed.event as SenderLanesEvent);
        case 'control':
          return laneZero.say(routed.event);
        case 'delivery':
          return hearOfDelivery(routed.event as Parameters<typeof delivery.send>[0]);
        default:
          return;
      }
    },
    retryNow() {
      connection.send({ type: 'retry.requested' });
    },
    networkChanged() {
      connection.send({ type: 'path.suspected' });
    },
  };
}
