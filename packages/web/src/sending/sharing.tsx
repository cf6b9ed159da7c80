import {
  formatLink,
  receiptOf,
  type BundleDelivery,
  type DeliveryState,
  type Manifest,
} from '@burritoshare/core';
import { wish } from '@burritoshare/peer';
import { useSelector } from '@xstate/react';
import { useEffect, useMemo, useState, useSyncExternalStore, type RefObject } from 'react';

import { Receipt } from '../delivery/receipt.tsx';
import { tallyOf } from '../delivery/summary.ts';
import { useDelivery, type SenderDelivery } from '../delivery/use-delivery.ts';
import { useAnnounce } from '../tab/use-announcer.ts';
import { useRescuedFocus } from '../tab/use-rescued-focus.ts';
import { useFileDrop } from '../tab/use-file-drop.ts';
import { useNews } from '../tab/use-news.ts';
import { useLeaveGuard } from '../tab/use-leave-guard.ts';
import { useTitle } from '../tab/use-title.ts';
import { useWakeLock } from '../tab/use-wake-lock.ts';
import { BundleCard } from './bundle-card.tsx';
import { DeliveryRow, WaitingRow } from './delivery-row.tsx';
import { GiftNote } from './gifts/gift-note.tsx';
import { useGift } from './gifts/use-gift.ts';
import type { Sender } from './kept/keeper.ts';
import { Introduction } from './more/introduction.tsx';
import { LinkLostCard } from './link-lost-card.tsx';
import { Newcomers } from './more/newcomers.tsx';
import { NewsChoice } from './more/news-choice.tsx';
import { rememberOwnName } from './more/own-name.ts';
import { SpeedLimit } from './more/speed-limit.tsx';
import { QuestionRow } from './question-row.tsx';
import { useOverallPercent } from './use-overall-percent.ts';
import { useTally } from './use-tally.ts';
import { askingWords, deliveredHeadline, senderWords } from './words.ts';

interface SharingProps {
  readonly sender: Sender;
  /** The channel to a tab that is told the link. */
  readonly giving: string | undefined;
  readonly stage: 'sharing' | 'replaced' | 'refused' | 'spent';
  /** Paths of what was not found again after a reload, or has changed. */
  readonly unfit: readonly string[];
  readonly headingRef: RefObject<HTMLHeadingElement | null>;
  readonly onStop: () => void;
}

