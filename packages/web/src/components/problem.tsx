import type { FailureCode } from '@burritoshare/core';
import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

import { failureText } from '../app/failures.ts';
import type { Role } from '../app/view.ts';

/** What went wrong with a delivery; its headline is said by whoever shows it. */
export function Failure({ code, role }: { readonly code: FailureCode; readonly role: Role }) {
  const { safe, next } = failureText(code, role);
  return (
    <div data-testid="failure" data-code={code}>
      <p className="detail">{safe}</p>
      <p className="next">{next}</p>
    </div>
  );
}

/** A line that asks for attention without getting in the way. */
export function Notice({ children }: { readonly children: ReactNode }) {
  return (
    <div className="notice">
      <CircleAlert className="icon notice-icon" aria-hidden="true" />
      <div className="notice-text">{children}</div>
    </div>
  );
}
