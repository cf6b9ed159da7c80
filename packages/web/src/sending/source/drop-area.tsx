import { useRef, type ChangeEvent } from 'react';

import { Fillings } from '../../art/fillings.tsx';
import { Tortilla } from '../../art/tortilla.tsx';
import { Button } from '../../ui/button.tsx';
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

/** The tortilla: one large area that takes files in every way there is. */
export function DropArea({ hovering, reading, onChoose, onPick, calls = TO_SHARE }: DropAreaProps) {
  const call = reading ? READING : hovering ? calls.letGo : calls.drop;
  const state = `${hovering ? ' drop-hovering' : ''}${reading ? ' drop-reading' : ''}`;
  return (
    <div className={`drop${state}`}>
      <div className="drop-art">
        <Tortilla />
        <Fillings />
      </div>
      <div className="drop-words">
        <p className="drop-call" role="status">
          <span key={call}>{call}</span>
        </p>
        <Picker kind="files" onChoose={onChoose} onPick={onPick} />
        <Picker kind="folder" onChoose={onChoose} />
      </div>
    </div>
  );
}

const READING = 'Looking through it.';
const TO_SHARE = { drop: 'Drop it here', letGo: 'Let go' };

const PICKERS = {
  files: {
    label: 'Choose files',
    name: undefined,
    testId: 'file-input',
    kind: 'primary',
    attributes: {},
  },
  folder: {
    label: 'a folder',
    name: 'Choose a folder',
    testId: 'folder-input',
    kind: 'quiet',
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
      <Button kind={picker.kind} aria-label={picker.name} onClick={() => void open()}>
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
