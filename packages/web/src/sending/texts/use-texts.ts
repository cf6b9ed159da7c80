import { TEXT_BYTES_MAX, utf8Length } from '@burritoshare/core';
import { useLayoutEffect, useRef, useState } from 'react';

import { withItems, type Choice } from '../source/entries.ts';
import { namesOfTexts, textItems } from './text-items.ts';

/** Why a text is not added. */
export type TextProblem =
  { readonly kind: 'empty' } | { readonly kind: 'long'; readonly bytes: number };

interface TextsState {
  /** Added, and not shared yet. */
  readonly added: readonly string[];
  /** What is in the field; undefined while there is no field. */
  readonly draft: string | undefined;
  readonly problem: TextProblem | undefined;
  /** Counts pastes, each of which brings the person to the field. */
  readonly pastes: number;
}

/** Texts that go with the next choice, or alone. */
export interface Texts extends TextsState {
  /** What the added ones are called. */
  readonly names: readonly string[];
  open(): void;
  /** Puts the field away, with what is in it. */
  close(): void;
  write(draft: string): void;
  /** Puts a pasted text into the field, behind what is there. */
  paste(text: string): void;
  /** Adds what is in the field. Returns whether it is a text that can be handed over. */
  add(): boolean;
  remove(index: number): void;
  /** A choice with the texts that are added now, also if they were not when it was begun. */
  joined(choice: Choice): Choice;
}

const NOTHING: TextsState = { added: [], draft: undefined, problem: undefined, pastes: 0 };

/** The texts of the page on which a bundle is chosen. */
export function useTexts(): Texts {
  const [state, setState] = useState(NOTHING);
  const latest = useRef(state);
  useLayoutEffect(() => {
    latest.current = state;
  });
  const change = (changes: Partial<TextsState>) =>
    setState((before) => ({ ...before, ...changes }));
  return {
    ...state,
    names: namesOfTexts(state.added),
    open: () => change({ draft: '' }),
    close: () => change({ draft: undefined, problem: undefined }),
    write: (draft) => change({ draft, problem: undefined }),
    paste(text) {
      // As the field has it.
      const lines = text.replaceAll(/\r\n?/g, '\n');
      setState(({ draft = '', pastes, ...before }) => ({
        ...before,
        draft: draft === '' ? lines : `${draft}\n${lines}`,
        problem: undefined,
        pastes: pastes + 1,
      }));
    },
    add() {
      const { added, draft = '' } = state;
      const problem = problemOf(draft);
      change(problem === undefined ? { added: [...added, draft], draft: undefined } : { problem });
      return problem === undefined;
    },
    remove: (index) => change({ added: state.added.filter((_, other) => other !== index) }),
    joined(choice) {
      const paths = choice.items.map(({ entry }) => entry.path);
      return withItems(choice, textItems(latest.current.added, paths));
    },
  };
}

function problemOf(text: string): TextProblem | undefined {
  if (text.trim() === '') return { kind: 'empty' };
  const bytes = utf8Length(text);
  return bytes > TEXT_BYTES_MAX ? { kind: 'long', bytes } : undefined;
}
