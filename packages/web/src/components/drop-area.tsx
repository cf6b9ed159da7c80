import { FolderOpen, Plus } from 'lucide-react';
import { useRef, type ChangeEvent } from 'react';

import { Button } from './button.tsx';
import { Mark } from './mark.tsx';

interface DropAreaProps {
  /** Something is being dragged over the page. */
  readonly hovering: boolean;
  /** What was dropped is being looked through. */
  readonly reading: boolean;
  readonly onChoose: (files: readonly File[]) => void;
}

/** The sender's first page: one large area that takes files in every way there is. */
export function DropArea({ hovering, reading, onChoose }: DropAreaProps) {
  return (
    <div className={hovering ? 'drop drop-hovering' : 'drop'}>
      <Mark className="drop-mark" />
      <p className="drop-call" role="status">
        {dropCall(hovering, reading)}
      </p>
      <div className="drop-buttons">
        <Picker kind="files" onChoose={onChoose} />
        <Picker kind="folder" onChoose={onChoose} />
      </div>
    </div>
  );
}

function dropCall(hovering: boolean, reading: boolean): string {
  if (reading) return 'Looking through what you dropped.';
  return hovering ? 'Let go to get a link.' : 'Drop files or folders anywhere on this page';
}

const PICKERS = {
  files: {
    label: 'Choose files',
    testId: 'file-input',
    icon: Plus,
    kind: 'primary',
    attributes: {},
  },
  folder: {
    label: 'Choose a folder',
    testId: 'folder-input',
    icon: FolderOpen,
    kind: 'plain',
    // React passes it on; its types don't know it.
    attributes: { webkitdirectory: '' },
  },
} as const;

/** A button in front of a real file input. */
function Picker({
  kind,
  onChoose,
}: {
  readonly kind: keyof typeof PICKERS;
  readonly onChoose: DropAreaProps['onChoose'];
}) {
  const input = useRef<HTMLInputElement>(null);
  const picker = PICKERS[kind];
  const take = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const files = Array.from(target.files ?? []);
    // So that choosing the same file once more is a change again.
    target.value = '';
    onChoose(files);
  };
  return (
    <>
      <Button kind={picker.kind} icon={picker.icon} onClick={() => input.current?.click()}>
        {picker.label}
      </Button>
      <input
        ref={input}
        hidden
        type="file"
        multiple
        {...picker.attributes}
        data-testid={picker.testId}
        onChange={take}
      />
    </>
  );
}
