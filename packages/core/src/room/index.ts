export { roomMachine } from './machine.ts';
export { closeCodeOf, proveSeat, refusalOf, socketEventOf, type SeatProof } from './rules.ts';
export type * from './types.ts';
