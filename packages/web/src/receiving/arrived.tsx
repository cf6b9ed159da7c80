import type { Manifest, SaveMethod, SinkChoice, Summary } from '@burritoshare/core';
import { useState, type Ref } from 'react';

import { Plate } from '../art/plate.tsx';
import { LostFiles } from '../delivery/lost-files.tsx';
import { Figures } from '../delivery/progress-bar.tsx';
import { Receipt } from '../delivery/receipt.tsx';
import { isSingleFile, takenIn, tallyOf } from '../delivery/summary.ts';
import type { ArrivedPhase, DeliveryView, HandedOver, WaitingFor } from '../delivery/view.ts';
import { Button } from '../ui/button.tsx';
import { Ground } from '../ui/ground.tsx';
import { Headline } from '../ui/headline.tsx';
import { Notice } from '../ui/notice.tsx';
import { copyWords, placeOfCopy, type HandOver } from './copy-words.ts';
import { GiveBack } from './gifts/give-back.tsx';
import { ArrivedContents } from './previews/arrived-contents.tsx';
import type { ReadFile } from './previews/preview.tsx';
import type { SavingReport } from './saving/report.ts';
import { SavingNotes } from './saving/saving-notes.tsx';
import { ArrivedTexts } from './texts/arrived-texts.tsx';
import { arrivedHeadline, receiverWords } from './words.ts';

export interface ArrivedProps {
  readonly view: DeliveryView;
  readonly phase: ArrivedPhase;
  readonly waitingFor: WaitingFor;
  /** Seconds to the next attempt at a connection; undefined while none is due. */
  readonly retryIn: number | undefined;
  /** Undefined until the offer has come. */
  readonly manifest: Manifest | undefined;
  /** What the sender has said before the offer. */
  readonly summary: Summary | undefined;
  readonly sink: SinkChoice | undefined;
  readonly handedOver: HandedOver;
  /** When the files were last handed over; undefined if they never were. */
  readonly handOver: HandOver | undefined;
  /** What is to be said of the last saving. */
  readonly saving: SavingReport;
  /** The browser has a picker for folders. */
  readonly canPickFolder: boolean;
  /** Takes the focus when what had it is gone. */
  readonly headingRef?: Ref<HTMLHeadingElement>;
  /** Gets the files that are missing, through the same link; undefined where what is here can't be added to. */
  readonly onGetMissing: (() => void) | undefined;
  readonly onSave: (method: SaveMethod) => void;
  readonly onDiscard: () => void;
  /** Reads a file that has arrived. The same function each time. */
  readonly onRead: ReadFile;
  /** To a tab in which something is shared for the sender. */
  readonly onHandBack: () => void;
}

/** Everything is here: the receipt, how to get it out of the browser, and what to do next. */
export function Arrived(props: ArrivedProps) {
  const { view, phase, sink, headingRef, onHandBack } = props;
  const { lostFiles, leftOut } = view;
  const { title, detail } = receiverWords({ ...props, ...view, place: placeOfCopy(sink) });
  return (
    <div className="spread spread-arrived">
      <Ground is="avocado" />
      <div className="words">
        <Headline text={arrivedHeadline(lostFiles.length)} headingRef={headingRef} />
        <div className="said" role="status">
          <p className="title" key={title}>
            {title}
          </p>
          <p className="detail" key={detail}>
            {detail}
          </p>
        </div>
        <Figures progress={view.progress} kind="none" moving={false} />
        <ArrivedTexts {...props} />
        <Saving {...props} />
        <LostFiles files={lostFiles} />
        <SavingNotes {...props.saving} />
        {props.manifest !== undefined && phase !== 'discarded' && (
          <ArrivedContents
            manifest={props.manifest}
            lostFiles={lostFiles}
            leftOut={leftOut}
            onRead={props.onRead}
          />
        )}
        {(phase === 'saved' || phase === 'discarded') && (
          <div className="actions">
            <GiveBack onGiveBack={onHandBack} />
          </div>
        )}
        <CopyStays {...props} />
      </div>
      <div className="thing">
        <Slip {...props} />
      </div>
      <div className="thing thing-plate">
        <Plate />
      </div>
    </div>
  );
}

function Slip({ view, manifest, summary, handOver }: ArrivedProps) {
  const [today] = useState(Date.now);
  const { receipt, path, progress, lostFiles, leftOut } = view;
  if (receipt === undefined || manifest === undefined) return null;
  return (
    <Receipt
      receipt={receipt}
      name={manifest.name}
      {...tallyOf(manifest.entries, lostFiles, leftOut)}
      bytes={progress.total}
      path={path}
      // What was kept from an earlier visit was delivered then.
      day={handOver?.isEarlier === true ? handOver.at : today}
      from={summary?.senderName ?? 'Sender'}
      to="you"
    />
  );
}

/** Getting it out of the browser. */
function Saving(props: ArrivedProps) {
  const { view, phase, handedOver, onGetMissing } = props;
  if (phase === 'discarded') return null;
  const isIncomplete = view.lostFiles.length > 0;
  return (
    <div className="act">
      {handedOver === 'failed' && (
        <Notice>
          <p>Saving did not go through. Everything is still here: try again.</p>
        </Notice>
      )}
      <SaveButtons {...props} />
      {isIncomplete && onGetMissing !== undefined && phase !== 'saving' && (
        <Button onClick={onGetMissing}>Ask for the missing files again</Button>
      )}
    </div>
  );
}

/** A quiet line: the browser's own copy goes by itself. */
function CopyStays({ phase, handOver, sink, onDiscard }: ArrivedProps) {
  if (phase !== 'saved' || handOver === undefined) return null;
  return (
    <div className="copy-stays">
      <p key={handOver.at}>{copyWords(placeOfCopy(sink), handOver)}</p>
      <Button kind="quiet" onClick={onDiscard}>
        Remove the private copy now
      </Button>
    </div>
  );
}

function SaveButtons({ view, phase, manifest, canPickFolder, onSave }: ArrivedProps) {
  // One file alone is saved as it is.
  const single = isSingleFile(takenIn(manifest?.entries ?? [], view.leftOut), view.lostFiles);
  const primary = phase === 'unsaved' ? 'primary' : 'plain';
  const busy = phase === 'saving';
  return (
    <div className="actions">
      <Button
        kind={primary}
        data-testid="save"
        aria-disabled={busy}
        onClick={() => !busy && onSave('download')}
      >
        {saveLabel(single, phase === 'saved')}
      </Button>
      {canPickFolder && (
        <Button aria-disabled={busy} onClick={() => !busy && onSave('folder')}>
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
