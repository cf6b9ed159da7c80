import {
  addPiece,
  emptyPieces,
  piecesOf,
  rangesOf,
  removeRange,
  type PieceSet,
} from '../pieces/piece-set.ts';
import type { JournalRecord, JournalState } from './types.ts';

type Leaves = Map<number, Uint8Array>;

/** The state of an empty journal. */
function emptyState(): JournalState {
  return {
    pieces: emptyPieces,
    leaves: new Map(),
    generation: 0,
    finished: undefined,
    leftOut: emptyPieces,
    renewed: undefined,
  };
}

/** The state of a journal with one more record. The given state is not changed. */
export function foldRecord(state: JournalState, record: JournalRecord): JournalState {
  return foldInto(state, new Map(state.leaves), record);
}

/** Folds the records of a journal from its start, with one map of leaves for all of them. */
export function foldAll(records: Iterable<JournalRecord>): JournalState {
  const leaves: Leaves = new Map();
  let state: JournalState = { ...emptyState(), leaves };
  for (const record of records) state = foldInto(state, leaves, record);
  return state;
}

function foldInto(state: JournalState, leaves: Leaves, record: JournalRecord): JournalState {
  switch (record.type) {
    case 'stored': {
      let { pieces } = state;
      for (const { ordinal, leaf } of record.pieces) {
        pieces = addPiece(pieces, ordinal);
        leaves.set(ordinal, leaf);
      }
      return { ...state, pieces, leaves, finished: undefined };
    }
    case 'forgotten': {
      const pieces = record.ranges.reduce(removeRange, state.pieces);
      forget(leaves, state.pieces, pieces);
      return { ...state, pieces, leaves, finished: undefined };
    }
    case 'generation':
      return { ...state, generation: Math.max(state.generation, record.generation) };
    case 'finished': {
      const { digest, absent } = record;
      return { ...state, finished: { digest, absent, handedOver: undefined } };
    }
    case 'chosen':
      return { ...state, leftOut: piecesOf(record.leftOut), finished: undefined };
    case 'handedOver': {
      const { finished } = state;
      return { ...state, finished: finished && { ...finished, handedOver: record.time } };
    }
    case 'renewed': {
      const { delivery, token } = record;
      return { ...state, generation: 0, finished: undefined, renewed: { delivery, token } };
    }
  }
}

// Removes only leaves that are held: the forgotten range may be far longer.
function forget(leaves: Leaves, before: PieceSet, after: PieceSet): void {
  const gone = rangesOf(after).reduce(removeRange, before);
  for (const { first, end } of rangesOf(gone))
    for (let ordinal = first; ordinal < end; ordinal++) leaves.delete(ordinal);
}
