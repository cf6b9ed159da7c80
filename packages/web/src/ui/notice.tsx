import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

/** A line that asks for attention without getting in the way. */
export function Notice({ children }: { readonly children: ReactNode }) {
  return (
    <div className="notice">
      <CircleAlert className="icon notice-icon" aria-hidden="true" />
      <div className="notice-text">{children}</div>
    </div>
  );
}
