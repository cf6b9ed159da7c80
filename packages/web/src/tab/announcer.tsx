import { useCallback, useState, type ReactNode } from 'react';

import { AnnounceContext } from './use-announcer.ts';

/** Sentences kept: enough that several at once are all heard. */
const KEPT = 6;

interface Said {
  readonly id: number;
  readonly sentence: string;
}

/** Speaks for everything inside of it, politely, to people who listen to the page. */
export function Announcer({ children }: { readonly children: ReactNode }) {
  const [said, setSaid] = useState<readonly Said[]>([]);
  const announce = useCallback((sentence: string) => {
    if (sentence === '') return;
    setSaid((before) => [
      ...before.slice(1 - KEPT),
      { id: (before.at(-1)?.id ?? 0) + 1, sentence },
    ]);
  }, []);
  return (
    <AnnounceContext value={announce}>
      {children}
      <div className="unseen" role="log" aria-label="What has happened">
        {said.map(({ id, sentence }) => (
          <p key={id}>{sentence}</p>
        ))}
      </div>
    </AnnounceContext>
  );
}
