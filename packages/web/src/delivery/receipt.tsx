import type { ReceiptView } from './view.ts';

interface ReceiptProps {
  readonly receipt: ReceiptView;
  /** Who sees the same one. */
  readonly other: string;
}

/** The short digest of what was delivered, and what it is good for: what it proves, and against whom (SPEC.md, D4). */
export function Receipt({ receipt: { short, whole }, other }: ReceiptProps) {
  return (
    <div className="receipt">
      <p className="receipt-label">Receipt</p>
      <p className="receipt-code" data-testid="receipt">
        {short}
      </p>
      <p className="receipt-why">
        {other} sees the same twelve characters. Read them to each other: if they match, nobody on
        the way has changed a name, a size or a byte.
      </p>
      <details className="receipt-whole">
        <summary>Whole digest</summary>
        <p className="receipt-digest">{whole}</p>
        <p className="receipt-why">
          The receipt is its beginning. Nobody else can make other files for it. Whoever made these
          could have prepared two versions with one receipt, but not with one whole digest.
        </p>
      </details>
    </div>
  );
}
