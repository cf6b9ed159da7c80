import {
  BUFFER_HIGH_BYTES,
  BUFFER_LOW_BYTES,
  connectionMachine,
  createPlan,
  outflowMachine,
  pagesOf,
  READ_AHEAD_PIECES,
  senderDeliveryMachine,
  toBase64Url,
  type DeliveryCommand,
  type IceServer,
  type Manifest,
  type OutflowCommand,
  type Routed,
  type Source as CommandSource,
} from '@burritoshare/core';
import type { Actor } from 'xstate';
import { createLaneHost } from './lane-host.ts';
import { run } from './machine-host.ts';
import { createOutflowPump, type OutflowPump } from './outflow-pump.ts';
import type { SenderPlatform } from './platform.ts';
import { codeOf } from './ports.ts';

export interface SenderDeliveryHostOptions {
  readonly platform: SenderPlatform;
  readonly id: string;
  readonly manifest: Manifest;
  readonly files: readonly (Blob | undefined)[];
  readonly iceServers: () => readonly IceServer[];
  /** A command of one of this delivery's machines, for the route. */
  readonly dispatch: (source: CommandSource) => void;
}

/** One delivery on the sender's side: its machines and what they are connected to. */
export interface SenderDeliveryHost {
  readonly delivery: Actor<typeof senderDeliveryMachine>;
  hear(routed: Routed): void;
}

export function createSenderDeliveryHost(options: SenderDeliveryHostOptions): SenderDeliveryHost {
  const { platform, id, manifest, dispatch } = options;
  const plan = createPlan(manifest);
  let flow:
    { readonly actor: Actor<typeof outflowMachine>; readonly pump: OutflowPump } | undefined;
  let source: ReturnType<SenderPlatform['openSource']> | undefined;

  const failPlatform = (error: unknown): void => {
    delivery.send({ type: 'platform.failed', code: codeOf(error, 'internal') });
  };

  const lane = createLaneHost({
    platform,
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
    // F: only the sender sends bulk.
    onBulk: () => {
      delivery.send({ type: 'remote.misbehaved' });
    },
    misbehaved: () => {
      delivery.send({ type: 'remote.misbehaved' });
    },
    onError: failPlatform,
  });

  const startFlow = (): void => {
    const { bulk } = lane;
    if (bulk === undefined || flow !== undefined) return;
    try {
      source = platform.openSource({ manifest, files: options.files });
    } catch (error) {
      return failPlatform(error);
    }
    const pump = createOutflowPump({
      plan,
      source,
      bulk,
      tell: (event) => flow?.actor.send(event),
    });
    const actor = run(outflowMachine, {
      input: {
        plan,
        files: manifest.entries.filter(({ kind }) => kind === 'file').length,
        highWater: BUFFER_HIGH_BYTES,
        lowWater: BUFFER_LOW_BYTES,
        readAhead: READ_AHEAD_PIECES,
      },
      clock: platform.clock,
      onCommand(command: OutflowCommand) {
        pump.handle(command);
        if (command.type === 'file.fail')
          lane.say({ type: 'file.failed', file: command.file, code: command.code });
        dispatch({ from: 'outflow', command });
      },
      onError: failPlatform,
    });
    flow = { actor, pump };
  };

  const carryOut = (command: DeliveryCommand): void => {
    switch (command.type) {
      case 'offer.send':
        for (const message of pagesOf(command.manifest)) lane.say(message);
        return;
      case 'outflow.start':
        return startFlow();
      case 'source.digest':
        source?.digest(command.failedFiles).then((digest) => {
          delivery.send({ type: 'digest.computed', digest });
        }, failPlatform);
        return;
      case 'sent.send':
        return lane.say({ type: 'sent', digest: toBase64Url(command.digest) });
      case 'complete.send':
        return lane.say({ type: 'complete', digest: toBase64Url(command.digest) });
      case 'cancel.send':
        return lane.say({ type: 'cancel' });
      case 'failed.send':
        return lane.say({ type: 'failed', code: command.code });
      case 'delivery.release':
        flow?.pump.close();
        return;
      default:
        return;
    }
  };

  const connection = run(connectionMachine, {
    input: { role: 'responder', delivery: id },
    clock: platform.clock,
    onCommand(command) {
      if (command.type === 'negotiation.start') lane.start(command.generation, command.offers);
      if (command.type === 'negotiation.stop') lane.stop(command.generation);
      if (command.type === 'beat.send') lane.say({ type: 'beat' });
      dispatch({ from: 'connection', command });
    },
    onError: failPlatform,
  });

  const delivery = run(senderDeliveryMachine, {
    input: { manifest },
    clock: platform.clock,
    onCommand(command) {
      carryOut(command);
      dispatch({ from: 'delivery', command });
    },
    onError: failPlatform,
  });

  return {
    delivery,
    hear(routed) {
      switch (routed.to) {
        case 'connection':
          return connection.send(routed.event);
        case 'negotiation':
          return lane.hear(routed.event);
        case 'outflow':
          flow?.actor.send(routed.event);
          return;
        case 'delivery':
          return delivery.send(routed.event as Parameters<typeof delivery.send>[0]);
        default:
          return;
      }
    },
  };
}
