import { equal, ok } from 'node:assert/strict';
import type { OutflowEvent } from '../../src/outflow/index.ts';
import type { PieceRange } from '../../src/protocol/types.ts';
import { fileOfPiece, piecesOfFile, type Plan } from '../../src/pieces/plan.ts';

/**
 * The pieces that a sender has compared, those that it has asked its receiver about, and those that the receiver lacks.
 */
export class OutflowQuestions {
  checking: PieceRange | undefined;
  /** Answers that are still due. */
  open = 0;
  readonly asked = new Set<number>();
  /** Pieces that the receiver lacks and that have not been loaded since. */
  readonly lacking = new Set<number>();
  readonly compared = new Set<number>();
  readonly retried = new Set<number>();
  private readonly plan: Plan;
  private readonly failed = new Set<number>();
  /** Files that failed while they were compared. */
  private readonly cut = new Set<number>();

  constructor(plan: Plan) {
    this.plan = plan;
  }

  note(event: OutflowEvent): void {
    if (event.type === 'pieces.checked') {
      for (const one of ordinalsOf(this.checking))
        if (!this.cut.has(fileOfPiece(this.plan, one))) this.compared.add(one);
      for (const range of event.different)
        for (const ordinal of ordinalsOf(range)) this.compared.add(ordinal);
      this.checking = undefined;
    }
    if (event.type !== 'missing.received') return;
    if (!event.more) this.open -= 1;
    for (const range of event.ranges) {
      for (const ordinal of ordinalsOf(range)) {
        this.asked.delete(ordinal);
        if (!this.failed.has(fileOfPiece(this.plan, ordinal))) this.lacking.add(ordinal);
      }
    }
  }

  check(range: PieceRange): void {
    equal(this.checking, undefined, 'R3: one comparison at a time');
    ok(range.first < range.end, 'R3: compares nothing');
    for (const ordinal of ordinalsOf(range))
      equal(this.compared.has(ordinal), false, 'R3: compares twice');
    const files = new Set(ordinalsOf(range).map((ordinal) => fileOfPiece(this.plan, ordinal)));
    const isWhole = (file: number): boolean => piecesOfFile(this.plan, file).count === 1;
    ok(files.size === 1 || [...files].every(isWhole), 'R3: of one file, or of small ones');
    this.checking = range;
    this.cut.clear();
  }

  /** R3: a comparison may end early at a file that can't be read. */
  fail(file: number): void {
    this.failed.add(file);
    this.cut.add(file);
    for (const ordinal of this.lacking)
      if (fileOfPiece(this.plan, ordinal) === file) this.lacking.delete(ordinal);
  }

  askAgain(ranges: readonly PieceRange[]): void {
    this.open += 1;
    for (const range of ranges) for (const ordinal of ordinalsOf(range)) this.asked.add(ordinal);
  }

  askRetried(file: number): void {
    const { first, count } = piecesOfFile(this.plan, file);
    this.failed.delete(file);
    this.retried.add(file);
    this.askAgain([{ first, end: first + count }]);
  }
}

function ordinalsOf(range: PieceRange | undefined): readonly number[] {
  if (range === undefined) return [];
  return Array.from({ length: range.end - range.first }, (_, index) => range.first + index);
}
