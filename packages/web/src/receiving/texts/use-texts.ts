import type { Manifest } from '@burritoshare/core';
import type { ReceiverHost } from '@burritoshare/peer';
import { useEffect, useState } from 'react';

import { decodeText } from './decode-text.ts';

/** Texts that are shown, at most: a stranger could send thousands, and each takes memory and a place on the page. */
const TEXTS_SHOWN = 20;

/** A text that has arrived. */
interface ArrivedText {
  /** Index in the manifest. */
  readonly file: number;
  readonly path: string;
  readonly text: string;
}

/** Texts to show, and how many more there are. */
interface ArrivedTexts {
  readonly shown: readonly ArrivedText[];
  readonly others: number;
}

const NONE: ArrivedTexts = { shown: [], others: 0 };

/**
 * Reads the texts of a delivery that has arrived.
 *
 * @param read - the same function each time.
 */
export function useTexts(manifest: Manifest | undefined, read: ReceiverHost['read']): ArrivedTexts {
  const [texts, setTexts] = useState(NONE);
  useEffect(() => {
    if (manifest === undefined) return;
    let isWanted = true;
    void readTexts(manifest, read).then((found) => {
      if (isWanted) setTexts(found);
    });
    return () => {
      isWanted = false;
    };
  }, [manifest, read]);
  return texts;
}

async function readTexts({ entries }: Manifest, read: ReceiverHost['read']): Promise<ArrivedTexts> {
  const texts = Array.from(entries, ({ kind, path }, file) => ({ kind, path, file })).filter(
    ({ kind }) => kind === 'text',
  );
  const shown: ArrivedText[] = [];
  for (const { file, path } of texts.slice(0, TEXTS_SHOWN)) {
    const text = await readText(file, read);
    if (text !== undefined) shown.push({ file, path, text });
  }
  return { shown, others: Math.max(0, texts.length - TEXTS_SHOWN) };
}

// What has failed, was left out or can't be read any more is not there to be shown.
async function readText(file: number, read: ReceiverHost['read']): Promise<string | undefined> {
  try {
    const blob = await read(file);
    return decodeText(await blob.arrayBuffer());
  } catch {
    return undefined;
  }
}
