export { signalingMachine } from './machine.ts';
export { backoffDelay } from './rules.ts';
export type {
  SignalingCommand,
  SignalingContext,
  SignalingEvent,
  SignalingInput,
} from './types.ts';
