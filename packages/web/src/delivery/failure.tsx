import type { FailureCode } from '@burritoshare/core';

import { ForOperator } from '../ui/for-operator.tsx';
import { failureText } from './failures.ts';
import type { CopyPlace, Role } from './view.ts';

interface FailureProps {
  readonly code: FailureCode;
  readonly role: Role;
  /** On the receiver's page: where what has arrived lies. */
  readonly place?: CopyPlace;
}

/** What went wrong with a delivery; its headline is said by whoever shows it. */
export function Failure({ code, role, place }: FailureProps) {
  const { safe, next, operator } = failureText(code, role, place);
  return (
    <div data-testid="failure" data-code={code}>
      <p className="detail">{safe}</p>
      <p className="next">{next}</p>
      {operator !== undefined && <ForOperator>{operator}</ForOperator>}
    </div>
  );
}
