import { useState } from 'react';

import { useFileDrop } from '../../tab/use-file-drop.ts';
import { choiceOfDrop, choiceOfFiles, choiceOfHandles, type Choice } from './entries.ts';

/** The props that a page which takes files passes to its drop area. */
interface Choosing {
  readonly hovering: boolean;
  /** Whether the chosen items are being read. */
  readonly reading: boolean;
  readonly onChoose: (files: Iterable<File>) => void;
  readonly onPick: (handles: readonly FileSystemHandle[]) => void;
}

/**
 * Takes files in every way: chosen, picked, dropped anywhere, pasted.
 *
 * @param onText - takes pasted text, where that is wanted.
 */
export function useChoosing(
  onChoice: (choice: Choice) => void,
  onText?: (text: string) => void,
): Choosing {
  const [reading, setReading] = useState(false);
  const look = (choice: Promise<Choice>) => {
    setReading(true);
    void choice.then(onChoice).finally(() => setReading(false));
  };
  const onChoose = (files: Iterable<File>) => onChoice(choiceOfFiles(files));
  const hovering = useFileDrop({
    wanted: !reading,
    onDrop: (transfer) => look(choiceOfDrop(transfer)),
    onPaste: onChoose,
    onPasteText: onText,
  });
  return { hovering, reading, onChoose, onPick: (handles) => look(choiceOfHandles(handles)) };
}
