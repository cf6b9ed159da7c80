export { createAssembler } from './assembler.ts';
export type { Assembled, Assembler, AssemblerOptions } from './assembler.ts';
export { inflowMachine } from './machine.ts';
export type {
  InflowCommand,
  InflowContext,
  InflowEvent,
  InflowInput,
  StoreFailureCode,
} from './types.ts';
