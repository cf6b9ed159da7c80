import { useState } from 'react';

import { downloadBlob } from '../ui/blob-download.ts';
import { Button } from '../ui/button.tsx';
import { formatBytes, formatDay } from '../ui/format.ts';
import type { SlipWords } from './slip-picture.ts';
import { tallyWords, type Tally } from './summary.ts';
import type { ReceiptView, ShownPath } from './view.ts';

/** What is written on the slip besides the receipt. */
export interface SlipFacts extends Tally {
  /** The bundle's name. */
  readonly name: string;
  readonly bytes: number;
  readonly path: ShownPath;
  /** When it was delivered, in milliseconds since 1970. */
  readonly day: number;
  readonly from: string;
  readonly to: string;
}

interface ReceiptProps extends SlipFacts {
  readonly receipt: ReceiptView;
}

const PATHS: Readonly<Record<ShownPath, string>> = {
  none: '',
  local: 'in one network',
  direct: 'direct',
  relayed: 'relayed',
};

const WHY = 'Same on both pages.';

/** A slip of paper: what was delivered, and its short digest (SPEC.md, D4). */
export function Receipt({ receipt: { short, whole }, ...facts }: ReceiptProps) {
  const { name, path, from, to } = facts;
  const [files, bytes] = [tallyWords(facts), formatBytes(facts.bytes)];
  const [day, way, people] = [formatDay(facts.day), PATHS[path], `${from} to ${to}`];
  const words = {
    name,
    facts: [
      [files, bytes],
      [day, way],
      [people, ''],
    ],
    code: short,
    below: WHY,
  } as const;
  return (
    <div className="slip-side">
      <div className="slip">
        <p className="slip-name">
          <bdi>{name}</bdi>
        </p>
        <div className="slip-facts">
          <span>{files}</span>
          <span>{bytes}</span>
          <span>{day}</span>
          <span>{way}</span>
          <span>{people}</span>
        </div>
        <p className="receipt-code" data-testid="receipt">
          {short}
        </p>
        <p className="receipt-why">{WHY}</p>
      </div>
      <KeepPicture words={words} />
      <details className="receipt-whole">
        <summary>Whole digest</summary>
        <p className="receipt-digest">{whole}</p>
        <p className="detail">
          Read the twelve to each other: if they match, nobody on the way has changed a name, a size
          or a byte. They are the beginning of this. Nobody else can make other files for it.
          Whoever made these could have prepared two versions with one receipt, but not with one
          whole digest.
        </p>
      </details>
    </div>
  );
}

function KeepPicture({ words }: { readonly words: SlipWords }) {
  const [state, setState] = useState<'ready' | 'drawing' | 'failed'>('ready');
  const keep = async () => {
    setState('drawing');
    try {
      const { drawSlip } = await import('./slip-picture.ts');
      downloadBlob(await drawSlip(words), `Receipt ${words.code}.png`);
      setState('ready');
    } catch {
      setState('failed');
    }
  };
  return (
    <div className="receipt-keep">
      <Button
        kind="quiet"
        aria-disabled={state === 'drawing'}
        onClick={() => state !== 'drawing' && void keep()}
      >
        Keep as picture
      </Button>
      {/* Always there, so that what comes into it is spoken. */}
      <p className="detail" role="status">
        {state === 'failed' && 'The picture could not be made. The twelve characters say the same.'}
      </p>
    </div>
  );
}