/** The sender's page while there is a link. */
export function Sharing({ sender, giving, stage, unfit, headingRef, onStop }: SharingProps) {
  const { bundle } = sender;
  const keeping = useSyncExternalStore(sender.subscribe, sender.keeping);
  const manifest = useSelector(bundle, ({ context }) => context.manifest);
  const chosenPaths = useSelector(bundle, ({ context }) => context.chosenPaths);
  const secrets = useSelector(bundle, ({ context }) => context.secrets);
  const signaling = useSelector(bundle, ({ context }) => context.signaling);
  const refusal = useSelector(bundle, ({ context }) => context.refusal);
  const deliveries = useSelector(bundle, ({ context }) => context.deliveries);
  const waiting = useSelector(bundle, ({ context }) => context.waiting);
  const isKnocked = useSelector(bundle, ({ context }) => context.knocks.length > 0);
  const ids = deliveries.map(({ id }) => id).join(' ');
  const actors = useMemo(
    () =>
      ids
        .split(' ')
        .filter(Boolean)
        .map((id) => sender.delivery(id)),
    [sender, ids],
  );
  const gift = useGift(giving, secrets);
  const tally = useTally(actors);
  const link = useMemo(() => secrets && formatLink(location.origin, secrets), [secrets]);

  // Nobody can fetch anything until this page is opened again, and somebody may just have been sent the link.
  const isAllDelivered = tally.complete > 0 && tally.active === 0;
  useLeaveGuard(!isAllDelivered);
  useWakeLock(tally.moving > 0);
  // A file dropped by mistake must not replace the page, and the link with it.
  useFileDrop({ wanted: false, onDrop: ignore, onPaste: ignore });
  // What there is to do changes once everybody has it.
  useRescuedFocus(isAllDelivered ? 'delivered' : 'wrapped', undefined, headingRef);
  if (manifest === undefined || link === undefined) return null;

  const onSlip = isAllDelivered ? actors[tally.newest] : undefined;
  const { digest, failedFiles = [] } = onSlip?.getSnapshot().context ?? {};
  const onSlipWho = whoOf(deliveries[tally.newest]);
  const rows = deliveries.map((delivery) => ({
    number: delivery.number,
    row: (
      <Row
        key={delivery.id}
        actor={sender.delivery(delivery.id)}
        who={whoOf(delivery)}
        slip={digest && receiptOf(digest)}
        onTryNow={() => sender.retryNow()}
      />
    ),
  }));
  const waiters = waiting.map(({ id, waitsFor, ...receiver }) => {
    const who = whoOf(receiver);
    const isAsked = waitsFor === 'answer';
    return {
      number: receiver.number,
      row: isAsked ? (
        <Question key={`asking ${id}`} bundle={bundle} delivery={id} who={who} />
      ) : (
        <WaitingRow key={`waiting ${id}`} who={who} />
      ),
    };
  });
  // Whoever is let in stays where they are: no other row moves under a finger.
  const lanes = [...rows, ...waiters].toSorted((one, other) => one.number - other.number);
  const isClearable =
    waiting.some(({ session }) => session === undefined) || deliveries.some(isIdle);
  const common = {
    headingRef,
    // What was delivered through a link that has ended is all that is left to see.
    onClear:
      isClearable && stage !== 'spent'
        ? () => wish(bundle, { type: 'deliveries.cleared' })
        : undefined,
    active: tally.active,
    onStop,
    speedLimit: (
      <>
        <SenderSpeedLimit sender={sender} />
        <NewsChoice />
        {stage === 'sharing' && <SenderNewcomers bundle={bundle} />}
      </>
    ),
    children: lanes.map(({ row }) => row),
  };
  return (
    <>
      <SharingTitle name={manifest.name} actors={actors} moving={tally.moving > 0} />
      {stage === 'sharing' || stage === 'spent' ? (
        <BundleCard
          {...common}
          name={manifest.name}
          entries={manifest.entries}
          bytes={manifest.bytes}
          chosenPaths={chosenPaths}
          link={stage === 'spent' ? undefined : link}
          kept={keeping !== 'refused'}
          unfit={unfit}
          knocked={isKnocked}
          giftNote={giving !== undefined && <GiftNote state={gift} />}
          server={signaling}
          delivered={
            onSlip && {
              headline: deliveredHeadline(tally.complete, onSlipWho, failedFiles.length),
              slip: <Slip actor={onSlip} manifest={manifest} who={onSlipWho} />,
            }
          }
          introduction={<SenderIntroduction bundle={bundle} />}
          onRename={(name) => wish(bundle, { type: 'name.changed', name })}
        />
      ) : (
        <LinkLostCard
          {...common}
          receivers={tally.all + waiting.length}
          refusal={stage === 'refused' ? (refusal ?? 'malformed') : undefined}
        />
      )}
    </>
  );
}

function ignore(): void {}

/** What a receiver is called here: as they call themselves, or by the number in which they came. */
function whoOf(receiver: Pick<BundleDelivery, 'number' | 'receiverName'> | undefined): string {
  return receiver?.receiverName ?? `Receiver ${receiver?.number}`;
}

/** Has ended, or never came to anything. */
function isIdle({ stage, lane }: BundleDelivery): boolean {
  return stage === 'ended' || (stage === 'open' && lane === 'never');
}

/** The sender has both settings, also while another page is shown; nothing but this changes them. */
function SenderSpeedLimit({ sender }: { readonly sender: Sender }) {
  const [limit, setLimit] = useState(sender.rateCap);
  const [use, setUse] = useState(sender.use);
  return (
    <SpeedLimit
      limit={limit}
      onChange={(bytesPerSecond) => {
        sender.setRateCap(bytesPerSecond);
        setLimit(bytesPerSecond);
      }}
      use={use}
      onUse={(next) => {
        sender.setUse(next);
        setUse(next);
      }}
    />
  );
}

interface SharingTitleProps {
  readonly name: string;
  readonly actors: readonly SenderDelivery[];
  readonly moving: boolean;
}

