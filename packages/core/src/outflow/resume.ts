// Pieces that the receiver says it holds, and files that are tried again, on the sender's side (SPEC.md: R, K6).

import { CHECK_PIECES } from '../constants.ts';
import { commonRanges, countFiles, piecesOfEntries, withoutEntries } from '../pieces/choice.ts';
import { hasFailed, removeFailedFile } from '../pieces/failed-files.ts';
import {
  addRange,
  emptyPieces,
  missingRanges,
  piecesOf,
  rangesOf,
  removeRange,
  type PieceSet,
} from '../pieces/piece-set.ts';
import type { EntryRange, PieceRange } from '../protocol/types.ts';
import { endOfParcel, nextParcel } from '../pieces/parcels.ts';
import { fileOfPiece, piecesOfFile, type Plan } from '../pieces/plan.ts';
import { bytesOfPieces, pagesOfRanges } from '../pieces/ranges.ts';
import type { OutflowCommand, OutflowContext } from './types.ts';

/** Whether pieces that look delivered may still have to be sent. */
export function isInDoubt(context: OutflowContext): boolean {
  const { checking, questions, again, retries } = context;
  return (
    checking !== undefined ||
    questions > 0 ||
    again.size > 0 ||
    retries.length > 0 ||
    nextToCheck(context) !== undefined
  );
}

/** Whether a file failed and no retry of it has been requested since. */
export function isRetriable({ failedFiles, retries }: OutflowContext, file: number): boolean {
  return hasFailed(failedFiles, file) && !retries.includes(file);
}

/** Whether the receiver answers a question that was not asked (R4). */
export function isUnasked(
  { asked, questions }: OutflowContext,
  ranges: readonly PieceRange[],
): boolean {
  return questions === 0 || ranges.some((range) => missingRanges(asked, range).length > 0);
}

/**
 * Pieces that were compared are equal, or the receiver is told to take them again (R4). The order passes them over
 * either way: pieces that differ are sent when the receiver answers, not before.
 */
export function recordChecked(
  context: OutflowContext,
  different: readonly PieceRange[],
): readonly [OutflowContext, readonly OutflowCommand[]] {
  const ranges = rangesOf(piecesOf(different));
  const { checking } = context;
  const compared = checking === undefined ? 0 : checking.end - checking.first;
  const messages = pagesOfRanges(ranges);
  return [
    {
      ...context,
      checking: undefined,
      // They may be in `unchecked` again if the file failed meanwhile.
      unchecked: ranges.reduce(removeRange, context.unchecked),
      heldBytes: context.heldBytes - bytesOfPieces(context.plan, piecesOf(ranges)),
      asked: ranges.reduce(addRange, context.asked),
      questions: context.questions + messages.length,
    },
    [
      { type: 'compared.send', pieces: compared },
      ...messages.map((page): OutflowCommand => ({ type: 'again.send', ranges: page })),
    ],
  ];
}

/** The receiver lacks these pieces: they are sent before those that the order has not reached. */
export function recordMissing(
  context: OutflowContext,
  { ranges, more }: { readonly ranges: readonly PieceRange[]; readonly more: boolean },
): OutflowContext {
  const questions = context.questions - (more ? 0 : 1);
  const again = ranges.reduce(addRange, context.again);
  return {
    ...context,
    questions,
    asked: questions === 0 ? emptyPieces : ranges.reduce(removeRange, context.asked),
    again: withoutFailed(context, again),
  };
}

export function recordRetry(context: OutflowContext, file: number): OutflowContext {
  return { ...context, retries: [...context.retries, file] };
}

/**
 * E5: what was left out is taken in, and the receiver is told, as it is of a file that is tried again (K6). Nothing of it
 * has been opened in this generation, so nothing has to be settled before.
 */
