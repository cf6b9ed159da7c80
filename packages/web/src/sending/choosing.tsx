import { useSelector } from '@xstate/react';
import { useState, type RefObject } from 'react';

import { useAnnounce } from '../tab/use-announcer.ts';
import { useTitle } from '../tab/use-title.ts';
import { ChoosingView, type ChoosingProblem } from './choosing-view.tsx';
import { EarlierBundles } from './kept/earlier-bundles.tsx';
import type { Sender } from './kept/keeper.ts';
import { useEarlierBundles } from './kept/use-earlier-bundles.ts';
import { choiceOfFiles, type Choice } from './source/entries.ts';
import { useChoosing } from './source/use-choosing.ts';
import { useTexts } from './texts/use-texts.ts';
import { WriteText } from './texts/write-text.tsx';

interface ChoosingProps {
  readonly sender: Sender;
  readonly headingRef: RefObject<HTMLHeadingElement | null>;
  /** Goes on with a kept bundle, as far as it can be had. */
  readonly onGoOn: (id: string) => Promise<void>;
}

/** Where a bundle is chosen, or one from before is gone on with. */
export function Choosing({ sender, headingRef, onGoOn }: ChoosingProps) {
  const refused = useSelector(sender.bundle, ({ context }) => context.problem);
  const [unreadable, setUnreadable] = useState<string>();
  const texts = useTexts();
  const share = (choice: Choice) => {
    // Half of a folder is not what was chosen: nothing is shared until all of it can be read.
    setUnreadable(choice.unreadable[0]?.path);
    if (choice.unreadable.length > 0) return;
    const files = choice.items.map(({ entry, file }) => ({ entry, file }));
    sender.choose({ name: choice.name, files, roots: choice.roots });
  };
  const choosing = useChoosing(
    // Nothing is no choice, also where texts wait for one.
    (choice) => share(choice.items.length === 0 ? choice : texts.joined(choice)),
    (text) => texts.paste(text),
  );
  const problem: ChoosingProblem | undefined =
    unreadable === undefined
      ? refused && { kind: refused }
      : { kind: 'unreadable', path: unreadable };
  useTitle('');
  return (
    <ChoosingView
      {...choosing}
      headingRef={headingRef}
      problem={problem}
      writing={<WriteText texts={texts} onShare={() => share(texts.joined(choiceOfFiles([])))} />}
    >
      <Earlier sender={sender} headingRef={headingRef} onGoOn={onGoOn} />
    </ChoosingView>
  );
}

function Earlier({ sender, headingRef, onGoOn }: ChoosingProps) {
  const [bundles, refresh] = useEarlierBundles();
  const [opening, setOpening] = useState<string>();
  const announce = useAnnounce();
  const goOn = async (id: string) => {
    setOpening(id);
    await onGoOn(id);
    setOpening(undefined);
    // Still here: another tab was quicker.
    refresh();
  };
  const stop = async (id: string) => {
    await sender.erase(id).catch(() => undefined);
    announce('No longer shared.');
    // The buttons go with the row.
    headingRef.current?.focus();
    refresh();
  };
  const rows = bundles.map(({ bundle, isElsewhere, isOwn }) => {
    const { id, manifest, created, roots } = bundle;
    const state = isElsewhere ? ('elsewhere' as const) : ('here' as const);
    return {
      id,
      manifest,
      created,
      hasHandles: roots.length > 0,
      state: id === opening ? ('opening' as const) : state,
      isOwn,
    };
  });
  return (
    <EarlierBundles rows={rows} onGoOn={(id) => void goOn(id)} onStop={(id) => void stop(id)} />
  );
}
