import {
  connectionMachine,
  createPlan,
  CREDIT_BATCH_BYTES,
  CREDIT_WINDOW_BYTES,
  directServers,
  inflowMachine,
  receiverDeliveryMachine,
  route,
  toBase64Url,
  type DeliveryCommand,
  type InflowCommand,
  type Link,
  type Manifest,
  type Routed,
  type Source,
} from '@burritoshare/core';
import type { Actor } from 'xstate';
import { createInflowPump, type InflowPump } from './inflow-pump.ts';
import { createLaneHost } from './lane-host.ts';
import { run } from './machine-host.ts';
import type { ReceiverPlatform } from './platform.ts';
import { codeOf, type Sink } from './ports.ts';
import { createSignalingHost, drawJitter } from './signaling-host.ts';

/** Milliseconds between two reports that bulk data keeps coming: well below the heartbeat's time-out. */
const TRAFFIC_INTERVAL = 1_000;

/** The receiver's page. */
export interface ReceiverHost {
  /** Send it `accept.requested`, `cancel.requested`, `save.requested`, `discard.requested`. */
  readonly delivery: Actor<typeof receiverDeliveryMachine>;
  /** The browser is online again, or somebody is looking: don't wait for the next attempt. */
  retry(): void;
  /** Ends the delivery, removes what was not saved, and lets go of everything. */
  stop(): void;
}