export function takeIn(
  context: OutflowContext,
  ranges: readonly EntryRange[],
): readonly [OutflowContext, readonly OutflowCommand[]] {
  const { plan } = context;
  const taken = piecesOf(commonRanges(context.leftOut, piecesOf(ranges)));
  const pieces = piecesOfEntries(plan, taken);
  const messages = pagesOfRanges(rangesOf(taken));
  return [
    {
      ...context,
      leftOut: withoutEntries(context.leftOut, rangesOf(taken)),
      files: context.files + countFiles(plan, taken),
      asked: pieces.reduce(addRange, context.asked),
      // The order passes them over: they are sent once the receiver has answered.
      held: pieces.reduce(addRange, context.held),
      questions: context.questions + messages.length,
    },
    messages.map((page) => ({ type: 'entries.take', ranges: page })),
  ];
}

/** Asks for the next comparison. Retries files once no chunk of any file is out. */
export function resumeCommands(
  context: OutflowContext,
  commands: OutflowCommand[],
): OutflowContext {
  return retryFiles(checkNext(dropFailed(context), commands), commands);
}

// Drops pieces to be sent again whose file has failed meanwhile.
function dropFailed(context: OutflowContext): OutflowContext {
  return context.again.size === 0
    ? context
    : { ...context, again: withoutFailed(context, context.again) };
}

function checkNext(context: OutflowContext, commands: OutflowCommand[]): OutflowContext {
  const range = context.checking === undefined ? nextToCheck(context) : undefined;
  if (range === undefined) return context;
  commands.push({ type: 'pieces.check', ...range });
  return { ...context, checking: range, unchecked: removeRange(context.unchecked, range) };
}

// Pieces of one file at a time, so that an unreadable file is one failure, or whole small files that a pack would hold.
function nextToCheck(context: OutflowContext): PieceRange | undefined {
  const { plan, unchecked, failedFiles, packBytes } = context;
  const isDue = (ordinal: number): boolean => !hasFailed(failedFiles, fileOfPiece(plan, ordinal));
  for (const { first, end } of rangesOf(unchecked)) {
    for (let from = first; from < end; from = endOfFile(plan, from)) {
      if (!isDue(from)) continue;
      const next = (ordinal: number): number =>
        ordinal < end && isDue(ordinal) ? ordinal : plan.pieces;
      const together = endOfParcel(nextParcel(plan, from, next, packBytes));
      const ofFile = Math.min(end, endOfFile(plan, from), from + CHECK_PIECES);
      return { first: from, end: Math.max(together, ofFile) };
    }
  }
  return undefined;
}

// K6: the receiver may only be asked what it lacks of a file when no chunk of that file is in flight, and when no
// answer is due that could name the same pieces.
function retryFiles(context: OutflowContext, commands: OutflowCommand[]): OutflowContext {
  const { plan, retries, lanes, lost, ahead, openedBytes, creditedBytes } = context;
  const isOut =
    openedBytes !== creditedBytes ||
    lanes.some(({ open }) => open !== undefined) ||
    lost.length > 0 ||
    ahead.some((piece) => piece.lost !== undefined);
  if (retries.length === 0 || isOut || context.questions > 0) return context;
  let { failedFiles, asked, held } = context;
  for (const file of retries) {
    const { first, count } = piecesOfFile(plan, file);
    const range = { first, end: first + count };
    failedFiles = removeFailedFile(failedFiles, file);
    asked = addRange(asked, range);
    // The receiver answers which pieces it lacks; the others have been compared, or were read here.
    held = addRange(held, range);
    commands.push({ type: 'file.retry', file });
  }
  const questions = context.questions + retries.length;
  return { ...context, failedFiles, asked, held, questions, retries: [] };
}

function withoutFailed({ plan, failedFiles }: OutflowContext, pieces: PieceSet): PieceSet {
  return failedFiles.list.reduce((left, { file }) => {
    const { first, count } = piecesOfFile(plan, file);
    return removeRange(left, { first, end: first + count });
  }, pieces);
}

// Where the file of a piece ends.
function endOfFile(plan: Plan, ordinal: number): number {
  const { first, count } = piecesOfFile(plan, fileOfPiece(plan, ordinal));
  return first + count;
}
