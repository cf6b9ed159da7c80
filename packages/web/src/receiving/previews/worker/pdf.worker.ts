// What parses PDFs, in a thread and a file of our own origin: the page's policy lets no other be a worker. The page ends
// it when the preview is hidden, whatever it is doing.
import 'pdfjs-dist/legacy/build/pdf.worker.min.mjs';
