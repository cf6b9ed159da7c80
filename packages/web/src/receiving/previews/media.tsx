import { useLayoutEffect, useState } from 'react';

interface MediaProps {
  readonly blob: Blob;
  readonly as: 'image' | 'audio' | 'video';
  /** The media type that was decided on; the sender's is never used. */
  readonly type: string;
  readonly name: string;
  /** The browser can't show it. The same function each time. */
  readonly onFail: (why: 'unknown') => void;
}

/** A picture, a sound or a film, in the browser's own element for it. */
export function Media({ blob, as, type, name, onFail }: MediaProps) {
  const url = useObjectUrl(blob, type);
  const onError = () => onFail('unknown');
  if (url === undefined) return null;
  if (as === 'image')
    return <img className="preview-picture" src={url} alt={name} onError={onError} />;
  const Element = as;
  return (
    <Element
      className={as === 'audio' ? 'preview-sound' : 'preview-picture'}
      controls
      playsInline
      preload="metadata"
      src={url}
      aria-label={name}
      onError={onError}
    />
  );
}

/** An address of these bytes, for as long as the component is there. */
function useObjectUrl(blob: Blob, type: string): string | undefined {
  const [url, setUrl] = useState<string>();
  // A layout effect, since it is undone also of a component that leaves at once.
  useLayoutEffect(() => {
    const made = URL.createObjectURL(blob.slice(0, blob.size, type));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob, type]);
  return url;
}

/**
 * An SVG as a picture, in which no script runs and from which nothing is loaded. The address holds the whole file:
 * opened in a tab of its own, it is of no origin, while an object URL would be of ours.
 */
export function Drawn({ blob, name, onFail }: Pick<MediaProps, 'blob' | 'name' | 'onFail'>) {
  const [url, setUrl] = useState<string>();
  useLayoutEffect(() => {
    const reader = new FileReader();
    reader.addEventListener('load', () => {
      if (typeof reader.result === 'string') setUrl(reader.result);
    });
    reader.addEventListener('error', () => onFail('unknown'));
    reader.readAsDataURL(blob.slice(0, blob.size, 'image/svg+xml'));
    return () => reader.abort();
  }, [blob, onFail]);
  if (url === undefined) return null;
  return <img className="preview-picture" src={url} alt={name} onError={() => onFail('unknown')} />;
}