/** Runs the receiver's machines over a platform, for one link. */
export function createReceiverHost(platform: ReceiverPlatform, link: Link): ReceiverHost {
  const id = toBase64Url(platform.randomBytes(16));
  let flow: { readonly actor: Actor<typeof inflowMachine>; readonly pump: InflowPump } | undefined;
  let sink: Sink | undefined;
  let isReleased = false;
  let lastTraffic = -Infinity;

  const failPlatform = (error: unknown): void => {
    delivery.send({ type: 'platform.failed', code: codeOf(error, 'internal') });
  };
  const misbehaved = (): void => {
    delivery.send({ type: 'remote.misbehaved' });
  };

  const dispatch = (source: Source): void => {
    for (const routed of route('receiver', id, source)) hear(routed);
  };

  const hear = (routed: Routed): void => {
    switch (routed.to) {
      case 'signaling':
        signaling.hear(routed.event);
        return;
      case 'connection':
        return connection.send(routed.event);
      case 'negotiation':
        return lane.hear(routed.event);
      case 'inflow':
        flow?.actor.send(routed.event);
        return;
      case 'delivery':
        return delivery.send(routed.event as Parameters<typeof delivery.send>[0]);
      default:
        return;
    }
  };

  const hearBulk = (message: ArrayBuffer): void => {
    const now = platform.now();
    if (now - lastTraffic >= TRAFFIC_INTERVAL) {
      lastTraffic = now;
      connection.send({ type: 'traffic.received' });
    }
    // C5: no file byte before accept.
    if (flow === undefined) misbehaved();
    else flow.pump.push(message);
  };

  const lane = createLaneHost({
    platform,
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
    onBulk: hearBulk,
    misbehaved,
    onError: failPlatform,
  });

  const startFlow = (manifest: Manifest): void => {
    if (sink === undefined) return;
    const plan = createPlan(manifest);
    const pump = createInflowPump({
      plan,
      sink,
      tell: (event) => flow?.actor.send(event),
      misbehaved,
      failed: failPlatform,
    });
    const files = manifest.entries.filter(({ kind }) => kind === 'file').length;
    const actor = run(inflowMachine, {
      input: { plan, files, window: CREDIT_WINDOW_BYTES, batch: CREDIT_BATCH_BYTES },
      clock: platform.clock,
      onCommand(command: InflowCommand) {
        pump.handle(command);
        if (command.type === 'credit.send') lane.say({ type: 'credit', upTo: command.upTo });
        dispatch({ from: 'inflow', command });
      },
      onError: failPlatform,
    });
    flow = { actor, pump };
  };

  const openSink = async (
    command: Extract<DeliveryCommand, { type: 'sink.open' }>,
  ): Promise<void> => {
    const opened = await platform.sinks.open({
      delivery: id,
      manifest: command.manifest,
      sink: command.sink,
    });
    // The person may have cancelled meanwhile.
    if (isReleased) return opened.discard();
    sink = opened;
    delivery.send({ type: 'sink.opened' });
  };

  const save = (method: 'download' | 'folder'): void => {
    sink?.save(method).then(
      (end) => {
        delivery.send({ type: end === 'observed' ? 'save.finished' : 'save.started' });
      },
      (error: unknown) => {
        const isAborted = error instanceof DOMException && error.name === 'AbortError';
        delivery.send({ type: 'save.failed', isAborted });
      },
    );
  };

  const discard = (): void => {
    const discarded = sink;
    sink = undefined;
    // What can't be removed now is removed with the next visit's clean-up.
    discarded?.discard().catch(() => undefined);
  };

  const release = (keepSink: boolean): void => {
    isReleased = true;
    flow?.pump.close();
    if (!keepSink) discard();
  };

  const carryOut = (command: DeliveryCommand): void => {
    switch (command.type) {
      case 'sink.probe':
        platform.sinks.probe(command.manifest).then((found) => {
          delivery.send({ type: 'sink.probed', sink: found });
        }, failPlatform);
        return;
      case 'sink.open':
        openSink(command).catch(failPlatform);
        return;
      case 'inflow.start':
        return startFlow(command.manifest);
      case 'accept.send':
        return lane.say({ type: 'accept', credit: CREDIT_WINDOW_BYTES });
      case 'sink.seal':
        sink?.seal(command.failedFiles).then(() => {
          delivery.send({ type: 'sink.sealed' });
        }, failPlatform);
        return;
      case 'verified.send':
        return lane.say({ type: 'verified', digest: toBase64Url(command.digest) });
      case 'cancel.send':
        return lane.say({ type: 'cancel' });
      case 'failed.send':
        return lane.say({ type: 'failed', code: command.code });
      case 'sink.save':
        return save(command.method);
      case 'sink.discard':
        return discard();
      case 'delivery.release':
        return release(command.keepSink);
      default:
        return;
    }
  };

  const delivery = run(receiverDeliveryMachine, {
    clock: platform.clock,
    onCommand(command) {
      carryOut(command);
      dispatch({ from: 'delivery', command });
    },
    onError: failPlatform,
  });

  const connection = run(connectionMachine, {
    input: {
      role: 'initiator',
      roomBytes: link.roomBytes,
      secret: link.secret,
      publicKey: link.publicKey,
      delivery: id,
    },
    clock: platform.clock,
    onCommand(command) {
      if (command.type === 'negotiation.start') lane.start(command.generation, command.offers);
      if (command.type === 'negotiation.stop') lane.stop(command.generation);
      if (command.type === 'beat.send') lane.say({ type: 'beat' });
      if (command.type === 'entropy.draw') {
        connection.send({
          type: 'entropy.drawn',
          session: toBase64Url(platform.randomBytes(16)),
          ephemeral: platform.randomBytes(32),
          jitter: drawJitter(platform),
        });
      }
      dispatch({ from: 'connection', command });
    },
    onError: failPlatform,
  });

  const signaling = createSignalingHost({
    platform,
    role: 'receiver',
    room: link.room,
    token: platform.randomBytes(32),
    onCommand: (command) => {
      dispatch({ from: 'signaling', command });
    },
    onError: failPlatform,
  });

  return {
    delivery,
    retry() {
      signaling.hear({ type: 'retry.requested' });
    },
    stop() {
      delivery.send({ type: 'cancel.requested' });
      delivery.send({ type: 'discard.requested' });
    },
  };
}
