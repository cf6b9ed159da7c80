import { createPlan, hasPiece, pieceAt, piecesOfFile, type EntrySet } from '@burritoshare/core';
import type { AnyMachineSnapshot } from 'xstate';
import { isSafe } from '../world/disk.ts';
import type { Place } from '../world/place.ts';
import type { ReceiverParty } from '../world/receiver-party.ts';
import type { SenderParty } from '../world/sender-party.ts';
import type { DiskSink } from '../world/sink.ts';

/** I2, I3: checks that a complete delivery equals the offer, byte for byte. */
export function checkContents(
  place: Place,
  { name, sink, choice }: ReceiverParty,
  sender: SenderParty,
  { context }: AnyMachineSnapshot,
): void {
  const { failedFiles, leftOut, handedOver } = context as {
    readonly failedFiles: readonly { readonly file: number }[];
    readonly leftOut: EntrySet;
    readonly handedOver: string;
  };
  // E: absent is what the person has left out, but for what they have wanted since and has come.
  for (const entry of sender.files.keys()) {
    const isAbsent = hasPiece(leftOut, entry);
    if (isAbsent ? !choice.left.has(entry) && !choice.taken.has(entry) : choice.left.has(entry))
      place.violated(`E2: ${name} is complete, and entry ${entry} is not as was chosen`);
  }
  if (sink === undefined || handedOver === 'finished') return;
  const { data, input } = sink.folder;
  const plan = createPlan(input.manifest);
  for (const [file, { versions }] of sender.files.entries()) {
    if (failedFiles.some((failed) => failed.file === file) || hasPiece(leftOut, file)) continue;
    const { first, count } = piecesOfFile(plan, file);
    // A file that was replaced in the middle without a sign is the same mixture on both ends. So compare each piece
    // separately.
    const isOfVersion = (ordinal: number): boolean => {
      const { offset, length } = pieceAt(plan, ordinal);
      const stored = data.get(ordinal);
      return versions.some(
        (version) =>
          stored !== undefined &&
          Buffer.compare(stored.bytes, version.subarray(offset, offset + length)) === 0,
      );
    };
    const ordinals = Array.from({ length: count }, (_, index) => first + index);
    if (!ordinals.every(isOfVersion))
      place.violated(`I2: ${name} is complete, and file ${file} is not what was offered`);
  }
}

/** I4: checks that all journaled pieces are on the disk, and that no safe piece is missing, also after a crash. */
export function checkReopened(place: Place, who: string, { folder, found }: DiskSink): void {
  const plan = createPlan(folder.input.manifest);
  for (const [ordinal, leaf] of found.leaves)
    if (!isSafe(folder, pieceAt(plan, ordinal), leaf))
      place.violated(`I4: ${who}'s journal has piece ${ordinal}, and its bytes are not there`);
  for (const ordinal of folder.safe.pieces)
    if (!hasPiece(found.pieces, ordinal))
      place.violated(`I4: piece ${ordinal} was journaled and flushed, and ${who} has lost it`);
  if (found.generation < folder.safe.generation)
    place.violated(`G1: ${who} has forgotten generation ${folder.safe.generation}`);
}
