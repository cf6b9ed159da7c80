import { useEffect, useEffectEvent, useState } from 'react';

interface FileDropOptions {
  /** Whether files are wanted now. If not, a drop does nothing, and the browser stays on the page. */
  readonly wanted: boolean;
  readonly onDrop: (transfer: DataTransfer) => void;
  readonly onPaste: (files: readonly File[]) => void;
  /** Takes text that is pasted outside of fields; undefined where it isn't wanted. */
  readonly onPasteText?: ((text: string) => void) | undefined;
}

/** Takes files that are dropped anywhere on the page, or pasted. Returns whether files are dragged over it. */
export function useFileDrop({ wanted, onDrop, onPaste, onPasteText }: FileDropOptions): boolean {
  const [hovering, setHovering] = useState(false);
  const over = useEffectEvent((event: DragEvent) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = wanted ? 'copy' : 'none';
    setHovering(wanted);
  });
  const leave = useEffectEvent((event: DragEvent) => {
    // Going from one element of the page to another is not leaving the page.
    if (event.relatedTarget === null) setHovering(false);
  });
  const drop = useEffectEvent((event: DragEvent) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    setHovering(false);
    if (wanted) onDrop(event.dataTransfer);
  });
  const paste = useEffectEvent((event: ClipboardEvent) => {
    const { clipboardData } = event;
    if (!wanted || clipboardData === null) return;
    const files = Array.from(clipboardData.files);
    const text = clipboardData.getData('text/plain');
    // Programs that copy text often add a picture of it.
    if (text !== '' && isInField(event)) return;
    if (files.length > 0) onPaste(files);
    else if (text.trim() !== '' && onPasteText !== undefined) onPasteText(text);
    else return;
    event.preventDefault();
  });
  useEffect(() => {
    const listeners = new AbortController();
    const { signal } = listeners;
    window.addEventListener('dragover', (event) => over(event), { signal });
    window.addEventListener('dragleave', (event) => leave(event), { signal });
    window.addEventListener('drop', (event) => drop(event), { signal });
    window.addEventListener('paste', (event) => paste(event), { signal });
    return () => listeners.abort();
  }, []);
  return hovering;
}

/** A field takes the text that is pasted into it. */
function isInField({ target }: Event): boolean {
  return target instanceof Element && target.closest('input, textarea, [contenteditable]') !== null;
}
