export { checkFrame } from './check-frame.ts';
export type { FailedFile } from './failed-files.ts';
export { heldMessages } from './held-messages.ts';
export * from './piece-set.ts';
export { createPlan, ordinalAt, pieceAt, piecesOfFile, sizeOf, storageOffset } from './plan.ts';
export type { Plan } from './plan.ts';
export { bytesOfPieces } from './ranges.ts';
