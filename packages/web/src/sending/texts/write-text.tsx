import { TEXT_BYTES_MAX } from '@burritoshare/core';
import { useId, useLayoutEffect, useRef } from 'react';

import { Button } from '../../ui/button.tsx';
import { formatBytes, formatCount } from '../../ui/format.ts';
import { Notice } from '../../ui/notice.tsx';
import type { TextProblem, Texts } from './use-texts.ts';

interface WriteTextProps {
  readonly texts: Texts;
  /** Shares the added texts, and nothing else. */
  readonly onShare: () => void;
}

/** Where a text is written or pasted. What is added waits here for files, or goes alone. */
export function WriteText({ texts, onShare }: WriteTextProps) {
  const { added, draft } = texts;
  const share = useRef<HTMLButtonElement>(null);
  const write = useRef<HTMLButtonElement>(null);
  // The control that was used is gone once the page is drawn anew.
  const next = useRef<'share' | 'write'>(undefined);
  useLayoutEffect(() => {
    if (next.current === undefined) return;
    (next.current === 'share' ? share : write).current?.focus();
    next.current = undefined;
  });
  return (
    <div className="writing">
      {added.length > 0 && (
        <>
          <ul className="writing-added" aria-label="Texts to share">
            {texts.names.map((name, index) => (
              <li key={name}>
                <bdi className="strong">{name}</bdi>
                <Button
                  kind="quiet"
                  aria-label={`Remove ${name}`}
                  onClick={() => {
                    next.current = 'write';
                    texts.remove(index);
                  }}
                >
                  Remove
                </Button>
              </li>
            ))}
          </ul>
          <p className="detail" key={added.length}>
            {added.length === 1
              ? 'Choose files to go with it, or share it alone.'
              : 'Choose files to go with them, or share them alone.'}
          </p>
          <div className="actions">
            <Button ref={share} kind="primary" onClick={onShare}>
              {added.length === 1
                ? 'Share this text'
                : `Share ${formatCount(added.length, 'text')}`}
            </Button>
          </div>
        </>
      )}
      {draft === undefined ? (
        <Button ref={write} className="writing-open" kind="quiet" onClick={() => texts.open()}>
          {added.length === 0 ? 'Write a text' : 'Write another text'}
        </Button>
      ) : (
        <Field
          draft={draft}
          texts={texts}
          onAdd={() => {
            if (texts.add()) next.current = 'share';
          }}
          onClose={() => {
            next.current = 'write';
            texts.close();
          }}
        />
      )}
    </div>
  );
}

interface FieldProps {
  readonly draft: string;
  readonly texts: Texts;
  readonly onAdd: () => void;
  readonly onClose: () => void;
}

function Field({ draft, texts, onAdd, onClose }: FieldProps) {
  const id = useId();
  const input = useRef<HTMLTextAreaElement>(null);
  const { problem, pastes } = texts;
  // What was pasted on the page is here now: so is the person.
  useLayoutEffect(() => {
    const field = input.current;
    field?.focus();
    field?.setSelectionRange(field.value.length, field.value.length);
  }, [pastes]);
  return (
    <div className="writing-field">
      <label className="field-label" htmlFor={id}>
        Text or link
      </label>
      <textarea
        id={id}
        ref={input}
        className="text-input"
        data-testid="text-input"
        dir="auto"
        rows={5}
        value={draft}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-hint ${id}-problem`}
        onChange={(event) => texts.write(event.target.value)}
      />
      <p className="detail" id={`${id}-hint`}>
        Only what you add is shared.
      </p>
      <div id={`${id}-problem`} role="alert">
        {problem !== undefined && (
          <Notice>
            <p key={problem.kind}>{problemText(problem)}</p>
          </Notice>
        )}
      </div>
      <div className="actions">
        <Button
          onClick={() => {
            onAdd();
            // Where something is wrong with it, it is still here.
            input.current?.focus();
          }}
        >
          Add this text
        </Button>
        <Button kind="quiet" onClick={onClose}>
          Not now
        </Button>
      </div>
    </div>
  );
}

function problemText(problem: TextProblem): string {
  if (problem.kind === 'empty')
    return 'There is nothing in the field. Write or paste something first.';
  const [size, most] = [formatBytes(problem.bytes), formatBytes(TEXT_BYTES_MAX)];
  return `That is too long: it is ${size}, and a text takes ${most} at most. Shorten it, or put it into a file and choose that.`;
}
