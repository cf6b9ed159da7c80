/** The short digest of what was delivered, and what it is good for. */
export function Receipt({ receipt, other }: { readonly receipt: string; readonly other: string }) {
  return (
    <div className="receipt">
      <p className="receipt-label">Receipt</p>
      <p className="receipt-code" data-testid="receipt">
        {receipt}
      </p>
      <p className="receipt-why">
        {other} sees the same six characters. Read them to each other: if they match, not one byte
        changed on the way.
      </p>
    </div>
  );
}
