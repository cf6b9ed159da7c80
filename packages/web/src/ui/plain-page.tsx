import type { ReactNode } from 'react';

import { EmptyPlate } from '../art/plate.tsx';
import { Ground } from './ground.tsx';
import { Headline } from './headline.tsx';

/** A page that says one thing: what is the matter, and what to do. */
export function PlainPage({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="spread spread-tall">
      <Ground is="masa" />
      <div className="words">
        <Headline text={title} />
        <div className="plain">{children}</div>
      </div>
      <div className="thing">
        <EmptyPlate />
      </div>
    </div>
  );
}
