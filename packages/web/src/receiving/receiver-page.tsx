import type { Link, SaveMethod } from '@burritoshare/core';
import { wish, type ReceiverHost } from '@burritoshare/peer';
import { useSelector } from '@xstate/react';
import { useCallback, useEffect, useRef, useState } from 'react';

import { useHost } from '../delivery/host/use-host.ts';
import { useRetry } from '../delivery/host/use-retry.ts';
import { isSingleFile, takenIn } from '../delivery/summary.ts';
import { useDelivery, type ReceiverDelivery } from '../delivery/use-delivery.ts';
import { isActive, isOver, type ReceiverPhase } from '../delivery/view.ts';
import { useFileDrop } from '../tab/use-file-drop.ts';
import { useNews } from '../tab/use-news.ts';
import { useLeaveGuard } from '../tab/use-leave-guard.ts';
import { useRescuedFocus } from '../tab/use-rescued-focus.ts';
import { useTabLock } from '../tab/use-tab-lock.ts';
import { useTitle } from '../tab/use-title.ts';
import { useWakeLock } from '../tab/use-wake-lock.ts';
import { percentOf } from '../ui/format.ts';
import { createPageSaver, takeReceiver } from './create-receiver.ts';
import { takeTabLock } from './early-visit.ts';
import { ElsewherePage } from './elsewhere-page.tsx';
import { OfferCard } from './offer-card.tsx';
import { useGiving } from './gifts/use-giving.ts';
import { HANDED_OVER_LIFETIME } from './opfs/expiry.ts';
import { renewStored, type OpenedDelivery } from './opfs/stored-deliveries.ts';
import { phaseOf } from './phase.ts';
import type { ReadFile } from './previews/preview.tsx';
import { ResumeCard } from './resume-card.tsx';
import { useSavingReport } from './saving/report.ts';
import { useDue } from './use-due.ts';
import { useHandOver } from './use-hand-over.ts';
import { useKeptDelivery } from './use-kept-delivery.ts';
import { useRetryIn, useWaitingFor } from './use-waiting-for.ts';

/** What a link leads to, in one tab at a time. */
export function ReceiverPage({ link }: { readonly link: Link }) {
  const [attempt, setAttempt] = useState(0);
  const [lock, release] = useTabLock(takeTabLock, link.room, attempt);
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
  const kept = useKeptDelivery(link);
  switch (kept.state) {
    case 'looking':
      return null;
    case 'asking':
      return (
        <ResumeCard
          manifest={kept.delivery.manifest}
          leftOut={kept.delivery.leftOut}
          bytes={kept.delivery.bytes}
          onResume={kept.resume}
          onStartOver={kept.startOver}
        />
      );
    case 'answered':
      return <Running link={link} opened={kept.opened} {...handlers} />;
  }
}

interface RunningProps extends DeliveryHandlers {
  readonly link: Link;
  /** What an earlier visit has left, where the person wants to go on with it. */
  readonly opened: OpenedDelivery | undefined;
}

function Running({ link, opened, onRetry, ...handlers }: RunningProps) {
  const create = useCallback((): ReceiverHost => takeReceiver(link, opened), [link, opened]);
  const host = useHost(create);
  useRetry(host);
  const id = opened?.stored.id ?? host?.id;
  // What is here goes to a new delivery of the same link, which presents it and gets the rest.
  const giveOn = useCallback(async () => {
    await host?.stop();
    if (id !== undefined) await renew(id);
  }, [host, id]);
  // One that has failed is over for the sender, too: whoever comes back under its id is turned away.
  const giving = useRef(Promise.resolve());
  const onFailed = useCallback(() => {
    giving.current = giveOn().catch(() => undefined);
  }, [giveOn]);
  const onRead = useCallback(
    async (file: number) => {
      if (host === undefined) throw new DOMException('the page has no delivery', 'AbortError');
      return host.read(file);
    },
    [host],
  );
  if (host === undefined) return null;
  const onGetMissing = () => {
    // The next attempt asks for the tab's lock, which this one still has.
    handlers.onOver();
    void giveOn().then(onRetry);
  };
  return (
    <Delivery
      actor={host.delivery}
      handedOverBefore={opened?.stored.handedOver}
      onTryNow={() => host.retryNow()}
      onRetry={() => void giving.current.then(onRetry)}
      onGetMissing={onGetMissing}
      onFailed={onFailed}
      onIntroduce={(name) => host.introduce(name)}
      onRead={onRead}
      {...handlers}
    />
  );
}

async function renew(id: string): Promise<void> {
  const opened = await renewStored(id, createPageSaver());
  await opened?.sink.close();
}

