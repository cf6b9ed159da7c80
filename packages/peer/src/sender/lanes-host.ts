import {
  senderLanesMachine,
  type SenderLanesCommand,
  type SenderLanesEvent,
} from '@burritoshare/core';
import {
  createLanesHost,
  type LanesHost,
  type LanesHostOptions,
} from '../connection/lanes-host.ts';
import { runMachine } from '../machine-host.ts';
import type { Allotment } from './allotment.ts';
import type { OutflowHost } from './outflow-host.ts';

export interface SenderLanesHostOptions extends Pick<
  LanesHostOptions<SenderLanesEvent, SenderLanesCommand>,
  'platform' | 'iceServers' | 'dispatch' | 'failed'
> {
  /** Measures what arrives, as the outflow's host does. */
  readonly outflow: Pick<OutflowHost, 'adopt' | 'startSample' | 'takeSample'>;
  /** How many lanes this delivery may have in all. */
  readonly allotment: Allotment<number>;
}

/** The further lanes of a sender's newest generation. */
export function createSenderLanesHost({
  outflow,
  allotment,
  ...options
}: SenderLanesHostOptions): LanesHost<SenderLanesEvent> {
  return createLanesHost<SenderLanesEvent, SenderLanesCommand>({
    ...options,
    adopt: outflow.adopt,
    run: (how) => runMachine(senderLanesMachine, how),
    facts: {
      opened: (lane) => ({ type: 'lane.opened', lane }),
      failed: (lane) => ({ type: 'lane.failed', lane }),
    },
    carryOut(command, lanes) {
      switch (command.type) {
        case 'lane.open':
          return lanes.offer(command.lane);
        case 'sample.start':
          return outflow.startSample();
        case 'sample.take':
          return outflow.takeSample();
        default:
          return;
      }
    },
    join: (tell) =>
      allotment.join((allowance) => {
        tell({ type: 'allowance.changed', allowance });
      }),
  });
}
