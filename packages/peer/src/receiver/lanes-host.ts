import {
  receiverLanesMachine,
  type IceServer,
  type ReceiverLanesCommand,
  type ReceiverLanesEvent,
  type Source,
} from '@burritoshare/core';
import type { Actor } from 'xstate';
import type { AdoptBulk } from '../engines/engine-pair.ts';
import { createFurtherLanes, type FurtherLanes } from '../webrtc/further-lanes.ts';
import { runMachine } from '../machine-host.ts';
import type { Platform } from '../platform.ts';

export interface ReceiverLanesHostOptions {
  readonly platform: Platform;
  readonly iceServers: () => readonly IceServer[];
  readonly adopt: AdoptBulk;
  readonly dispatch: (source: Source) => void;
  readonly failed: (error: unknown) => void;
}

/** The further lanes of a receiver's newest generation. */
export interface ReceiverLanesHost {
  start(): void;
  hear(event: ReceiverLanesEvent): void;
}

interface Lanes {
  readonly actor: Actor<typeof receiverLanesMachine>;
  readonly furtherLanes: FurtherLanes;
}

export function createReceiverLanesHost(options: ReceiverLanesHostOptions): ReceiverLanesHost {
  const { platform, dispatch } = options;
  let lanes: Lanes | undefined;

  const startLanes = (): Lanes => {
    const tell = (event: ReceiverLanesEvent): void => {
      if (lanes?.furtherLanes === furtherLanes) lanes.actor.send(event);
    };
    const furtherLanes = createFurtherLanes({
      platform,
      adopt: options.adopt,
      iceServers: options.iceServers,
      // A lane that is open at this end needs no word of it: the sender sees its own.
      opened: () => undefined,
      failed: (lane, frames) => {
        tell({ type: 'lane.failed', lane, frames });
      },
      onNegotiation: (lane, command) => {
        dispatch({ from: 'lane', lane, command });
      },
      taken: (lane, frames) => {
        tell({ type: 'frames.taken', lane, frames });
      },
      onError: options.failed,
    });
    const carryOut = (command: ReceiverLanesCommand): void => {
      switch (command.type) {
        case 'lane.join':
          return furtherLanes.join(command.lane);
        case 'lane.hear':
          return furtherLanes.hear(command.lane, command.message);
        case 'frames.await':
          return furtherLanes.awaitFrames(command.lane, command.frames);
        case 'lane.shut':
          return furtherLanes.shut(command.lane);
        default:
          return;
      }
    };
    const actor = runMachine(receiverLanesMachine, {
      platform,
      onCommand(command) {
        carryOut(command);
        dispatch({ from: 'lanes', command });
      },
      onError: options.failed,
    });
    return { actor, furtherLanes };
  };

  const stop = (): void => {
    lanes?.furtherLanes.shutAll();
    lanes = undefined;
  };

  return {
    start() {
      stop();
      lanes = startLanes();
    },
    hear(event) {
      lanes?.actor.send(event);
      if (event.type === 'lanes.stopped') stop();
    },
  };
}