interface DeliveryProps extends DeliveryHandlers {
  readonly actor: ReceiverDelivery;
  /** When an earlier visit has handed the files over, in milliseconds since 1970. */
  readonly handedOverBefore: number | undefined;
  readonly onTryNow: () => void;
  readonly onGetMissing: () => void;
  readonly onFailed: () => void;
  readonly onIntroduce: (name: string) => void;
  readonly onRead: ReadFile;
}

function Delivery({ actor, handedOverBefore, isRetry, onOver, ...on }: DeliveryProps) {
  const { onRetry, onTryNow, onGetMissing } = on;
  const view = useDelivery(actor);
  const phase = useSelector(actor, ({ value }) => phaseOf(value));
  const manifest = useSelector(actor, ({ context }) => context.manifest);
  const summary = useSelector(actor, ({ context }) => context.summary);
  const senderName = useSelector(actor, ({ context }) => context.senderName);
  const sink = useSelector(actor, ({ context }) => context.sink);
  const waitingFor = useWaitingFor(actor);
  const retryIn = useRetryIn(actor);
  const handedOver = useSelector(actor, ({ context }) => context.handedOver);
  const handOver = useHandOver(actor, handedOverBefore);
  // It stays while the connection comes and goes.
  const [ownName, setOwnName] = useState('');
  const discard = () => wish(actor, { type: 'discard.requested' });
  const save = (method: SaveMethod) => wish(actor, { type: 'save.requested', method });
  const headingRef = useRescuedFocus<HTMLHeadingElement>(phase, isRetry ? 'ended' : phase);

  // What has arrived and was not saved would be lost as well.
  useLeaveGuard(isActive(view) || phase === 'unsaved' || phase === 'saving');
  useWakeLock(view.state === 'moving');
  const name = manifest?.name ?? summary?.name ?? '';
  useTitle(titleOf(name, view.state === 'moving' ? view.progress : undefined));
  useNews(newsOf(phase, name));
  useEnd(isOver(phase), onOver);
  useEnd(phase === 'failed', on.onFailed);
  useDue(phase === 'saved' && handOver ? handOver.at + HANDED_OVER_LIFETIME : undefined, discard);
  useAutomaticSave(
    manifest !== undefined && isSingleFile(takenIn(manifest.entries, view.leftOut), view.lostFiles),
    phase,
    save,
  );
  return (
    <OfferCard
      view={view}
      phase={phase}
      waitingFor={waitingFor}
      retryIn={retryIn}
      manifest={manifest}
      summary={summary}
      senderName={senderName}
      sink={sink}
      handedOver={handedOver}
      handOver={handOver}
      saving={useSavingReport()}
      canPickFolder={'showDirectoryPicker' in window}
      headingRef={headingRef}
      onAccept={(left) => wish(actor, { type: 'accept.requested', left })}
      ownName={ownName}
      onIntroduce={(given) => {
        setOwnName(given);
        on.onIntroduce(given);
      }}
      onDecline={() => wish(actor, { type: 'decline.requested' })}
      onCancel={() => wish(actor, { type: 'cancel.requested' })}
      onPause={() => wish(actor, { type: 'pause.requested' })}
      onResume={() => wish(actor, { type: 'resume.requested' })}
      onTryNow={onTryNow}
      onTakeEntry={(entry) =>
        wish(actor, { type: 'take.requested', ranges: [{ first: entry, end: entry + 1 }] })
      }
      onSkipFile={(file) => wish(actor, { type: 'skip.requested', file })}
      onRetryFile={(file) => wish(actor, { type: 'retry.requested', file })}
      onGetMissing={onGetMissing}
      onRead={on.onRead}
      onSave={save}
      onDiscard={discard}
      onRetry={onRetry}
      onHandBack={useGiving(actor)}
    />
  );
}

/** What a receiver in another tab is told. */
function newsOf(phase: ReceiverPhase, name: string): string {
  if (phase === 'offered') return `${name} is offered to you.`;
  if (phase === 'unsaved' || phase === 'saved') return `${name} is here.`;
  if (phase === 'failed') return `${name} did not get through.`;
  return phase === 'interrupted' ? `The connection for ${name} was lost.` : '';
}

function titleOf(
  name: string,
  progress: { readonly arrived: number; readonly total: number } | undefined,
): string {
  return progress === undefined ? name : `${percentOf(progress.arrived, progress.total)} % ${name}`;
}

function useEnd(over: boolean, onOver: () => void): void {
  useEffect(() => {
    if (over) onOver();
  }, [over, onOver]);
}

/** A single file goes where downloads go as soon as it is whole, once; the button stays for another time. */
function useAutomaticSave(
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
