import type { ReactNode } from 'react';

import { Mark } from './logo.tsx';

/** A page that says one thing: what is the matter, and what to do. */
export function PlainPage({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}) {
  return (
    <>
      <h1 className="page-title" tabIndex={-1}>
        <span key={title}>{title}</span>
      </h1>
      <div className="card plain">
        <Mark className="plain-mark" />
        {children}
      </div>
    </>
  );
}
