import { useEffect, useState } from 'react';

import { decide, HEAD_BYTES, type Decision } from './decide.ts';
import { Drawn, Media } from './media.tsx';
import { TextOf } from './text-of.tsx';
import { UNLOADED_WORDS, useLoaded } from './use-loaded.ts';
import { PREVIEW_WORDS } from './words.ts';

/** Reads a file that has arrived, by its index in the manifest. */
export type ReadFile = (file: number) => Promise<Blob>;

export interface PreviewProps {
  readonly file: number;
  readonly path: string;
  /** The same function each time: another one reads the file again. */
  readonly onRead: ReadFile;
}

/** A file as it was found. */
interface Found {
  readonly blob: Blob;
  readonly head: Uint8Array<ArrayBuffer>;
  readonly decision: Decision;
}

type Told = keyof typeof PREVIEW_WORDS;

/** A file that has arrived, or why it can't be shown. */
export function Preview({ file, path, onRead }: PreviewProps) {
  const [found, setFound] = useState<Found | Told>('reading');
  useEffect(() => {
    let isOver = false;
    const set = (next: Found | Told): void => {
      if (!isOver) setFound(next);
    };
    find(path, onRead(file)).then(set, () => set('unread'));
    return () => {
      isOver = true;
    };
  }, [file, path, onRead]);
  if (typeof found === 'string') {
    return (
      <p className="preview-words" role="status" key={found}>
        {PREVIEW_WORDS[found]}
      </p>
    );
  }
  return <Contents {...found} path={path} onFail={setFound} />;
}

async function find(path: string, reading: Promise<Blob>): Promise<Found | Told> {
  const blob = await reading;
  const head = new Uint8Array(await blob.slice(0, HEAD_BYTES).arrayBuffer());
  const decision = decide(path, blob.size, head);
  if (decision.as === 'nothing') return decision.why;
  return decision.as === 'text' && blob.size === 0 ? 'empty' : { blob, head, decision };
}

interface ContentsProps extends Found {
  readonly path: string;
  /** The same function each time. */
  readonly onFail: (why: 'unknown') => void;
}

function Contents({ blob, head, decision, path, onFail }: ContentsProps) {
  const name = path.slice(path.lastIndexOf('/') + 1);
  switch (decision.as) {
    case 'text':
      return <TextOf head={head} size={blob.size} encoding={decision.encoding} name={name} />;
    case 'svg':
      return <Drawn blob={blob} name={name} onFail={onFail} />;
    case 'pdf':
      return <Pdf blob={blob} name={name} onFail={onFail} />;
    case 'nothing':
      return null;
    default:
      return (
        <Media blob={blob} as={decision.as} type={decision.type} name={name} onFail={onFail} />
      );
  }
}

const loadPdf = async () => (await import('./pdf-of.tsx')).PdfOf;

function Pdf(props: Pick<ContentsProps, 'blob' | 'onFail'> & { readonly name: string }) {
  const PdfOf = useLoaded(loadPdf);
  if (typeof PdfOf === 'function') return <PdfOf {...props} />;
  const words = PdfOf === 'failed' ? UNLOADED_WORDS : PREVIEW_WORDS.reading;
  return (
    <p className="preview-words" role="status" key={words}>
      {words}
    </p>
  );
}
