import { useSelector } from '@xstate/react';
import { useState } from 'react';

import { useHost } from '../delivery/host/use-host.ts';
import { useRetry } from '../delivery/host/use-retry.ts';
import { useRescuedFocus } from '../tab/use-rescued-focus.ts';
import { Choosing } from './choosing.tsx';
import { createSender } from './create-sender.ts';
import { Again, resume, type Claimed, type Resumption } from './kept/choose-again.tsx';
import type { Sender } from './kept/keeper.ts';
import { Sharing } from './sharing.tsx';
import { choiceOfHandles } from './source/entries.ts';
import { askToRead } from './source/file-handles.ts';

/** Where a bundle is chosen and shared. */
export function SenderPage() {
  const sender = useHost(createSender);
  useRetry(sender);
  return sender === undefined ? null : <SenderTab sender={sender} />;
}

function SenderTab({ sender }: { readonly sender: Sender }) {
  const offering = useSelector(sender.bundle, ({ value }) =>
    typeof value === 'string' ? undefined : value.offering,
  );
  const [claimed, setClaimed] = useState<Claimed>();
  const [unfit, setUnfit] = useState<readonly string[]>([]);
  const headingRef = useRescuedFocus<HTMLHeadingElement>(
    offering ?? (claimed === undefined ? 'choosing' : 'again'),
  );

  const goOn = (resumption: Resumption) => {
    setClaimed(undefined);
    setUnfit(resumption.unfit);
    sender.goOn(resumption);
  };
  const claim = async (id: string) => {
    const found = await claimFiles(sender, id);
    const resumption = found && resume(found);
    if (resumption === undefined) setClaimed(found);
    else goOn(resumption);
  };
  const putBack = () => {
    sender.disclaim();
    setClaimed(undefined);
  };
  const stop = () => {
    setUnfit([]);
    sender.stopSharing();
  };

  if (offering !== undefined) {
    return (
      <Sharing
        sender={sender}
        stage={offering}
        unfit={unfit}
        headingRef={headingRef}
        onStop={stop}
      />
    );
  }
  return claimed === undefined ? (
    <Choosing sender={sender} headingRef={headingRef} onGoOn={claim} />
  ) : (
    <Again claimed={claimed} headingRef={headingRef} onGoOn={goOn} onBack={putBack} />
  );
}

/** Takes a hold on a kept bundle and opens what its handles lead to, with the person's leave. */
async function claimFiles(sender: Sender, id: string): Promise<Claimed | undefined> {
  const bundle = await sender.claim(id);
  if (bundle === undefined) return undefined;
  return { bundle, had: await choiceOfHandles(await askToRead(bundle.roots)) };
}
