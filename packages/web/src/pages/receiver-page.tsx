import type { Link, SaveMethod } from '@burritoshare/core';
import type { ReceiverHost } from '@burritoshare/peer';
import { useSelector } from '@xstate/react';
import { useCallback, useEffect, useRef, useState } from 'react';

import { percentOf } from '../app/format.ts';
import { phaseOf } from '../app/phase.ts';
import { isSingleFile } from '../app/summary.ts';
import { isOver, isUnderWay, type ReceiverPhase } from '../app/view.ts';
import { OfferCard } from '../components/offer-card.tsx';
import { useDelivery, type ReceiverDelivery } from '../hooks/use-delivery.ts';
import { useFileDrop } from '../hooks/use-file-drop.ts';
import { useHost } from '../hooks/use-host.ts';
import { useLeaveGuard } from '../hooks/use-leave-guard.ts';
import { useRescuedFocus } from '../hooks/use-rescued-focus.ts';
import { useRetry } from '../hooks/use-retry.ts';
import { useTabLock } from '../hooks/use-tab-lock.ts';
import { useTitle } from '../hooks/use-title.ts';
import { useWaitingFor } from '../hooks/use-waiting-for.ts';
import { useWakeLock } from '../hooks/use-wake-lock.ts';
import { createReceiver } from '../platform.ts';
import { ElsewherePage } from './elsewhere-page.tsx';

/** What a link leads to, in one tab at a time. */
export function ReceiverPage({ link }: { readonly link: Link }) {
  const [attempt, setAttempt] = useState(0);
  const [lock, release] = useTabLock(`burritoshare-tab-${link.room}`, attempt);
  // Dropped here, a file would replace the page, and what has arrived with it.
  useFileDrop({ wanted: false, onDrop: ignore, onPaste: ignore });
  if (lock === 'asking') return null;
  const retry = () => setAttempt(attempt + 1);
  if (lock === 'elsewhere') return <ElsewherePage onRetry={retry} />;
  // A key of its own: another attempt is another delivery.
  return (
    <ReceiverTab key={attempt} link={link} isRetry={attempt > 0} onOver={release} onRetry={retry} />
  );
}

function ignore(): void {}

interface DeliveryHandlers {
  /** Whether an earlier attempt was shown here. */
  readonly isRetry: boolean;
  /** The delivery no longer needs a tab for itself. */
  readonly onOver: () => void;
  readonly onRetry: () => void;
}

function ReceiverTab({ link, ...handlers }: DeliveryHandlers & { readonly link: Link }) {
  const create = useCallback((): ReceiverHost => createReceiver(link), [link]);
  const host = useHost(create);
  useRetry(host);
  return host === undefined ? null : <Delivery actor={host.delivery} {...handlers} />;
}

interface DeliveryProps extends DeliveryHandlers {
  readonly actor: ReceiverDelivery;
}

function Delivery({ actor, isRetry, onOver, onRetry }: DeliveryProps) {
  const view = useDelivery(actor);
  const phase = useSelector(actor, ({ value }) => phaseOf(value));
  const manifest = useSelector(actor, ({ context }) => context.manifest);
  const sink = useSelector(actor, ({ context }) => context.sink);
  const waitingFor = useWaitingFor(actor);
  const handedOver = useSelector(actor, ({ context }) => context.handedOver);
  const save = (method: SaveMethod) => actor.send({ type: 'save.requested', method });
  const headingRef = useRescuedFocus<HTMLHeadingElement>(phase, isRetry ? 'ended' : phase);

  // What has arrived and was not saved would be lost as well.
  useLeaveGuard(isUnderWay(view.state) || phase === 'unsaved' || phase === 'saving');
  useWakeLock(view.state === 'moving');
  useTitle(titleOf(manifest?.name ?? '', view.state === 'moving' ? view.progress : undefined));
  useEnd(isOver(phase), onOver);
  useHandOver(
    manifest !== undefined && isSingleFile(manifest.entries, view.lostFiles),
    phase,
    save,
  );
  return (
    <OfferCard
      view={view}
      phase={phase}
      waitingFor={waitingFor}
      manifest={manifest}
      sink={sink}
      handedOver={handedOver}
      canPickFolder={'showDirectoryPicker' in window}
      headingRef={headingRef}
      onAccept={() => actor.send({ type: 'accept.requested' })}
      onCancel={() => actor.send({ type: 'cancel.requested' })}
      onSave={save}
      onDiscard={() => actor.send({ type: 'discard.requested' })}
      onRetry={onRetry}
    />
  );
}

function titleOf(
  name: string,
  progress: { readonly bytes: number; readonly total: number } | undefined,
): string {
  return progress === undefined ? name : `${percentOf(progress.bytes, progress.total)} % ${name}`;
}

function useEnd(over: boolean, onOver: () => void): void {
  useEffect(() => {
    if (over) onOver();
  }, [over, onOver]);
}

/** A single file goes where downloads go as soon as it is whole, once; the button stays for another time. */
function useHandOver(
  single: boolean,
  phase: ReceiverPhase,
  save: (method: SaveMethod) => void,
): void {
  const done = useRef(false);
  useEffect(() => {
    if (!single || phase !== 'unsaved' || done.current) return;
    done.current = true;
    save('download');
  });
}
