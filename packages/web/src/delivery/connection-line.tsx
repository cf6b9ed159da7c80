import { Check, UserRound } from 'lucide-react';

import { Mark } from '../ui/logo.tsx';
import { styleAt } from '../ui/style-at.ts';
import type { ConnectionLineView } from './connection-line-form.ts';

interface ConnectionLineProps {
  readonly line: ConnectionLineView;
  /** Who hands over, and who takes; the same two ends in the same order on both pages. */
  readonly from: string;
  readonly to: string;
  /** Which of the two is the other side, drawn as an outline until it is there. */
  readonly other: 'from' | 'to';
  /** 0 to 100: how far the bundle has come; undefined where there is none on its way. */
  readonly percent?: number | undefined;
}

/** You, a line, them: what the connection is right now, as a picture and in words. */
export function ConnectionLine({ line, from, to, other, percent }: ConnectionLineProps) {
  const { form, words, reached } = line;
  return (
    <div className={`path path-${form}`} role="img" aria-label={`${from} to ${to}: ${words}`}>
      <LineEnd name={from} there={reached || other === 'to'} done={false} />
      <div className="path-middle">
        <Line broken={form === 'broken'} />
        {percent !== undefined && form !== 'done' && <Travelling percent={percent} />}
        <span className="path-words" key={words}>
          {words}
        </span>
      </div>
      <LineEnd name={to} there={reached || other === 'from'} done={form === 'done'} />
    </div>
  );
}

function LineEnd({
  name,
  there,
  done,
}: {
  readonly name: string;
  readonly there: boolean;
  readonly done: boolean;
}) {
  const Icon = done ? Check : UserRound;
  return (
    <div className="path-end">
      <span className={`path-dot ${there ? 'path-dot-there' : 'path-dot-away'}`}>
        <Icon className={done ? 'icon path-check' : 'icon'} aria-hidden="true" />
      </span>
      <span className="path-name">{name}</span>
    </div>
  );
}

function Line({ broken }: { readonly broken: boolean }) {
  // One line that is stretched to the width there is; its dashes are not stretched with it.
  return (
    <svg className="path-line" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      {broken ? (
        <>
          <path d="M0 5H43M57 5H100" vectorEffect="non-scaling-stroke" />
          <path d="M47 0 45 10M55 0 53 10" vectorEffect="non-scaling-stroke" />
        </>
      ) : (
        <path d="M0 5H100" vectorEffect="non-scaling-stroke" />
      )}
    </svg>
  );
}

function Travelling({ percent }: { readonly percent: number }) {
  return (
    <span className="path-bundle" style={styleAt(percent)}>
      <Mark />
    </span>
  );
}
