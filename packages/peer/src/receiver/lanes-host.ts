import {
  receiverLanesMachine,
  type ReceiverLanesCommand,
  type ReceiverLanesEvent,
} from '@burritoshare/core';
import {
  createLanesHost,
  type LanesHost,
  type LanesHostOptions,
} from '../connection/lanes-host.ts';
import { runMachine } from '../machine-host.ts';

export type ReceiverLanesHostOptions = Pick<
  LanesHostOptions<ReceiverLanesEvent, ReceiverLanesCommand>,
  'platform' | 'adopt' | 'iceServers' | 'dispatch' | 'failed'
>;

/** The further lanes of a receiver's newest generation. */
export function createReceiverLanesHost(
  options: ReceiverLanesHostOptions,
): LanesHost<ReceiverLanesEvent> {
  return createLanesHost<ReceiverLanesEvent, ReceiverLanesCommand>({
    ...options,
    run: (how) => runMachine(receiverLanesMachine, how),
    facts: {
      // No `opened`: the sender sees for itself that a lane is open.
      failed: (lane, chunks) => ({ type: 'lane.failed', lane, chunks }),
      taken: (lane, chunks) => ({ type: 'chunks.taken', lane, chunks }),
    },
    carryOut(command, lanes) {
      if (command.type === 'lane.join') lanes.join(command.lane);
      if (command.type === 'chunks.await') lanes.awaitChunks(command.lane, command.chunks);
    },
  });
}
