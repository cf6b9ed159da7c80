import { lazy, Suspense, useState, useSyncExternalStore } from 'react';

// Most links are copied: who doesn't see the code doesn't load what draws it.
const QrCode = lazy(async () => ({ default: (await import('./qr-code.tsx')).QrCode }));

/** Where the page has two columns, a phone is likely the other end. `styles/table.css` has the same width. */
const TWO_COLUMNS = '(min-width: 64rem)';

/** Whether the code is shown, and how the person changes that. Until they do, it is where the page is wide. */
export function useCodeShown(): readonly [shows: boolean, show: (shows: boolean) => void] {
  const [chosen, choose] = useState<boolean>();
  const isWide = useSyncExternalStore(onWidth, isWideNow, () => false);
  return [chosen ?? isWide, choose];
}

function onWidth(listener: () => void): () => void {
  const query = matchMedia(TWO_COLUMNS);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

function isWideNow(): boolean {
  return typeof matchMedia === 'function' && matchMedia(TWO_COLUMNS).matches;
}

/** The QR code on a sheet of paper. Its room is there before it is drawn. */
export function QrCorner({ link }: { readonly link: string }) {
  return (
    <figure className="qr">
      <Suspense fallback={<div className="qr-to-come" />}>
        <QrCode text={link} />
      </Suspense>
      <figcaption>Or let a phone look at this</figcaption>
    </figure>
  );
}
