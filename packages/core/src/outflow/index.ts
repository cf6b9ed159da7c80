export { outflowMachine } from './machine.ts';
export { rateAllowance } from './pace.ts';
export type {
  OpenPiece,
  OutflowCommand,
  OutflowContext,
  OutflowEvent,
  OutflowInput,
  OutflowLane,
  ReadPiece,
} from './types.ts';
