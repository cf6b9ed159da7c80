import type { ReactNode, Ref } from 'react';

/** Characters from which a headline is set smaller, and from which again. */
const LONG = 30;
const LONGEST = 56;

interface HeadlineProps {
  /** The headline's text, by which it is set; it is also its key. */
  readonly text: string;
  /** What it says may still come, over the network: room for two lines is kept. */
  readonly isAwaited?: boolean;
  /** Takes the focus when what had it is gone. */
  readonly headingRef?: Ref<HTMLHeadingElement> | undefined;
  /** The text in parts; the text itself where it is left out. */
  readonly children?: ReactNode;
}

/** The one heading of a page. Names can be long, and stay in sight. */
export function Headline({ text, isAwaited = false, headingRef, children }: HeadlineProps) {
  const length =
    text.length > LONGEST ? ' headline-longest' : text.length > LONG ? ' headline-long' : '';
  const awaited = isAwaited ? ' headline-awaited' : '';
  return (
    <h1 className={`headline${length}${awaited}`} tabIndex={-1} ref={headingRef}>
      <span key={text}>{children ?? text}</span>
    </h1>
  );
}
