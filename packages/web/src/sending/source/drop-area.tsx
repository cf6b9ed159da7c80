import { FolderOpen, Plus } from 'lucide-react';
import { useRef, type ChangeEvent } from 'react';

import { Button } from '../../ui/button.tsx';
import { Mark } from '../../ui/logo.tsx';
import { pickFiles } from './file-handles.ts';

interface DropAreaProps {
  /** Something is being dragged over the page. */
  readonly hovering: boolean;
  /** What was dropped is being looked through. */
  readonly reading: boolean;
  readonly onChoose: (files: readonly File[]) => void;
  /** Chosen with handles that outlive a reload. */
  readonly onPick: (handles: readonly FileSystemFileHandle[]) => void;
  /** What the area is for, at rest and under what is being dragged. */
  readonly calls?: { readonly drop: string; readonly letGo: string };
}

/** The sender's first page: one large area that takes files in every way there is. */
export function DropArea({ hovering, reading, onChoose, onPick, calls = TO_SHARE }: DropAreaProps) {
  const call = reading ? READING : hovering ? calls.letGo : calls.drop;
  return (
    <div className={hovering ? 'drop drop-hovering' : 'drop'}>
      <Mark className="drop-mark" />
      <p className="drop-call" role="status">
        <span key={call}>{call}</span>
      </p>
      <div className="drop-buttons">
        <Picker kind="files" onChoose={onChoose} onPick={onPick} />
        <Picker kind="folder" onChoose={onChoose} />
      </div>
    </div>
  );
}

const READING = 'Looking through what you chose.';
const TO_SHARE = {
  drop: 'Drop files or folders anywhere on this page',
  letGo: 'Let go to get a link.',
};

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
    // Not empty: what is set is the property, and an empty text would be false.
    attributes: { webkitdirectory: 'true' },
  },
} as const;

interface PickerProps {
  readonly kind: keyof typeof PICKERS;
  readonly onChoose: DropAreaProps['onChoose'];
  /** Left out for folders: the picker that gives handles refuses some that people do share, as their downloads. */
  readonly onPick?: DropAreaProps['onPick'];
}

/** A button in front of a real file input; where the browser has a picker that gives handles, of that. */
function Picker({ kind, onChoose, onPick }: PickerProps) {
  const input = useRef<HTMLInputElement>(null);
  const picker = PICKERS[kind];
  const take = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const files = Array.from(target.files ?? []);
    // So that choosing the same file once more is a change again.
    target.value = '';
    onChoose(files);
  };
  const open = async () => {
    const picked = onPick === undefined ? undefined : await pickFiles();
    if (picked === undefined) input.current?.click();
    else if (picked.length > 0) onPick?.(picked);
  };
  return (
    <>
      <Button kind={picker.kind} icon={picker.icon} onClick={() => void open()}>
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
