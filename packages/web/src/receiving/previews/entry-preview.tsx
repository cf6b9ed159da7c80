import type { EntryPlace } from '../../delivery/contents/contents-tree.tsx';
import { Button } from '../../ui/button.tsx';
import type { ReadFile } from './preview.tsx';
import { UNLOADED_WORDS, useLoaded } from './use-loaded.ts';

interface EntryPreviewProps extends EntryPlace {
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onRead: ReadFile;
}

/** The button of an entry that shows its file, and the place where that is shown. */
export function EntryPreview({
  name,
  isTabbable,
  cell,
  isOpen,
  onToggle,
  ...file
}: EntryPreviewProps) {
  const label = isOpen ? 'Hide' : 'Show';
  return (
    <>
      <span role={cell}>
        <Button
          kind="quiet"
          aria-label={`${label} ${name}`}
          tabIndex={isTabbable ? undefined : -1}
          onClick={onToggle}
        >
          {label}
        </Button>
      </span>
      {isOpen && (
        <div className="entry-below preview" role={cell} data-testid="preview">
          <Shown {...file} />
        </div>
      )}
    </>
  );
}

const loadPreview = async () => (await import('./preview.tsx')).Preview;

function Shown(file: Pick<EntryPreviewProps, 'file' | 'path' | 'onRead'>) {
  const Preview = useLoaded(loadPreview);
  if (Preview === 'failed') return <p role="status">{UNLOADED_WORDS}</p>;
  return Preview === undefined ? null : <Preview {...file} />;
}
