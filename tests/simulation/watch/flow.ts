import {
  bytesOfPieces,
  CHUNK_BYTES,
  countPieces,
  hasPiece,
  LANE_SHARE_MIN,
  PACK_SPAN,
  piecesOf,
  piecesInParcel,
  piecesOfEntries,
  rangesOf,
  type InflowContext,
  type OutflowContext,
  type PieceSet,
  type SenderLanesContext,
  type Plan,
} from '@burritoshare/core';
import type { ActorRefLike, AnyMachineSnapshot } from 'xstate';
import type { Place } from '../world/place.ts';
import type { ReceiverParty } from '../world/receiver-party.ts';
import type { DiskSink } from '../world/sink.ts';
import type { Memory } from './watch.ts';

export type OutflowSnapshot = AnyMachineSnapshot & { readonly context: OutflowContext };
export type LanesSnapshot = AnyMachineSnapshot & { readonly context: SenderLanesContext };
export type InflowSnapshot = AnyMachineSnapshot & { readonly context: InflowContext };

/** Checks I1 at the sender's end. */
export function checkOutflow(place: Place, { context, value }: OutflowSnapshot): void {
  const { openedBytes, creditUpTo } = context;
  if (value === 'idle' || value === 'stopped') return;
  checkOpened(place, context);
  if (openedBytes > creditUpTo)
    place.violated(`I1: ${openedBytes} bytes are opened, and the credit is ${creditUpTo}`);
}

// E3: nothing that was left out is read or opened.
function checkOpened(place: Place, { plan, lanes, ahead, leftOut }: OutflowContext): void {
  const left = piecesOfEntries(plan, leftOut);
  if (left.length === 0) return;
  for (const parcel of [...ahead, ...lanes.flatMap(({ open }) => open ?? [])])
    for (const { ordinal } of piecesInParcel(plan, parcel))
      if (left.some(({ first, end }) => first <= ordinal && ordinal < end))
        place.violated(`E3: piece ${ordinal} is open, and it was left out`);
}

/** Checks W6 on the lane that has just been given chunks. */
export function checkManners(
  place: Place,
  { context }: OutflowSnapshot,
  event: { readonly type: string; readonly lane?: number; readonly buffered?: number },
): void {
  const { inFlightLimit, lanes } = context as OutflowContext;
  if (event.type !== 'chunks.sent' || inFlightLimit === undefined) return;
  const used = lanes.filter(({ use }) => use !== 'closing').length;
  const share = Math.max(LANE_SHARE_MIN, inFlightLimit / Math.max(1, used));
  // A sender counts on whole messages, and not on the bitmaps of packs (F7).
  const most = share + Math.ceil(share / CHUNK_BYTES) * (PACK_SPAN / 8);
  if ((event.buffered ?? 0) > most)
    place.violated(`W6: lane ${event.lane} has ${event.buffered} bytes in flight, for ${most}`);
}

/** Checks W6 at the sender's lanes. */
export function checkLanes(place: Place, { context }: LanesSnapshot): void {
  const { lanes, polite } = context as SenderLanesContext;
  const used = lanes.filter(({ state }) => state === 'open').length + 1;
  if (used > polite)
    place.violated(`W6: ${used} lanes are used where ${polite} leave room for others`);
}

export interface SeenInflow {
  readonly sink: DiskSink;
  readonly who: string;
  readonly actor: ActorRefLike;
  readonly event: { readonly type: string };
  readonly previous: AnyMachineSnapshot | undefined;
  readonly snapshot: InflowSnapshot;
}

/** Checks I1 and I3 at the receiver's end. */
export function checkInflow(place: Place, memory: Memory, seen: SeenInflow): void {
  const { sink, who, actor, event, snapshot } = seen;
  const { context } = snapshot;
  const { plan, stored, storedBytes, settledBytes, windowStart, grantedUpTo } = context;
  const most = 2 * windowStart;
  if (sink.bufferedBytes > most)
    place.violated(
      `I1: ${who} buffers ${sink.bufferedBytes} bytes, and the window is ${most} at most`,
    );
  const flow = memory.flows.get(actor) ?? { base: sink.storedBytes, credited: 0 };
  memory.flows.set(actor, flow);
  const before = seen.previous?.context as InflowContext | undefined;
  if (event.type === 'piece.stored') flow.credited += settledBytes - (before?.settledBytes ?? 0);
  const written = sink.storedBytes - flow.base;
  if (flow.credited > written)
    place.violated(`I1: ${who} gives credit for ${flow.credited} bytes and has stored ${written}`);
  if (grantedUpTo > most + settledBytes)
    place.violated(`I1: ${who} gives credit for more than is settled`);
  if (
    before !== undefined &&
    before.stored === stored &&
    before.failedFiles === context.failedFiles &&
    before.leftOut === context.leftOut
  )
    return;
  if (storedBytes !== bytesOfPieces(plan, stored))
    place.violated(
      `I3: ${who} counts ${storedBytes} bytes and holds ${bytesOfPieces(plan, stored)}`,
    );
  if (context.missing !== missingOf(context))
    place.violated(`I3: ${who} misses ${context.missing} pieces, and lacks ${missingOf(context)}`);
  if (before !== undefined) checkNew(place, seen, before.stored);
}

/** E3: nothing of what the person has left out is taken, and nothing credited for it. */
export function checkLeftOut(
  place: Place,
  { name, choice }: ReceiverParty,
  { context }: InflowSnapshot,
): void {
  const { plan, given, stored, discarded } = context;
  for (const entry of choice.left)
    for (const { first, end } of piecesOfEntries(
      plan,
      piecesOf([{ first: entry, end: entry + 1 }]),
    ))
      if ([given, stored, discarded].some((pieces) => countPieces(pieces, first, end) > 0))
        place.violated(`E3: ${name} has left entry ${entry} out, and it comes`);
}

// Checks that the new pieces of the set are on the disk.
function checkNew(place: Place, { sink, who, snapshot }: SeenInflow, before: PieceSet): void {
  for (const { first, end } of rangesOf(snapshot.context.stored))
    for (let ordinal = first; ordinal < end; ordinal++)
      if (!hasPiece(before, ordinal) && !sink.folder.data.has(ordinal))
        place.violated(`I1: ${who} says that piece ${ordinal} is written, and it isn't`);
}

function missingOf({ plan, stored, failedFiles, leftOut }: InflowContext): number {
  let missing = plan.pieces - countPieces(stored);
  for (const { first, end } of piecesOfEntries(plan, leftOut)) missing -= end - first;
  for (const { file } of failedFiles.list) missing -= missingOfFile(plan, stored, file);
  return missing;
}

function missingOfFile(plan: Plan, stored: PieceSet, file: number): number {
  const first = plan.firstPieces[file] ?? 0;
  const end = plan.firstPieces[file + 1] ?? plan.pieces;
  return end - first - countPieces(stored, first, end);
}