/** Apart, so that the title's ticking draws nothing else anew. */
function SharingTitle({ name, actors, moving }: SharingTitleProps) {
  const percent = useOverallPercent(actors, moving);
  useTitle(percent === undefined ? name : `${percent} % ${name}`);
  return null;
}

interface SlipProps {
  readonly actor: SenderDelivery;
  readonly manifest: Manifest;
  readonly who: string;
}

function Slip({ actor, manifest, who }: SlipProps) {
  const { receipt, path, progress, lostFiles, leftOut } = useDelivery(actor);
  const [day] = useState(Date.now);
  if (receipt === undefined) return null;
  return (
    <Receipt
      receipt={receipt}
      name={manifest.name}
      {...tallyOf(manifest.entries, lostFiles, leftOut)}
      bytes={progress.total}
      path={path}
      day={day}
      from="You"
      to={who}
    />
  );
}

/** What a sender in another tab is told of: who has come, and how it has ended. */
const ENDS: ReadonlySet<DeliveryState> = new Set(['complete', 'declined', 'cancelled', 'failed']);

function SenderIntroduction({ bundle }: Pick<Sender, 'bundle'>) {
  const senderName = useSelector(bundle, ({ context }) => context.senderName);
  const note = useSelector(bundle, ({ context }) => context.note);
  return (
    <Introduction
      name={senderName ?? ''}
      note={note ?? ''}
      onName={(name) => {
        wish(bundle, { type: 'sender.name.changed', name });
        rememberOwnName(bundle.getSnapshot().context.senderName ?? '');
      }}
      onNote={(text) => wish(bundle, { type: 'note.changed', note: text })}
    />
  );
}

function SenderNewcomers({ bundle }: Pick<Sender, 'bundle'>) {
  const asksFirst = useSelector(bundle, ({ context }) => context.asksFirst);
  const once = useSelector(bundle, ({ context }) => context.once);
  return (
    <Newcomers
      asksFirst={asksFirst}
      once={once}
      onAskFirst={(next) => wish(bundle, { type: 'asking.changed', asksFirst: next })}
      onOnce={(next) => wish(bundle, { type: 'once.changed', once: next })}
    />
  );
}

interface QuestionProps extends Pick<Sender, 'bundle'> {
  readonly delivery: string;
  readonly who: string;
}

function Question({ bundle, delivery, who }: QuestionProps) {
  const announce = useAnnounce();
  const { spoken } = askingWords(who);
  useEffect(() => announce(spoken), [announce, spoken]);
  useNews(spoken);
  return (
    <QuestionRow
      who={who}
      onApprove={() => wish(bundle, { type: 'approve.requested', delivery })}
      onRefuse={() => wish(bundle, { type: 'refuse.requested', delivery })}
    />
  );
}

interface RowProps {
  readonly actor: SenderDelivery;
  readonly who: string;
  /** The receipt that the page's slip shows; undefined while there is none. */
  readonly slip: string | undefined;
  readonly onTryNow: () => void;
}

function Row({ actor, who, slip, onTryNow }: RowProps) {
  const view = useDelivery(actor);
  const announce = useAnnounce();
  const gifts = useSelector(actor, ({ context }) => context.gifts);
  const { spoken } = senderWords(view, who);
  useEffect(() => announce(`${who} opened the link.`), [announce, who]);
  // A lane shows as few words as it can: whoever listens is told in whole sentences.
  useEffect(() => announce(spoken), [announce, spoken]);
  useNews(ENDS.has(view.state) && spoken !== '' ? spoken : `${who} opened the link.`);
  useEffect(() => {
    if (gifts.length > 0) announce(`${who} handed something back.`);
  }, [announce, gifts.length, who]);
  return (
    <DeliveryRow
      who={who}
      view={view}
      gifts={gifts}
      isOnSlip={slip !== undefined && view.receipt?.short === slip}
      onCancel={() => wish(actor, { type: 'cancel.requested' })}
      onPause={() => wish(actor, { type: 'pause.requested' })}
      onResume={() => wish(actor, { type: 'resume.requested' })}
      onRetryFile={(file) => wish(actor, { type: 'retry.requested', file })}
      onTryNow={onTryNow}
    />
  );
}
