import { useState } from 'react';

import { useAnnounce } from './use-announcer.ts';

/** Milliseconds that a button says `Copied`. */
const COPIED_TIME = 2_500;

interface CopyOptions {
  readonly text: string;
  /** What is announced. */
  readonly words: { readonly copied: string; readonly refused: string };
  /** Selects the text, so that it can be copied by hand. */
  readonly onRefused: () => void;
}

/** What has become of the last attempt; `copied` for a while. */
type Copying = 'at rest' | 'copied' | 'refused';

/** Copies a text to the clipboard. */
export function useCopy({
  text,
  words,
  onRefused,
}: CopyOptions): readonly [copying: Copying, copy: () => Promise<void>] {
  const [copying, setCopying] = useState<Copying>('at rest');
  const announce = useAnnounce();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      announce(words.copied);
      setCopying('copied');
      setTimeout(() => setCopying('at rest'), COPIED_TIME);
    } catch {
      onRefused();
      announce(words.refused);
      setCopying('refused');
    }
  };
  return [copying, copy];
}
