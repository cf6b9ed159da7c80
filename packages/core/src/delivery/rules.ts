import { fromBase64Url, equalBytes } from '../bytes.ts';
import { RemoteProtocolError } from '../errors.ts';
import {
  insertFailedFile,
  isListed,
  withoutFile,
  type FailedFile,
} from '../pieces/failed-files.ts';
import type { BundleDigest } from '../integrity/bundle-digest.ts';
import {
  areEntryRanges,
  bytesOfEntries,
  commonRanges,
  takesSome,
  withoutEntries,
  type EntrySet,
} from '../pieces/choice.ts';
import { hasPiece, piecesOf, rangesOf } from '../pieces/piece-set.ts';
import { createPlan } from '../pieces/plan.ts';
import { addPage, beginManifest, finishManifest, isWhole } from '../protocol/manifest.ts';
import { hasBytes } from '../protocol/types.ts';
import type {
  EntryRange,
  FailureCode,
  FinalRefusalCode,
  Manifest,
  ManifestEntry,
  WaitCode,
} from '../protocol/types.ts';
import type { Pause, ReceiverDeliveryContext, ReceiverDeliveryEvent } from './types.ts';

/** Placeholder for a manifest where none can be missing. */
export const NO_MANIFEST: Manifest = { name: '', entries: [], bytes: 0 };

/** The files that failed or were left out, and the bytes without them. */
interface Tally {
  readonly manifest: Manifest | undefined;
  readonly failedFiles: readonly FailedFile[];
  readonly leftOut: EntrySet;
  readonly total: number;
  readonly bytes: number;
}

/**
 * Takes a failed file out: the total shrinks, and the delivered bytes can't exceed it. A file fails once; an index
 * without a file, or of one that was left out, changes nothing.
 */
export function loseFile(
  { manifest, failedFiles, leftOut, total, bytes }: Tally,
  { file, code }: FailedFile,
): Pick<Tally, 'failedFiles' | 'total' | 'bytes'> {
  const entry = manifest?.entries[file];
  if (!hasBytes(entry) || isListed(failedFiles, file) || hasPiece(leftOut, file))
    return { failedFiles, total, bytes };
  const left = total - entry.size;
  return {
    failedFiles: insertFailedFile(failedFiles, { file, code }),
    total: left,
    bytes: Math.min(bytes, left),
  };
}

/** Puts a file that is retried back in. */
export function regainFile(
  { manifest, failedFiles, total, bytes }: Tally,
  file: number,
): Pick<Tally, 'failedFiles' | 'total' | 'bytes'> {
  const entry = manifest?.entries[file];
  if (!hasBytes(entry) || !isListed(failedFiles, file)) return { failedFiles, total, bytes };
  return { failedFiles: withoutFile(failedFiles, file), total: total + entry.size, bytes };
}

/** Whether these ranges can be left out of an offer: they are of its entries, and leave some (SPEC.md, E2). */
export function isChoice(
  manifest: Manifest | undefined,
  left: readonly EntryRange[] | undefined,
): boolean {
  if (left === undefined) return true;
  const entries = manifest?.entries.length ?? 0;
  return areEntryRanges(left, entries) && takesSome(piecesOf(left), entries);
}

/** Puts entries back in that were left out. Those that were not are ignored. */
export function takeEntries(
  { manifest, leftOut, total }: Tally,
  ranges: readonly EntryRange[],
): Pick<Tally, 'leftOut' | 'total'> {
  const taken = piecesOf(commonRanges(leftOut, piecesOf(ranges)));
  return {
    leftOut: withoutEntries(leftOut, rangesOf(taken)),
    total: total + bytesOfEntries(createPlan(manifest ?? NO_MANIFEST), taken),
  };
}

/**
 * Bytes that have arrived, chunk by chunk, which shows that something moves. `bytes` counts only pieces that are
 * written and hashed, and on a slow path one takes seconds.
 */
