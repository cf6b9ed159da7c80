export { outflowMachine } from './machine.ts';
export { rateAllowance } from './pace.ts';
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
