import {
  senderLanesMachine,
  type IceServer,
  type Source,
  type SenderLanesCommand,
  type SenderLanesEvent,
} from '@burritoshare/core';
import type { Actor } from 'xstate';
import type { BulkChannel } from '../engines/engine-pair.ts';
import { createFurtherLanes, type FurtherLanes } from '../webrtc/further-lanes.ts';
import { runMachine } from '../machine-host.ts';
import type { OutflowHost } from './outflow-host.ts';
import type { Platform } from '../platform.ts';
import type { Allotment } from './allotment.ts';

export interface SenderLanesHostOptions {
  readonly platform: Platform;
  readonly iceServers: () => readonly IceServer[];
  /** Measures what arrives, as the outflow's host does. */
  readonly outflow: Pick<OutflowHost, 'adopt' | 'startSample' | 'takeSample'>;
  /** Lanes in all that it may have. */
  readonly allotment: Allotment<number>;
  readonly dispatch: (source: Source) => void;
  readonly failed: (error: unknown) => void;
}

/** The further lanes of a sender's newest generation. */
export interface SenderLanesHost {
  start(): void;
  hear(event: SenderLanesEvent): void;
  channelOf(lane: number): BulkChannel | undefined;
}

interface Lanes {
  readonly actor: Actor<typeof senderLanesMachine>;
  readonly furtherLanes: FurtherLanes;
  readonly leave: () => void;
}

export function createSenderLanesHost(options: SenderLanesHostOptions): SenderLanesHost {
  const { platform, dispatch } = options;
  let lanes: Lanes | undefined;

  const startLanes = (): Lanes => {
    const tell = (event: SenderLanesEvent): void => {
      if (lanes?.furtherLanes === furtherLanes) lanes.actor.send(event);
    };
    const furtherLanes = createFurtherLanes({
      platform,
      adopt: options.outflow.adopt,
      iceServers: options.iceServers,
      opened: (lane) => {
        tell({ type: 'lane.opened', lane });
      },
      failed: (lane) => {
        tell({ type: 'lane.failed', lane });
      },
      onNegotiation: (lane, command) => {
        dispatch({ from: 'lane', lane, command });
      },
      taken: () => undefined,
      onError: options.failed,
    });
    const carryOut = (command: SenderLanesCommand): void => {
      switch (command.type) {
        case 'lane.open':
          return furtherLanes.offer(command.lane);
        case 'lane.hear':
          return furtherLanes.hear(command.lane, command.message);
        case 'lane.shut':
          return furtherLanes.shut(command.lane);
        case 'sample.start':
          return options.outflow.startSample();
        case 'sample.take':
          return options.outflow.takeSample();
        default:
          return;
      }
    };
    const actor = runMachine(senderLanesMachine, {
      platform,
      onCommand(command) {
        carryOut(command);
        dispatch({ from: 'lanes', command });
      },
      onError: options.failed,
    });
    const leave = options.allotment.join((allowance) => {
      actor.send({ type: 'allowance.changed', allowance });
    });
    return { actor, furtherLanes, leave };
  };

  const stop = (): void => {
    lanes?.leave();
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
    channelOf: (lane) => lanes?.furtherLanes.channelOf(lane),
  };
}
