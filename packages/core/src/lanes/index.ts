export { laneAllowance } from './rules.ts';
export { receiverLanesMachine } from './receiver-machine.ts';
export { senderLanesMachine } from './sender-machine.ts';
export type {
  ReceiverLanesCommand,
  ReceiverLanesContext,
  ReceiverLanesEvent,
  Sample,
  SenderLane,
  SenderLanesCommand,
  SenderLanesContext,
  SenderLanesEvent,
} from './types.ts';
