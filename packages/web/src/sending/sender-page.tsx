import { useSelector } from '@xstate/react';
import { useState } from 'react';

import { useHost } from '../delivery/host/use-host.ts';
import { useRetry } from '../delivery/host/use-retry.ts';
import { useRescuedFocus } from '../tab/use-rescued-focus.ts';
import { Choosing } from './choosing.tsx';
import { createSender } from './create-sender.ts';
import { ChooseAgain, resume, type LockedBundle, type Resumption } from './kept/choose-again.tsx';
import type { Sender } from './kept/keeper.ts';
import { Sharing } from './sharing.tsx';
import { choiceOfHandles } from './source/entries.ts';
import { askToRead } from './source/file-handles.ts';

interface SenderPageProps {
  /** The channel to a tab that is told the link; undefined where nothing is handed back. */
  readonly giving: string | undefined;
}

/** Where a bundle is chosen and shared. */
export function SenderPage({ giving }: SenderPageProps) {
  const sender = useHost(createSender);
  useRetry(sender);
  return sender === undefined ? null : <SenderTab sender={sender} giving={giving} />;
}

function SenderTab({ sender, giving }: SenderPageProps & { readonly sender: Sender }) {
  const offering = useSelector(sender.bundle, ({ value }) =>
    typeof value === 'string' ? undefined : value.offering,
  );
  const [locked, setLocked] = useState<LockedBundle>();
  const [unfit, setUnfit] = useState<readonly string[]>([]);
  const headingRef = useRescuedFocus<HTMLHeadingElement>(
    offering ?? (locked === undefined ? 'choosing' : 'again'),
  );

  const goOn = (resumption: Resumption) => {
    setLocked(undefined);
    setUnfit(resumption.unfit);
    sender.goOn(resumption);
  };
  const lock = async (id: string) => {
    const found = await lockFiles(sender, id);
    const resumption = found && resume(found);
    if (resumption === undefined) setLocked(found);
    else goOn(resumption);
  };
  const putBack = () => {
    sender.unlock();
    setLocked(undefined);
  };
  const stop = () => {
    setUnfit([]);
    sender.stopSharing();
  };

  if (offering !== undefined) {
    return (
      <Sharing
        sender={sender}
        giving={giving}
        stage={offering}
        unfit={unfit}
        headingRef={headingRef}
        onStop={stop}
      />
    );
  }
  return locked === undefined ? (
    <Choosing sender={sender} headingRef={headingRef} onGoOn={lock} />
  ) : (
    <ChooseAgain locked={locked} headingRef={headingRef} onGoOn={goOn} onBack={putBack} />
  );
}

/** Locks a kept bundle and opens its file handles, after asking for permission. */
async function lockFiles(sender: Sender, id: string): Promise<LockedBundle | undefined> {
  const bundle = await sender.lock(id);
  if (bundle === undefined) return undefined;
  return { bundle, found: await choiceOfHandles(await askToRead(bundle.roots)) };
}
