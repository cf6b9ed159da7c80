import { useMemo } from 'react';

import { cutWords } from './words.ts';

interface TextOfProps {
  /** The first bytes of the file, or all of it. */
  readonly head: Uint8Array<ArrayBuffer>;
  /** Bytes of the whole file. */
  readonly size: number;
  readonly encoding: string;
  readonly name: string;
}

/** A text as it is written. Whatever it is, a page or a program, here it is letters. */
export function TextOf({ head, size, encoding, name }: TextOfProps) {
  const isCut = size > head.byteLength;
  const text = useMemo(
    // As a stream it drops the beginning of a letter that was cut.
    () => new TextDecoder(encoding).decode(head, { stream: isCut }),
    [head, encoding, isCut],
  );
  return (
    <>
      {/* It scrolls: without a pointer one has to get there. */}
      <pre
        className="preview-text"
        dir="auto"
        translate="no"
        tabIndex={0}
        role="region"
        aria-label={`Text of ${name}`}
      >
        {text}
      </pre>
      {isCut && <p className="preview-words">{cutWords(head.byteLength, size)}</p>}
    </>
  );
}
