import type {
  DeliveryState,
  EntrySet,
  FailureCode,
  PathKind,
  Pause,
  ReceiverDeliveryContext,
} from '@burritoshare/core';

/** The end of a delivery that this page is. */
export type Role = 'sender' | 'receiver';

/** The progress of a delivery, in figures to show. */
export interface Progress {
  /** Bytes that are safe: written and hashed. */
  readonly bytes: number;
  /** All bytes that have arrived. */
  readonly arrived: number;
  readonly total: number;
  /** Bytes per second; undefined while unknown. */
  readonly speed: number | undefined;
  /** Undefined while unknown. */
  readonly secondsLeft: number | undefined;
}

/** A file that did not arrive. */
export interface LostFile {
  /** Index in the manifest. */
  readonly file: number;
  readonly path: string;
  readonly code: FailureCode;
}

/** `none` while the two ends are apart, and where the browser doesn't say. */
export type ShownPath = PathKind | 'none';

/** The parts of a delivery that both pages show. */
export interface DeliveryView {
  readonly state: DeliveryState;
  /** What connects the two ends (SPEC.md, G11); the last one of a delivery that has ended. */
  readonly path: ShownPath;
  /**
   * Whether the person at the receiver has accepted it. After an interruption an accepted delivery goes on; another one
   * is forgotten.
   */
  readonly accepted: boolean;
  /** Whether it should be moving, but nothing has arrived for a while. */
  readonly quiet: boolean;
  /** The reasons why it is paused. */
  readonly pauses: readonly Pause[];
  readonly progress: Progress;
  readonly failure: FailureCode | undefined;
  readonly cancelledBy: 'me' | 'them' | undefined;
  /** Undefined until it is complete. */
  readonly receipt: ReceiptView | undefined;
  readonly lostFiles: readonly LostFile[];
  /** What the receiver has left out (SPEC.md, E). */
  readonly leftOut: EntrySet;
}

/** The digest that two people can compare (SPEC.md, D4). */
export interface ReceiptView {
  /** `ABCD-EFGH-JKMN`. */
  readonly short: string;
  /** The whole digest in groups of four; `short` is its beginning. */
  readonly whole: string;
}

/** Whether the files were handed to the person; see the receiver's delivery machine. */
export type HandedOver = ReceiverDeliveryContext['handedOver'];

/** Where the arrived bytes are kept: on the disk, or in memory that is lost with a private window or with this tab. */
export type CopyPlace = 'disk' | 'window' | 'tab';

/** The state of the receiver's end, finer than {@link DeliveryState}: the machine's own states. */
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
  | 'declined'
  | 'failed';

/** Whom or what a receiver without a connection waits for. `absentServer`: the server has not answered for a while. */
export type WaitingFor = ReceiverDeliveryContext['waitingFor'] | 'absentServer';

/** The phases of a complete delivery. */
export type ArrivedPhase = Extract<ReceiverPhase, 'unsaved' | 'saving' | 'saved' | 'discarded'>;

/** Whether all files have arrived. */
export function isArrived(phase: ReceiverPhase): phase is ArrivedPhase {
  return ARRIVED.has(phase);
}

const ARRIVED: ReadonlySet<ReceiverPhase> = new Set<ArrivedPhase>([
  'unsaved',
  'saving',
  'saved',
  'discarded',
]);

const ENDED: ReadonlySet<DeliveryState> = new Set(['complete', 'cancelled', 'declined', 'failed']);

/** Whether a delivery has not ended yet. */
export function isOngoing(state: DeliveryState): boolean {
  return !ENDED.has(state);
}

/** Whether a delivery is accepted and has not ended. Leaving the page now would interrupt it. */
export function isActive({ state, accepted }: Pick<DeliveryView, 'state' | 'accepted'>): boolean {
  return accepted && isOngoing(state);
}

/** Whether this tab is done with the delivery, so that another tab may open the link, or this one may try again. */
export function isOver(phase: ReceiverPhase): boolean {
  return isUnsuccessful(phase) || phase === 'discarded';
}

/** Whether the delivery ended without the files. */
export function isUnsuccessful(phase: ReceiverPhase): boolean {
  return phase === 'cancelled' || phase === 'declined' || phase === 'failed';
}

/** Whether single files can be left out or requested again: while the delivery moves, or could. */
export function canChooseFiles({ state }: Pick<DeliveryView, 'state'>): boolean {
  return state === 'moving' || state === 'paused';
}