export function arrivedBytes({
  arrived,
  bytes,
  total,
}: Pick<Tally, 'bytes' | 'total'> & { readonly arrived: number }): number {
  return Math.min(total, Math.max(bytes, arrived));
}

/** Adds a pause; returns the same list if it is there already. */
export function addPause(pauses: readonly Pause[], pause: Pause): readonly Pause[] {
  return pauses.includes(pause) ? pauses : [...pauses, pause];
}

export function withoutPauses(pauses: readonly Pause[], ended: readonly Pause[]): readonly Pause[] {
  return pauses.filter((pause) => !ended.includes(pause));
}

/** Whether an offer is the one that was accepted before: the same entries, even if the bundle's name has changed. */
export function isSameOffer(accepted: Manifest | undefined, offered: Manifest): boolean {
  return (
    accepted !== undefined &&
    accepted.entries.length === offered.entries.length &&
    accepted.entries.every((entry, index) => isSameEntry(entry, offered.entries[index]))
  );
}

function isSameEntry(one: ManifestEntry, other: ManifestEntry | undefined): boolean {
  if (one.path !== other?.path) return false;
  switch (one.kind) {
    case 'folder':
      return other.kind === 'folder';
    case 'text':
      return other.kind === 'text' && one.size === other.size;
    case 'file':
      return other.kind === 'file' && one.size === other.size && one.modified === other.modified;
  }
}

/** The fate of the stored pieces when a delivery fails: they stay, unless they can never be used. */
export function sinkAfter(failure: FailureCode | undefined): 'close' | 'discard' {
  return failure !== undefined && USELESS.has(failure) ? 'discard' : 'close';
}

// Failures that make the stored pieces useless: they were compared and differ; the other side breaks the rules; the
// files have changed since they were offered, so that they fail each time they are asked for (R6); the files were
// skipped. `sender.ended` is not in the list: a receiver whose page is reloaded right after a failure comes back under
// the failed delivery's id, and learns only that it is over (R7).
const USELESS: ReadonlySet<FailureCode> = new Set([
  'integrity',
  'protocol',
  'source.changed',
  'skipped',
]);

/** Whether the other side's digest, in base64url, equals ours. */
export function isSameDigest(ours: BundleDigest | undefined, theirs: string): boolean {
  return ours !== undefined && equalBytes(ours.all, fromBase64Url(theirs));
}

/** The result of an offer or a page. */
export type Collected =
  | { readonly kind: 'more'; readonly context: Partial<ReceiverDeliveryContext> }
  | { readonly kind: 'whole'; readonly manifest: Manifest }
  | { readonly kind: 'refused' };

/** M1 to M6: adds one message of the manifest. Never throws. */
export function collect(
  { partial }: ReceiverDeliveryContext,
  event: Extract<ReceiverDeliveryEvent, { type: 'offer.received' | 'page.received' }>,
): Collected {
  try {
    // First one offer, then its pages.
    if ((event.type === 'offer.received') === (partial !== undefined)) return { kind: 'refused' };
    const next =
      event.type === 'offer.received'
        ? beginManifest({ ...event, type: 'offer' })
        : partial && addPage(partial, { ...event, type: 'page' });
    if (next === undefined) return { kind: 'refused' };
    return isWhole(next)
      ? { kind: 'whole', manifest: finishManifest(next) }
      : { kind: 'more', context: { partial: next } };
  } catch (error) {
    if (error instanceof RemoteProtocolError) return { kind: 'refused' };
    throw error;
  }
}

/** The failure of a delivery whose seat the signaling server refuses for good. */
export function failureOfRefusal(code: FinalRefusalCode): FailureCode {
  return code === 'idle' ? 'room.idle' : 'refused';
}

/** The place that a receiver waits for, after this refusal. */
export function waitFor(code: WaitCode): ReceiverDeliveryContext['waitingFor'] {
  return code === 'room.full' ? 'place' : 'serverPlace';
}
