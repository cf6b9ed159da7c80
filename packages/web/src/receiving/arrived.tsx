import type { SaveMethod } from '@burritoshare/core';
import { Download, FolderDown, RotateCw, Trash2 } from 'lucide-react';

import type { ArrivedPhase, CopyPlace } from '../delivery/view.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { copyWords, type HandOver } from './copy-words.ts';

interface ArrivedProps {
  readonly phase: ArrivedPhase;
  /** One file alone: it is saved as it is. */
  readonly single: boolean;
  /** The last attempt at saving did not end well. */
  readonly saveFailed: boolean;
  readonly canPickFolder: boolean;
  /** Where the private copy lies. */
  readonly place: CopyPlace;
  /** When the files were last handed over; undefined if they never were. */
  readonly handOver: HandOver | undefined;
  /** Gets the files that are missing; undefined where none are, or none can be added. */
  readonly onGetMissing: (() => void) | undefined;
  readonly onSave: (method: SaveMethod) => void;
  readonly onDiscard: () => void;
}

/** Everything is here: getting it out of the browser, and the browser's own copy out of the way. */
export function Arrived(props: ArrivedProps) {
  const { phase, saveFailed, place, handOver, onDiscard, onGetMissing } = props;
  if (phase === 'discarded') return null;
  return (
    <div className="arrived">
      {saveFailed && (
        <Notice>
          <p>Saving did not go through. Everything is still here: try again.</p>
        </Notice>
      )}
      <SaveButtons {...props} />
      {onGetMissing !== undefined && phase !== 'saving' && (
        <div className="actions actions-middle">
          <Button kind="quiet" icon={RotateCw} onClick={onGetMissing}>
            Ask for the missing files again
          </Button>
        </div>
      )}
      {phase === 'saved' && handOver !== undefined && (
        <div className="copy-stays">
          <p className="detail" key={handOver.at}>
            {copyWords(place, handOver)}
          </p>
          <Button kind="quiet" icon={Trash2} onClick={onDiscard}>
            Remove the private copy now
          </Button>
        </div>
      )}
    </div>
  );
}

function SaveButtons({ phase, single, canPickFolder, onSave }: ArrivedProps) {
  const primary = phase === 'unsaved' ? 'primary' : 'plain';
  const busy = phase === 'saving';
  return (
    <div className="actions">
      <Button
        kind={primary}
        icon={Download}
        data-testid="save"
        aria-disabled={busy}
        onClick={() => !busy && onSave('download')}
      >
        {saveLabel(single, phase === 'saved')}
      </Button>
      {canPickFolder && (
        <Button icon={FolderDown} aria-disabled={busy} onClick={() => !busy && onSave('folder')}>
          Save into a folder
        </Button>
      )}
    </div>
  );
}

function saveLabel(single: boolean, again: boolean): string {
  if (single) return again ? 'Save again' : 'Save';
  return again ? 'Save as ZIP again' : 'Save as ZIP';
}
