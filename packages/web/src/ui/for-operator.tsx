import type { ReactNode } from 'react';

/** What only an operator can change, out of the way of everybody else. */
export function ForOperator({ children }: { readonly children: ReactNode }) {
  return (
    <details className="more">
      <summary>For whoever runs this server</summary>
      <p className="detail">{children}</p>
    </details>
  );
}
