import { fromBase64Url, equalBytes } from '../bytes.ts';
import { RemoteProtocolError } from '../errors.ts';
import { addPage, beginManifest, finishManifest, isWhole } from '../protocol/manifest.ts';
import type { FailureCode, Manifest, RefusalCode } from '../protocol/types.ts';
import type { FailedFile, ReceiverDeliveryContext, ReceiverDeliveryEvent } from './types.ts';

/** With files that failed, there is less to deliver, and no more than that can have been delivered. */
export function withFailedFiles(
  { manifest, bytes }: { readonly manifest: Manifest | undefined; readonly bytes: number },
  failedFiles: readonly FailedFile[],
): { readonly failedFiles: readonly FailedFile[]; readonly total: number; readonly bytes: number } {
  if (manifest === undefined) return { failedFiles, total: 0, bytes: 0 };
  const lost = failedFiles.reduce((sum, { file }) => sum + sizeOf(manifest, file), 0);
  const total = manifest.bytes - lost;
  return { failedFiles, total, bytes: Math.min(bytes, total) };
}

function sizeOf(manifest: Manifest, file: number): number {
  const entry = manifest.entries[file];
  return entry?.kind === 'file' ? entry.size : 0;
}

/** A file fails once; what isn't a file of the manifest changes nothing. */
export function recordFailedFile(
  manifest: Manifest | undefined,
  failedFiles: readonly FailedFile[],
  failed: FailedFile,
): readonly FailedFile[] {
  const isFile = manifest?.entries[failed.file]?.kind === 'file';
  const isKnown = failedFiles.some(({ file }) => file === failed.file);
  return isFile && !isKnown
    ? [...failedFiles, { file: failed.file, code: failed.code }]
    : failedFiles;
}

/** Whether the other side's digest, as it travels, is ours. */
export function isSameDigest(ours: Uint8Array | undefined, theirs: string): boolean {
  return ours !== undefined && equalBytes(ours, fromBase64Url(theirs));
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

/** How a delivery fails when the signaling server refuses its seat. */
export function failureOfRefusal(code: RefusalCode): FailureCode {
  switch (code) {
    case 'room.full':
      return 'room.full';
    case 'idle':
      return 'room.idle';
    default:
      return 'refused';
  }
}
