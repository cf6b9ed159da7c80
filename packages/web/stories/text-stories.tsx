import { TEXT_BYTES_MAX } from '@burritoshare/core';
import type { ReactNode } from 'react';

import { TextBlock } from '../src/receiving/texts/text-block.tsx';
import { ChoosingView } from '../src/sending/choosing-view.tsx';
import type { Texts } from '../src/sending/texts/use-texts.ts';
import { WriteText } from '../src/sending/texts/write-text.tsx';
import { nothing } from './fixtures.ts';

const NO_TEXTS: Texts = {
  added: [],
  names: [],
  draft: undefined,
  problem: undefined,
  pastes: 0,
  open: nothing,
  close: nothing,
  write: nothing,
  paste: nothing,
  add: () => false,
  remove: nothing,
  joined: (choice) => choice,
};

function writing(changes: Partial<Texts>): ReactNode {
  return (
    <ChoosingView
      hovering={false}
      reading={false}
      problem={undefined}
      onChoose={nothing}
      onPick={nothing}
      writing={<WriteText texts={{ ...NO_TEXTS, ...changes }} onShare={nothing} />}
    />
  );
}

function arrived(texts: Readonly<Record<string, string>>): ReactNode {
  const names = Object.keys(texts);
  return (
    <>
      <h1 className="headline">You have it.</h1>
      <div className="texts">
        {names.map((path) => (
          <TextBlock key={path} path={path} text={texts[path] ?? ''} isAlone={names.length === 1} />
        ))}
      </div>
    </>
  );
}

const LIST = 'Shopping list\n\n  tortillas\n  beans\n  a lime, or two';
const MARKUP = '<img src=x onerror="alert(1)"><script>alert(2)</script>';

/** Texts, where they are written and where they arrive. */
export const TEXT_STORIES: Readonly<Record<string, ReactNode>> = {
  'choosing-no-text': writing({}),
  'choosing-text': writing({ draft: LIST }),
  'choosing-text-empty': writing({ draft: '', problem: { kind: 'empty' } }),
  'choosing-text-long': writing({
    draft: LIST,
    problem: { kind: 'long', bytes: TEXT_BYTES_MAX + 40_000 },
  }),
  'choosing-text-added': writing({ added: [LIST], names: ['Shopping list.txt'] }),
  'choosing-texts-added': writing({
    added: [LIST, LIST],
    names: ['Shopping list.txt', 'Shopping list (2).txt'],
    draft: 'https://example.org/?lime=2',
  }),
  'arrived-text': arrived({ 'Shopping list.txt': LIST }),
  'arrived-texts': arrived({
    'Markup.txt': MARKUP,
    'example.org.txt': 'https://example.org/?lime=2',
    'قائمة.txt': 'قائمة المشتريات\nand a line the other way round',
    'Long.txt': 'All work and no burrito. '.repeat(400),
  }),
};
