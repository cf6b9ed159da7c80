import { formatFragment, readGift } from '@burritoshare/core';
import { useId } from 'react';

import { Button } from '../../ui/button.tsx';

/** What a receiver has handed back. Nothing is asked of anybody before the person looks (SPEC.md, B4). */
export function GivenBack({ gifts }: { readonly gifts: readonly string[] }) {
  return gifts.map((gift) => <Gift key={gift} gift={gift} />);
}

function Gift({ gift }: { readonly gift: string }) {
  const id = useId();
  return (
    <div className="given-back" data-testid="given-back">
      <p className="strong">They handed something back.</p>
      <p className="detail" id={id}>
        It may be a stranger’s link: nothing proves who made it. Whoever shares it learns your
        network address once you look.
      </p>
      <Button data-testid="look" aria-describedby={id} onClick={() => look(gift)}>
        Look
      </Button>
    </div>
  );
}

// Under this origin, whatever else was meant; and in a tab of its own: this one still has a link to share.
function look(gift: string): void {
  const link = readGift(gift);
  if (link !== undefined) window.open(`/${formatFragment(link)}`, '_blank', 'noopener');
}
