export { signalingMachine } from './machine.ts';
export type {
  SignalingCommand,
  SignalingContext,
  SignalingEvent,
  SignalingInput,
} from './types.ts';
