export { outflowMachine } from './machine.ts';
export { rateAllowance } from './pacer.ts';
export type {
  Goodput,
  OpenPiece,
  OutflowCommand,
  OutflowContext,
  OutflowEvent,
  OutflowInput,
  OutflowLane,
  ReadPiece,
} from './types.ts';
