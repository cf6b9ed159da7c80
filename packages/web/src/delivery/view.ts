import type {
  DeliveryState,
  FailureCode,
  Pause,
  ReceiverDeliveryContext,
} from '@burritoshare/core';

/** Which end of a delivery this page is. */
export type Role = 'sender' | 'receiver';

/** How far a delivery is, in figures fit to be shown. */
export interface Progress {
  /** What is safe: written and hashed. */
  readonly bytes: number;
  /** What moves: everything that has come. */
  readonly arrived: number;
  readonly total: number;
  /** Bytes per second; undefined while unknown. */
  readonly speed: number | undefined;
  /** Undefined while unknown. */
  readonly secondsLeft: number | undefined;
}

/** A file that did not make it, by name. */
export interface LostFile {
  /** Index in the manifest. */
  readonly file: number;
  readonly path: string;
  readonly code: FailureCode;
}

/** What both pages show of a delivery. */
export interface DeliveryView {
  readonly state: DeliveryState;
  /** Whether the receiver's person wants it: what is interrupted goes on then, and is forgotten otherwise. */
  readonly accepted: boolean;
  /** Whether it is moving, and nothing has moved for a while. */
  readonly quiet: boolean;
  /** What holds it up. */
  readonly pauses: readonly Pause[];
  readonly progress: Progress;
  readonly failure: FailureCode | undefined;
  readonly cancelledBy: 'me' | 'them' | undefined;
  /** When complete. */
  readonly receipt: ReceiptView | undefined;
  readonly lostFiles: readonly LostFile[];
}

/** What two people can compare (SPEC.md, D4). */
export interface ReceiptView {
  /** `ABCD-EFGH-JKMN`. */
  readonly short: string;
  /** All of what it is the beginning of, in groups of four. */
  readonly whole: string;
}

/** How far the files have got to the person; see the receiver's delivery machine. */
export type HandedOver = ReceiverDeliveryContext['handedOver'];

/** Where what has arrived lies: on the disk, or in memory that goes with a private window or with this tab. */
export type CopyPlace = 'disk' | 'window' | 'tab';

/** Where the receiver's end stands, finer than {@link DeliveryState}: the machine's own states. */
export type ReceiverPhase =
  | 'connecting'
  | 'offered'
  | 'interrupted'
  | 'preparing'
  | 'moving'
  | 'paused'
  | 'verifying'
  | 'unsaved'
  | 'saving'
  | 'saved'
  | 'discarded'
  | 'cancelled'
  | 'failed';

/** What a receiver without a connection waits for: `absentServer` is a server that has been silent for too long. */
export type WaitingFor = ReceiverDeliveryContext['waitingFor'] | 'absentServer';

/** The phases with everything here: the delivery is complete. */
export type ArrivedPhase = Extract<ReceiverPhase, 'unsaved' | 'saving' | 'saved' | 'discarded'>;

/** Whether everything is here. */
export function isArrived(phase: ReceiverPhase): phase is ArrivedPhase {
  return ARRIVED.has(phase);
}

const ARRIVED: ReadonlySet<ReceiverPhase> = new Set<ArrivedPhase>([
  'unsaved',
  'saving',
  'saved',
  'discarded',
]);

/** Not at an end yet. */
export function isOngoing(state: DeliveryState): boolean {
  return state !== 'complete' && state !== 'cancelled' && state !== 'failed';
}

/** Accepted, and not at an end yet: leaving the page now would cost somebody something. */
export function isActive({ state, accepted }: Pick<DeliveryView, 'state' | 'accepted'>): boolean {
  return accepted && isOngoing(state);
}

/** Neither on its way nor of any use any more: another tab may have the link, and this one may try again. */
export function isOver(phase: ReceiverPhase): boolean {
  return isUnsuccessful(phase) || phase === 'discarded';
}

/** Ended without the files. */
export function isUnsuccessful(phase: ReceiverPhase): boolean {
  return phase === 'cancelled' || phase === 'failed';
}

/** Whether single files can be left out or asked for again: while they move, or could. */
export function canChooseFiles({ state }: Pick<DeliveryView, 'state'>): boolean {
  return state === 'moving' || state === 'paused';
}
