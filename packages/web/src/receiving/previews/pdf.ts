import { getDocument, PDFWorker } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PDFDocumentLoadingTask, PDFDocumentProxy, RenderTask } from 'pdfjs-dist';

import { PIXELS_MAX } from './decide.ts';

/** Pixels of a page as it is drawn. A page may be as large as its maker likes; this is four times a wide screen. */
const PAGE_PIXELS_MAX = 8_000_000;

/**
 * Milliseconds that the worker gets to answer a goodbye, upon which pdfjs lets go of the PDF's typefaces. One that is
 * lost in a PDF doesn't answer, and is ended.
 */
const GOODBYE_TIMEOUT = 1_000;

/** A page that is being drawn. */
export interface Drawing {
  /** Rejects if the page can't be drawn, or the drawing was cancelled. */
  readonly done: Promise<void>;
  cancel(): void;
}

/** A PDF that is open. */
export interface Pdf {
  readonly pages: number;
  /**
   * Draws a page, counted from 1.
   *
   * @param canvas - a new one, which gets the page's size.
   * @param width - CSS pixels.
   */
  draw(page: number, canvas: HTMLCanvasElement, width: number): Drawing;
}

/** A PDF that is being opened. */
export interface OpeningPdf {
  readonly pdf: Promise<Pdf>;
  /** Lets go of everything, within a second. */
  close(): void;
}

/**
 * Opens a PDF in a worker of its own. Scripts in it stay what they are, bytes: what would run them is not in the
 * program, and nothing here makes code of what a PDF says.
 */
export function openPdf(blob: Blob): OpeningPdf {
  const thread = new Worker(new URL('./worker/pdf.worker.ts', import.meta.url), {
    type: 'module',
    name: 'burritoshare-pdf',
  });
  // What is wrong with a stranger's PDF is nothing for the console.
  const verbosity = 0;
  const worker = PDFWorker.create({ port: thread, verbosity });
  const died = new Promise<never>((_resolve, reject) => {
    thread.addEventListener('error', () => reject(new Error('the worker for PDFs has died')));
  });
  const end = (): void => {
    worker.destroy();
    thread.terminate();
  };
  let task: PDFDocumentLoadingTask | undefined;
  let isClosed = false;
  const open = async (): Promise<Pdf> => {
    const data = new Uint8Array(await blob.arrayBuffer());
    if (isClosed) throw new DOMException('the preview was hidden', 'AbortError');
    task = getDocument({
      data,
      worker,
      verbosity,
      // It would compile functions of the PDF to JavaScript; the page's policy forbids it as well.
      isEvalSupported: false,
      // The page's policy forbids this, too.
      useWasm: false,
      useWorkerFetch: false,
      enableXfa: false,
      maxImageSize: PIXELS_MAX,
    });
    const opened = await task.promise;
    return {
      pages: opened.numPages,
      draw: (page, canvas, width) => startDrawing(opened, page, canvas, width),
    };
  };
  return {
    pdf: Promise.race([open(), died]),
    close() {
      isClosed = true;
      if (task === undefined) return end();
      const timer = setTimeout(end, GOODBYE_TIMEOUT);
      const answered = (): void => {
        clearTimeout(timer);
        end();
      };
      task.destroy().then(answered, answered);
    },
  };
}

function startDrawing(
  pdf: PDFDocumentProxy,
  number: number,
  canvas: HTMLCanvasElement,
  width: number,
): Drawing {
  let rendering: RenderTask | undefined;
  let isCancelled = false;
  const draw = async (): Promise<void> => {
    const page = await pdf.getPage(number);
    if (isCancelled) return;
    const natural = page.getViewport({ scale: 1 });
    const most = Math.sqrt(PAGE_PIXELS_MAX / (natural.width * natural.height));
    const scale = Math.min(most, (width * devicePixelRatio) / natural.width);
    const viewport = page.getViewport({ scale });
    canvas.width = Math.max(1, Math.floor(viewport.width));
    canvas.height = Math.max(1, Math.floor(viewport.height));
    rendering = page.render({ canvas, viewport });
    await rendering.promise;
  };
  return {
    done: draw(),
    cancel() {
      isCancelled = true;
      rendering?.cancel();
    },
  };
}
