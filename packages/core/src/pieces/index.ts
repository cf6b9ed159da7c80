export { checkFrame } from './check-frame.ts';
export type { PlacedFrame } from './check-frame.ts';
export { absentEntries, leftOutBy, piecesOfEntries, takenOf } from './choice.ts';
export type { AbsenceCode, AbsentEntry, EntrySet } from './choice.ts';
export type { FailedFile } from './failed-files.ts';
export { heldMessages } from './held-messages.ts';
export {
  bareParcel,
  bitmapOf,
  isInParcel,
  lengthOfParcel,
  parcelOf,
  piecesInParcel,
  rangesOfParcel,
} from './parcels.ts';
export type { Parcel } from './parcels.ts';
export * from './piece-set.ts';
export { createPlan, ordinalAt, pieceAt, piecesOfFile, sizeOf, storageOffset } from './plan.ts';
export type { Plan } from './plan.ts';
export { bytesOfPieces } from './ranges.ts';
