import type { SenderHost } from '@burritoshare/peer';
import { useSelector } from '@xstate/react';
import { useState, type RefObject } from 'react';

import { formatCount } from '../app/format.ts';
import { ChoosingView, type ChoosingProblem } from '../components/choosing-view.tsx';
import { useFileDrop } from '../hooks/use-file-drop.ts';
import { useHost } from '../hooks/use-host.ts';
import { useRescuedFocus } from '../hooks/use-rescued-focus.ts';
import { useRetry } from '../hooks/use-retry.ts';
import { useTitle } from '../hooks/use-title.ts';
import { createSender } from '../platform.ts';
import { choiceOfDrop, choiceOfFiles, type Choice } from '../sources/entries.ts';
import { Sharing } from './sharing.tsx';

/** Where a bundle is chosen and shared. */
export function SenderPage() {
  const host = useHost(createSender);
  useRetry(host);
  return host === undefined ? null : <SenderTab host={host} />;
}

function SenderTab({ host }: { readonly host: SenderHost }) {
  const stage = useSelector(host.bundle, ({ value }) =>
    typeof value === 'string' ? value : value.offering,
  );
  const isChoosing = stage === 'choosing' || stage === 'preparing';
  const headingRef = useRescuedFocus<HTMLHeadingElement>(isChoosing ? 'choosing' : stage);
  return isChoosing ? (
    <Choosing host={host} headingRef={headingRef} />
  ) : (
    <Sharing host={host} stage={stage} headingRef={headingRef} />
  );
}

interface ChoosingProps {
  readonly host: SenderHost;
  readonly headingRef: RefObject<HTMLHeadingElement | null>;
}

function Choosing({ host, headingRef }: ChoosingProps) {
  const refused = useSelector(host.bundle, ({ context }) => context.problem);
  const [unreadable, setUnreadable] = useState<string>();
  const [reading, setReading] = useState(false);
  const share = (choice: Choice) => {
    // Half of a folder is not what was chosen: nothing is shared until all of it can be read.
    setUnreadable(choice.unreadable[0]?.path);
    if (choice.unreadable.length > 0) return;
    const chosen = choice.items.map(({ entry, file }) => ({ entry, file }));
    host.choose(choice.name ?? formatCount(chosen.length, 'file'), chosen);
  };
  const shareFiles = (files: Iterable<File>) => share(choiceOfFiles(files));
  const shareDrop = (transfer: DataTransfer) => {
    setReading(true);
    void choiceOfDrop(transfer)
      .then(share)
      .finally(() => setReading(false));
  };
  const hovering = useFileDrop({ wanted: !reading, onDrop: shareDrop, onPaste: shareFiles });
  const problem: ChoosingProblem | undefined =
    unreadable === undefined
      ? refused && { kind: refused }
      : { kind: 'unreadable', path: unreadable };
  useTitle('');
  return (
    <ChoosingView
      headingRef={headingRef}
      hovering={hovering}
      reading={reading}
      problem={problem}
      onChoose={shareFiles}
    />
  );
}
