import { useEffect, useLayoutEffect, useRef, useState } from 'react';

import { Button } from '../../ui/button.tsx';
import { openPdf, type Pdf } from './pdf.ts';
import { PREVIEW_WORDS } from './words.ts';

interface PdfOfProps {
  readonly blob: Blob;
  readonly name: string;
  /** It can't be read: damaged, or locked with a password. The same function each time. */
  readonly onFail: (why: 'unknown') => void;
}

/** A PDF, page by page. */
export function PdfOf({ blob, name, onFail }: PdfOfProps) {
  const [pdf, setPdf] = useState<Pdf>();
  const [page, setPage] = useState(1);
  // A layout effect, since it is undone also of a component that leaves at once.
  useLayoutEffect(() => {
    let isOver = false;
    const opening = openPdf(blob);
    opening.pdf.then(
      (opened) => !isOver && setPdf(opened),
      () => !isOver && onFail('unknown'),
    );
    return () => {
      isOver = true;
      opening.close();
    };
  }, [blob, onFail]);
  if (pdf === undefined) {
    return (
      <p className="preview-words" role="status">
        {PREVIEW_WORDS.reading}
      </p>
    );
  }
  const where = `Page ${page} of ${pdf.pages}`;
  return (
    <>
      {/* A canvas of its own for each page: one that is being drawn takes no other. */}
      <Page key={page} pdf={pdf} page={page} label={`${where} of ${name}`} onFail={onFail} />
      {pdf.pages > 1 && (
        <div className="actions">
          <Turn label="Previous page" isEnd={page === 1} onClick={() => setPage(page - 1)} />
          <Turn label="Next page" isEnd={page === pdf.pages} onClick={() => setPage(page + 1)} />
          <p role="status" key={where}>
            {where}
          </p>
        </div>
      )}
    </>
  );
}

interface TurnProps {
  readonly label: string;
  /** There is no page that way. The button stays, and with it the focus. */
  readonly isEnd: boolean;
  readonly onClick: () => void;
}

function Turn({ label, isEnd, onClick }: TurnProps) {
  return (
    <Button aria-disabled={isEnd} onClick={() => !isEnd && onClick()}>
      {label}
    </Button>
  );
}

interface PageProps {
  readonly pdf: Pdf;
  readonly page: number;
  readonly label: string;
  readonly onFail: (why: 'unknown') => void;
}

function Page({ pdf, page, label, onFail }: PageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [state, setState] = useState<'drawing' | 'drawn'>('drawing');
  useEffect(() => {
    if (canvas.current === null) return;
    let isOver = false;
    const drawing = pdf.draw(page, canvas.current, canvas.current.clientWidth);
    drawing.done.then(
      () => !isOver && setState('drawn'),
      () => !isOver && onFail('unknown'),
    );
    return () => {
      isOver = true;
      drawing.cancel();
    };
  }, [pdf, page, onFail]);
  return (
    // It scrolls: without a pointer one has to get there.
    <div className="preview-page" tabIndex={0} role="group" aria-label={label}>
      <canvas ref={canvas} role="img" aria-label={label} aria-busy={state === 'drawing'} />
    </div>
  );
}
