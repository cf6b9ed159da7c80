import {
  BUFFER_HIGH_BYTES,
  BUFFER_LOW_BYTES,
  createPlan,
  LEAF_BYTES,
  outflowMachine,
  READ_AHEAD_PIECES,
  READ_AHEAD_SMALL_PIECES,
  type DeliveryCommand,
  type FailedFile,
  type Manifest,
  type OutflowEvent,
  type Source as CommandSource,
} from '@burritoshare/core';
import type { Actor } from 'xstate';
import { run } from './machine-host.ts';
import { createOutflowPump, type Departed, type OutflowPump } from './outflow-pump.ts';
import type { SenderPlatform } from './platform.ts';
import type { Source } from './ports.ts';

export interface OutflowHostOptions {
  readonly platform: SenderPlatform;
  readonly manifest: Manifest;
  readonly files: readonly (Blob | undefined)[];
  readonly dispatch: (source: CommandSource) => void;
  /** The channel of a lane besides lane 0. */
  readonly channelOf: (lane: number) => RTCDataChannel | undefined;
  readonly failed: (error: unknown) => void;
}

/** The flow control of a sender's newest generation, its pump, and the source that all generations share. */
export interface OutflowHost {
  /** Keeps leaves that the receiver presents, of consecutive pieces. */
  keepLeaves(first: number, leaves: Uint8Array): void;
  start(command: Extract<DeliveryCommand, { type: 'outflow.start' }>, bulk: RTCDataChannel): void;
  /** How far the newest generation's bytes have got. */
  departed(): Departed;
  hear(event: OutflowEvent): void;
  digest(failedFiles: readonly FailedFile[]): Promise<Uint8Array>;
  /** Lets go of everything. */
  release(): void;
}

interface Flow {
  readonly actor: Actor<typeof outflowMachine>;
  readonly pump: OutflowPump;
}

export function createOutflowHost(options: OutflowHostOptions): OutflowHost {
  const { platform, manifest, dispatch, failed } = options;
  const plan = createPlan(manifest);
  const files = manifest.entries.filter(({ kind }) => kind === 'file').length;
  const theirLeaves = new Map<number, Uint8Array>();
  let source: Source | undefined;
  let flow: Flow | undefined;

  const stop = (): void => {
    flow?.pump.close();
    flow = undefined;
    theirLeaves.clear();
  };

  const openSource = (): Source =>
    (source ??= platform.openSource({ manifest, files: options.files }));

  const startFlow = (
    { held, failedFiles }: Extract<DeliveryCommand, { type: 'outflow.start' }>,
    bulk: RTCDataChannel,
  ): Flow => {
    const pump = createOutflowPump({
      platform,
      plan,
      source: openSource(),
      theirLeaf: (ordinal) => theirLeaves.get(ordinal) ?? new Uint8Array(),
      channelOf: (lane) => (lane === 0 ? bulk : options.channelOf(lane)),
      // What an older generation's pump still has to tell is nobody's concern (I5).
      tell: (event) => {
        if (flow?.pump === pump) flow.actor.send(event);
      },
    });
    const actor = run(outflowMachine, {
      input: {
        plan,
        files,
        highWater: BUFFER_HIGH_BYTES,
        lowWater: BUFFER_LOW_BYTES,
        readAhead: READ_AHEAD_PIECES,
        readAheadSmall: READ_AHEAD_SMALL_PIECES,
        held,
        failedFiles,
      },
      platform,
      onCommand(command) {
        pump.handle(command);
        dispatch({ from: 'outflow', command });
      },
      onError: failed,
    });
    return { actor, pump };
  };

  return {
    keepLeaves(first, leaves) {
      for (let at = 0; at < leaves.length; at += LEAF_BYTES)
        theirLeaves.set(first + at / LEAF_BYTES, leaves.slice(at, at + LEAF_BYTES));
    },
    start(command, bulk) {
      try {
        flow = startFlow(command, bulk);
      } catch (error) {
        failed(error);
      }
    },
    departed: () => flow?.pump.departed() ?? { bytes: 0, queued: 0 },
    hear(event) {
      flow?.actor.send(event);
      if (event.type === 'outflow.stopped') stop();
    },
    async digest(failedFiles) {
      return openSource().digest(failedFiles);
    },
    release() {
      stop();
      source?.close();
    },
  };
}
