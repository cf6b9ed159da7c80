import { formatBytes, formatDay } from '../ui/format.ts';
import { tallyWords, type Tally } from './summary.ts';
import type { ReceiptView, ShownPath } from './view.ts';

/** What is written on the slip besides the receipt. */
export interface SlipFacts extends Tally {
  /** The bundle's name. */
  readonly name: string;
  readonly bytes: number;
  readonly path: ShownPath;
  /** When it was delivered, in milliseconds since 1970. */
  readonly day: number;
  readonly from: string;
  readonly to: string;
}

interface ReceiptProps extends SlipFacts {
  readonly receipt: ReceiptView;
}

const PATHS: Readonly<Record<ShownPath, string>> = {
  none: '',
  local: 'in one network',
  direct: 'direct',
  relayed: 'relayed',
};

/** A slip of paper: what was delivered, and its short digest (SPEC.md, D4). */
export function Receipt({ receipt: { short, whole }, ...facts }: ReceiptProps) {
  const { name, bytes, path, day, from, to } = facts;
  return (
    <div className="slip-side">
      <div className="slip">
        <p className="slip-name">
          <bdi>{name}</bdi>
        </p>
        <div className="slip-facts">
          <span>{tallyWords(facts)}</span>
          <span>{formatBytes(bytes)}</span>
          <span>{formatDay(day)}</span>
          <span>{PATHS[path]}</span>
          <span>{`${from} to ${to}`}</span>
        </div>
        <p className="receipt-code" data-testid="receipt">
          {short}
        </p>
        <p className="receipt-why">Both pages show the same twelve.</p>
      </div>
      <details className="receipt-whole">
        <summary>Whole digest</summary>
        <p className="receipt-digest">{whole}</p>
        <p className="detail">
          Read the twelve to each other: if they match, nobody on the way has changed a name, a size
          or a byte. They are the beginning of this. Nobody else can make other files for it.
          Whoever made these could have prepared two versions with one receipt, but not with one
          whole digest.
        </p>
      </details>
    </div>
  );
}
