import type { Manifest } from '@burritoshare/core';
import type { ReceiverHost } from '@burritoshare/peer';

import type { ArrivedPhase, HandedOver } from '../../delivery/view.ts';
import { formatCount } from '../../ui/format.ts';
import { TextBlock } from './text-block.tsx';
import { useTexts } from './use-texts.ts';

interface ArrivedTextsProps {
  readonly manifest: Manifest | undefined;
  readonly phase: ArrivedPhase;
  readonly handedOver: HandedOver;
  readonly onRead: ReceiverHost['read'];
}

/** The texts of a delivery, to read and to copy. They are saved with the rest all the same. */
export function ArrivedTexts({ manifest, phase, handedOver, onRead }: ArrivedTextsProps) {
  const { shown, others } = useTexts(manifest, onRead);
  // Whoever removes the private copy wants it gone; after saving into a folder it goes by itself.
  if (shown.length === 0 || (phase === 'discarded' && handedOver !== 'finished')) return null;
  const isAlone = manifest?.entries.length === 1;
  return (
    <div className="texts">
      {shown.map(({ file, path, text }) => (
        <TextBlock key={file} path={path} text={text} isAlone={isAlone} />
      ))}
      {others > 0 && (
        <p className="detail">
          {`${formatCount(others, 'more text')} not shown here: you save all of them with the rest.`}
        </p>
      )}
    </div>
  );
}
