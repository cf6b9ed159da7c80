import { fromBase64Url, equalBytes } from '../bytes.ts';
import { RemoteProtocolError } from '../errors.ts';
import {
  insertFailedFile,
  isListed,
  withoutFile,
  type FailedFile,
} from '../pieces/failed-files.ts';
import type { BundleDigest } from '../integrity/bundle-digest.ts';
import { addPage, beginManifest, finishManifest, isWhole } from '../protocol/manifest.ts';
import type {
  FailureCode,
  FinalRefusalCode,
  Manifest,
  ManifestEntry,
  WaitCode,
} from '../protocol/types.ts';
import type { Pause, ReceiverDeliveryContext, ReceiverDeliveryEvent } from './types.ts';

/** What is known of files that failed, and how much there is without them. */
interface Tally {
  readonly manifest: Manifest | undefined;
  readonly failedFiles: readonly FailedFile[];
  readonly total: number;
  readonly bytes: number;
}

/**
 * Takes a failed file out: there is less to deliver, and no more than that can have been delivered. A file
 * fails once; what isn't a file of the manifest changes nothing.
 */
export function loseFile(
  { manifest, failedFiles, total, bytes }: Tally,
  { file, code }: FailedFile,
): Pick<Tally, 'failedFiles' | 'total' | 'bytes'> {
  const entry = manifest?.entries[file];
  if (entry?.kind !== 'file' || isListed(failedFiles, file)) return { failedFiles, total, bytes };
  const left = total - entry.size;
  return {
    failedFiles: insertFailedFile(failedFiles, { file, code }),
    total: left,
    bytes: Math.min(bytes, left),
  };
}

/** Takes a file back in, which is tried again. */
export function regainFile(
  { manifest, failedFiles, total, bytes }: Tally,
  file: number,
): Pick<Tally, 'failedFiles' | 'total' | 'bytes'> {
  const entry = manifest?.entries[file];
  if (entry?.kind !== 'file' || !isListed(failedFiles, file)) return { failedFiles, total, bytes };
  return { failedFiles: withoutFile(failedFiles, file), total: total + entry.size, bytes };
}

/**
 * How much has come, chunk by chunk: what moves. What is safe is `bytes`, which counts pieces that are written and
 * hashed; a slow path takes seconds for one.
 */
export function arrivedBytes({
  arrived,
  bytes,
  total,
}: Pick<Tally, 'bytes' | 'total'> & { readonly arrived: number }): number {
  return Math.min(total, Math.max(bytes, arrived));
}

/** One more reason to hold still; the same list where it is there already. */
export function addPause(pauses: readonly Pause[], pause: Pause): readonly Pause[] {
  return pauses.includes(pause) ? pauses : [...pauses, pause];
}

export function withoutPauses(pauses: readonly Pause[], ended: readonly Pause[]): readonly Pause[] {
  return pauses.filter((pause) => !ended.includes(pause));
}

/** Whether an offer is the one that was accepted before: the same entries, whatever the bundle is called now. */
export function isSameOffer(accepted: Manifest | undefined, offered: Manifest): boolean {
  return (
    accepted !== undefined &&
    accepted.entries.length === offered.entries.length &&
    accepted.entries.every((entry, index) => isSameEntry(entry, offered.entries[index]))
  );
}

function isSameEntry(one: ManifestEntry, other: ManifestEntry | undefined): boolean {
  if (one.kind === 'folder') return other?.kind === 'folder' && one.path === other.path;
  return (
    other?.kind === 'file' &&
    one.path === other.path &&
    one.size === other.size &&
    one.modified === other.modified
  );
}

/** What becomes of what has arrived when a delivery fails: it stays, unless nobody could ever use it. */
export function sinkAfter(failure: FailureCode | undefined): 'close' | 'discard' {
  return failure !== undefined && USELESS.has(failure) ? 'discard' : 'close';
}

// Compared and not equal; from somebody who breaks the rules; of files that are not as they were offered, and so fail
// each time that they are asked for (R6); not wanted. `sender.ended` is none of these: whoever reloads the page right
// after a failure comes back under the failed delivery's id, and hears only that it is over (R7).
const USELESS: ReadonlySet<FailureCode> = new Set([
  'integrity',
  'protocol',
  'source.changed',
  'skipped',
]);

/** Whether the other side's digest, as it travels, is ours. */
export function isSameDigest(ours: BundleDigest | undefined, theirs: string): boolean {
  return ours !== undefined && equalBytes(ours.all, fromBase64Url(theirs));
}

/** What an offer or a page makes of a receiver's context. */
export type Collected =
  | { readonly kind: 'more'; readonly context: Partial<ReceiverDeliveryContext> }
  | { readonly kind: 'whole'; readonly manifest: Manifest }
  | { readonly kind: 'refused' };

/** M1 to M6: one message of the manifest. Never throws. */
export function collect(
  { partial }: ReceiverDeliveryContext,
  event: Extract<ReceiverDeliveryEvent, { type: 'offer.received' | 'page.received' }>,
): Collected {
  try {
    // One offer, then its pages.
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

/** How a delivery fails when the signaling server refuses its seat for good. */
export function failureOfRefusal(code: FinalRefusalCode): FailureCode {
  return code === 'idle' ? 'room.idle' : 'refused';
}

/** What a receiver waits for whom the server has no place for now. */
export function waitFor(code: WaitCode): ReceiverDeliveryContext['waitingFor'] {
  return code === 'room.full' ? 'place' : 'serverPlace';
}
