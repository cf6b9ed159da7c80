import { ok } from 'node:assert/strict';
import { addPiece, emptyPieces, type PieceSet } from '../../src/pieces/piece-set.ts';
import type { PieceRange } from '../../src/protocol/types.ts';
import { pieceAt, type Plan } from '../../src/pieces/plan.ts';
import { leafOf } from './transfer-content.ts';

/** A receiver's sink through all generations: its contents outlive every connection. */
export class TransferStore {
  readonly disk: readonly Uint8Array[];
  /** Pieces that were given to it and are not settled. */
  pending = 0;
  private readonly plan: Plan;
  private readonly leaves = new Map<number, Uint8Array>();
  /** Pieces written after their file had failed: they may come once more. */
  private readonly unwanted = new Set<number>();

  constructor(plan: Plan, sizes: readonly number[]) {
    this.plan = plan;
    this.disk = sizes.map((size) => new Uint8Array(size));
  }

  write(ordinal: number, bytes: Uint8Array, isWanted: boolean): void {
    ok(!this.leaves.has(ordinal) || this.unwanted.has(ordinal), 'I3: a piece commits once');
    this.unwanted.delete(ordinal);
    if (!isWanted) this.unwanted.add(ordinal);
    const { file, offset } = pieceAt(this.plan, ordinal);
    this.disk[file]?.set(bytes, offset);
    this.leaves.set(ordinal, leafOf(bytes));
  }

  forget(ranges: readonly PieceRange[]): void {
    for (const { first, end } of ranges)
      for (let ordinal = first; ordinal < end; ordinal++)
        ok(this.leaves.delete(ordinal), 'I4: only what is held is forgotten');
  }

  /** The pieces that it holds. */
  list(): PieceSet {
    ok(this.pending === 0, 'R2: not everything has been settled');
    this.unwanted.clear();
    return [...this.leaves.keys()].reduce(addPiece, emptyPieces);
  }

  leafAt(ordinal: number): Uint8Array {
    const leaf = this.leaves.get(ordinal);
    ok(leaf !== undefined, 'a piece that is not held');
    return leaf;
  }

  /** Changes a copy that it holds, as if the source had been different then. */
  alter(pick: number): void {
    const ordinals = [...this.leaves.keys()];
    const ordinal = ordinals[pick % Math.max(1, ordinals.length)];
    if (ordinal === undefined) return;
    const { file, offset, length } = pieceAt(this.plan, ordinal);
    const bytes = this.disk[file]?.subarray(offset, offset + length);
    ok(bytes !== undefined);
    const place = pick % length;
    bytes[place] = (bytes[place] ?? 0) ^ 0x55;
    this.leaves.set(ordinal, leafOf(bytes));
  }
}
