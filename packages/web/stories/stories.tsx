import {
  emptyPieces,
  FAILURE_CODES,
  piecesOf,
  summaryOf as toldOf,
  type Manifest,
} from '@burritoshare/core';
import { useState, type ReactNode } from 'react';

import { BadLinkPage } from '../src/app/bad-link-page.tsx';
import { LeaveQuestion } from '../src/app/leave-question.tsx';
import { ObstaclePage } from '../src/app/obstacle-page.tsx';
import { ConnectionLine } from '../src/delivery/connection-line.tsx';
import type { ConnectionLineForm } from '../src/delivery/connection-line-form.ts';
import { Receipt } from '../src/delivery/receipt.tsx';
import { ContentsTree } from '../src/delivery/contents/contents-tree.tsx';
import { takeWords } from '../src/delivery/contents/selection.ts';
import { summaryOf } from '../src/delivery/summary.ts';
import type { DeliveryView } from '../src/delivery/view.ts';
import { ElsewherePage } from '../src/receiving/elsewhere-page.tsx';
import { KeptList, type KeptItem } from '../src/receiving/kept-list.tsx';
import { OfferCard, type OfferCardProps } from '../src/receiving/offer-card.tsx';
import { ResumeCard } from '../src/receiving/resume-card.tsx';
import { BundleCard } from '../src/sending/bundle-card.tsx';
import { ChoosingView } from '../src/sending/choosing-view.tsx';
import { DeliveryRow, WaitingRow } from '../src/sending/delivery-row.tsx';
import { GiftNote } from '../src/sending/gifts/gift-note.tsx';
import { ChooseAgainView } from '../src/sending/kept/choose-again-view.tsx';
import { EarlierBundles, type EarlierRow } from '../src/sending/kept/earlier-bundles.tsx';
import { LinkLostCard } from '../src/sending/link-lost-card.tsx';
import { QuestionRow } from '../src/sending/question-row.tsx';
import { SpeedLimit } from '../src/sending/more/speed-limit.tsx';
import {
  DEEP,
  HALFWAY,
  MANY,
  MIXED,
  MIXED_PATHS,
  nothing,
  OFFER_CARD,
  PHOTOS,
  REPORT,
  view,
  WHOLE,
} from './fixtures.ts';
import { TEXT_STORIES } from './text-stories.tsx';

const LINK = `https://burrito.example/#2.${'Kd8xW2_q'.repeat(11)}`;
const UNFIT = PHOTOS.entries.map(({ path }) => path);
const EARLIER: EarlierRow = {
  id: '',
  manifest: PHOTOS,
  created: Date.UTC(2026, 10, 23, 12),
  hasHandles: false,
  state: 'here',
  isOwn: false,
};
const SPEED_LIMIT = <SpeedLimit limit={625_000} onChange={nothing} use="polite" onUse={nothing} />;
const RECEIPT = {
  short: 'B4R1-T0SX-7QKM',
  whole: 'B4R1-T0SX-7QKM-0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ-B4R1-T0SG',
};
const SLIP = (
  <Receipt
    receipt={RECEIPT}
    name={PHOTOS.name}
    files={4}
    texts={0}
    bytes={PHOTOS.bytes}
    path="direct"
    day={Date.UTC(2026, 10, 23, 12)}
    from="You"
    to="Receiver 1"
  />
);
const LOST = [{ file: 1, path: 'Lisbon/IMG_2042.jpg', code: 'source.changed' }] as const;
const SKIPPED = [{ file: 2, path: 'Lisbon/the evening.mov', code: 'skipped' }] as const;

function choosing(changes: Partial<Parameters<typeof ChoosingView>[0]>): ReactNode {
  return (
    <ChoosingView
      hovering={false}
      reading={false}
      problem={undefined}
      onChoose={nothing}
      onPick={nothing}
      {...changes}
    />
  );
}

function earlier(some: readonly Partial<EarlierRow>[]): ReactNode {
  const all = some.map((row, index) => ({ ...EARLIER, id: String(index), ...row }));
  return choosing({
    children: <EarlierBundles rows={all} onGoOn={nothing} onStop={nothing} />,
  });
}

function again(changes: Partial<Parameters<typeof ChooseAgainView>[0]>): ReactNode {
  return (
    <ChooseAgainView
      name={undefined}
      summary={summaryOf(PHOTOS.entries, PHOTOS.bytes)}
      hovering={false}
      reading={false}
      problem={undefined}
      onChoose={nothing}
      onPick={nothing}
      onGoOn={nothing}
      onBack={nothing}
      {...changes}
    />
  );
}

function bundle(
  manifest: Manifest,
  views: readonly DeliveryView[],
  {
    waiting = [],
    asking = [],
    gifts = [],
    ...changes
  }: Partial<Parameters<typeof BundleCard>[0]> & {
    readonly waiting?: readonly string[];
    readonly asking?: readonly string[];
    readonly gifts?: readonly string[];
  } = {},
): ReactNode {
  return (
    <BundleCard
      name={manifest.name}
      entries={manifest.entries}
      bytes={manifest.bytes}
      chosenPaths={[]}
      link={LINK}
      kept
      unfit={[]}
      server="joined"
      knocked={false}
      onClear={undefined}
      active={0}
      delivered={undefined}
      onRename={nothing}
      onStop={nothing}
      speedLimit={SPEED_LIMIT}
      {...changes}
    >
      {rows(views, changes.delivered !== undefined, gifts)}
      {asking.map((who) => (
        <QuestionRow key={who} who={who} onApprove={nothing} onRefuse={nothing} />
      ))}
      {waiting.map((who) => (
        <WaitingRow key={who} who={who} />
      ))}
    </BundleCard>
  );
}

function rows(
  views: readonly DeliveryView[],
  isOnSlip = false,
  gifts: readonly string[] = [],
): ReactNode {
  return views.map((one, index) => (
    <DeliveryRow
      key={index}
      who={`Receiver ${index + 1}`}
      view={one}
      gifts={gifts}
      isOnSlip={isOnSlip}
      onCancel={nothing}
      onPause={nothing}
      onResume={nothing}
      onTryNow={nothing}
      onRetryFile={nothing}
    />
  ));
}

function offer(changes: Partial<OfferCardProps>): ReactNode {
  return <OfferCard {...OFFER_CARD} {...changes} />;
}

const PRIVATE = { kind: 'private', persistent: false } as const;
const OFFERED: Partial<OfferCardProps> = {
  view: view('offered'),
  phase: 'offered',
  manifest: PHOTOS,
  sink: PRIVATE,
};
const ARRIVED: Partial<OfferCardProps> = {
  ...OFFERED,
  view: view('complete', { progress: WHOLE, receipt: RECEIPT }),
};

const IN_THE_MIDDLE = { ...OFFERED, manifest: PHOTOS };
const YESTERDAY = Date.now() - 86_400_000;
const KEPT: readonly KeptItem[] = [
  {
    id: 'a',
    state: 'unfinished',
    bytes: HALFWAY.bytes,
    used: HALFWAY.bytes,
    progressed: YESTERDAY,
    handedOver: undefined,
  },
  {
    id: 'b',
    state: 'finished',
    bytes: REPORT.bytes,
    used: REPORT.bytes,
    progressed: YESTERDAY,
    handedOver: Date.now(),
  },
];

function paused(pauses: DeliveryView['pauses']): ReactNode {
  return offer({
    ...IN_THE_MIDDLE,
    view: view('paused', { progress: HALFWAY, pauses }),
    phase: 'paused',
  });
}

function lost(changes: Partial<OfferCardProps>): ReactNode {
  return offer({
    ...IN_THE_MIDDLE,
    view: view('interrupted', { progress: HALFWAY }),
    phase: 'interrupted',
    ...changes,
  });
}

const FORMS: readonly ConnectionLineForm[] = [
  'waiting',
  'connecting',
  'direct',
  'relayed',
  'broken',
  'done',
];

/** Every form of the line. Nothing relays yet, so no page shows the knot. */
function lines(): ReactNode {
  return (
    <div className="counter">
      <h1 className="headline">Lines</h1>
      {FORMS.flatMap((form) =>
        [undefined, 20, 80].map((percent) => (
          <ConnectionLine
            key={`${form} ${percent}`}
            line={{ form, words: form }}
            from="You"
            to="Them"
            percent={percent}
          />
        )),
      )}
    </div>
  );
}

function Inside(props: Parameters<typeof ContentsTree>[0]) {
  return (
    <>
      <h1 className="headline">Look inside</h1>
      <div>
        <ContentsTree {...props} />
      </div>
    </>
  );
}

function Choosing({
  entries,
  leftOut,
}: Pick<Manifest, 'entries'> & { readonly leftOut: readonly number[] }) {
  const [selected, onSelect] = useState<ReadonlySet<number>>(
    () => new Set([...entries.keys()].filter((index) => !leftOut.includes(index))),
  );
  return (
    <>
      <h1 className="headline">Choose which</h1>
      <div>
        <ContentsTree entries={entries} selected={selected} onSelect={onSelect} />
        <p>{takeWords(entries, selected)}</p>
      </div>
    </>
  );
}

function isFirst(file: number): boolean {
  return file === 0;
}

/** Every state of every page, by name. */
export const STORIES: Readonly<Record<string, ReactNode>> = {
  choosing: choosing({}),
  'choosing-hovering': choosing({ hovering: true }),
  'choosing-empty': choosing({ problem: { kind: 'empty' } }),
  'choosing-limit': choosing({ problem: { kind: 'limit' } }),
  'choosing-unreadable': choosing({ problem: { kind: 'unreadable', path: 'Lisbon/locked.bin' } }),
  'choosing-earlier': earlier([{ isOwn: true }]),
  'choosing-earlier-several': earlier([
    { state: 'opening', hasHandles: true },
    { state: 'elsewhere', manifest: REPORT },
    { manifest: MANY, hasHandles: true },
    {},
    {},
  ]),
  ...TEXT_STORIES,
  again: again({}),
  'again-hovering': again({ hovering: true }),
  'again-unopened': again({ problem: { kind: 'unopened' } }),
  'again-nothing': again({ problem: { kind: 'nothing' } }),
  'again-missing': again({ name: PHOTOS.name, problem: { kind: 'missing', paths: UNFIT } }),
  'again-hidden': again({ name: PHOTOS.name, problem: { kind: 'hidden', paths: ['Thumbs.db'] } }),
  'sharing-again': bundle(PHOTOS, [], { unfit: UNFIT }),
  'sharing-unkept': bundle(REPORT, [], { kept: false }),
  'sharing-nobody': bundle(REPORT, []),
  'sharing-asked': bundle(REPORT, [], { asking: ['Receiver 1', 'Bo'] }),
  'sharing-no-server-place': bundle(REPORT, [], { server: 'waiting' }),
  'sharing-many-files': bundle(MANY, [], { server: 'lost' }),
  'sharing-knocked': bundle(REPORT, [], { knocked: true }),
  'sharing-given-back': bundle(REPORT, [view('moving', { progress: HALFWAY })], {
    gifts: [LINK.slice(-88)],
  }),
  'sharing-giving': bundle(REPORT, [], { giftNote: <GiftNote state="told" /> }),
  'sharing-giving-late': bundle(REPORT, [], { giftNote: <GiftNote state="untold" /> }),
  'sharing-waiting': bundle(REPORT, [view('moving', { progress: HALFWAY })], {
    active: 1,
    knocked: true,
    onClear: nothing,
    waiting: ['Receiver 2', 'Receiver 3'],
  }),
  'sharing-renamed': bundle({ ...MIXED, entries: MIXED.entries.slice(0, 3) }, [], {
    chosenPaths: MIXED_PATHS,
  }),
  'sharing-rows': bundle(
    PHOTOS,
    [
      view('moving', { progress: HALFWAY }),
      view('connecting'),
      view('waiting'),
      view('offered'),
      view('interrupted', { accepted: false }),
      view('interrupted', { progress: HALFWAY }),
      view('paused', { progress: HALFWAY }),
      view('paused', { progress: HALFWAY, pauses: ['them'] }),
      view('paused', { progress: HALFWAY, pauses: ['disk'] }),
      view('verifying', { progress: WHOLE }),
      view('cancelled', { cancelledBy: 'me' }),
      view('cancelled', { cancelledBy: 'them' }),
      view('declined', { cancelledBy: 'them' }),
    ],
    { active: 3 },
  ),
  'sharing-complete': bundle(
    PHOTOS,
    [view('complete', { progress: WHOLE, receipt: RECEIPT, lostFiles: LOST })],
    { delivered: { headline: 'Receiver 1 has all but 1 file.', slip: SLIP } },
  ),
  'sharing-delivered': bundle(REPORT, [view('complete', { progress: WHOLE, receipt: RECEIPT })], {
    delivered: { headline: 'Receiver 1 has everything.', slip: SLIP },
  }),
  'sharing-four': bundle(
    PHOTOS,
    [
      view('moving', { progress: HALFWAY }),
      view('complete', { progress: WHOLE, receipt: RECEIPT }),
      view('offered'),
      view('paused', { progress: HALFWAY }),
    ],
    { active: 2 },
  ),
  'sharing-failures': bundle(
    REPORT,
    FAILURE_CODES.map((failure) => view('failed', { failure })),
  ),
  'sharing-replaced': (
    <LinkLostCard
      refusal={undefined}
      receivers={1}
      active={1}
      onStop={nothing}
      onClear={nothing}
      speedLimit={SPEED_LIMIT}
    >
      {rows([view('moving', { progress: HALFWAY })])}
    </LinkLostCard>
  ),
  'sharing-refused': (
    <LinkLostCard
      refusal="idle"
      receivers={0}
      active={0}
      onStop={nothing}
      onClear={nothing}
      speedLimit={SPEED_LIMIT}
    >
      {[]}
    </LinkLostCard>
  ),
  'offer-calling': offer({}),
  'offer-no-server': offer({ waitingFor: 'absentServer' }),
  'offer-waiting': offer({ waitingFor: 'sender' }),
  'offer-asked': offer({ view: view('waiting'), waitingFor: 'answer', senderName: 'Ana' }),
  'offer-no-place': offer({ view: view('waiting'), waitingFor: 'place' }),
  'offer-no-server-place': offer({ view: view('waiting'), waitingFor: 'serverPlace' }),
  'offer-connecting': offer({ waitingFor: 'connection' }),
  'offer-summary': offer({ waitingFor: 'connection', summary: toldOf(PHOTOS) }),
  'offer-summary-one-file': offer({
    waitingFor: 'connection',
    summary: { ...toldOf(REPORT), senderName: 'Ana' },
    senderName: 'Ana',
  }),
  'offer-summary-retrying': offer({ waitingFor: 'retry', retryIn: 4, summary: toldOf(REPORT) }),
  'offer-summary-unreachable': offer({
    view: view('failed', { failure: 'unreachable' }),
    phase: 'failed',
    summary: toldOf(PHOTOS),
  }),
  offer: offer(OFFERED),
  'offer-renamed': offer({ ...OFFERED, manifest: MIXED }),
  'offer-one-file': offer({ ...OFFERED, manifest: REPORT }),
  'offer-looking': offer({ ...OFFERED, sink: undefined }),
  'offer-memory': offer({ ...OFFERED, sink: { kind: 'memory' } }),
  'offer-too-large': offer({
    ...OFFERED,
    sink: { kind: 'none', code: 'memory.limit', limit: 536_870_912 },
  }),
  'offer-disk-full': offer({
    ...OFFERED,
    sink: { kind: 'none', code: 'disk.full', limit: 900_000_000 },
  }),
  'offer-preparing': offer({ ...OFFERED, view: view('moving'), phase: 'preparing' }),
  'offer-moving': offer({
    ...OFFERED,
    view: view('moving', { progress: HALFWAY }),
    phase: 'moving',
  }),
  'offer-with-losses': offer({
    ...OFFERED,
    view: view('moving', { progress: HALFWAY, lostFiles: [...LOST, ...SKIPPED] }),
    phase: 'moving',
  }),
  'offer-in-part': offer({
    ...OFFERED,
    view: view('moving', { progress: HALFWAY, leftOut: piecesOf([{ first: 1, end: 3 }]) }),
    phase: 'moving',
  }),
  'offer-paused': paused(['me']),
  'offer-paused-by-sender': paused(['them']),
  'offer-disk-is-full': paused(['disk']),
  'offer-lost': lost({ waitingFor: 'connection' }),
  'offer-lost-retrying': lost({ waitingFor: 'retry', retryIn: 4 }),
  'offer-lost-sender': lost({ waitingFor: 'sender' }),
  'offer-lost-server': lost({ waitingFor: 'absentServer' }),
  'offer-retrying': offer({ waitingFor: 'retry', retryIn: 4 }),
  'offer-skipped': offer({
    ...OFFERED,
    manifest: { ...MIXED, entries: MIXED.entries.slice(0, 3) },
    view: view('moving', {
      lostFiles: [
        { file: 1, path: 'a (2).txt', code: 'source.changed' },
        { file: 2, path: 'why_.pdf', code: 'skipped' },
      ],
    }),
    phase: 'moving',
  }),
  'contents-many': <Inside entries={MANY.entries} />,
  'contents-deep': <Inside entries={DEEP} chosenPaths={[]} onSkip={nothing} canSkip={isFirst} />,
  'contents-choosing': <Choosing entries={PHOTOS.entries} leftOut={[1, 4]} />,
  'contents-choosing-many': <Choosing entries={DEEP} leftOut={[3]} />,
  resume: (
    <ResumeCard
      manifest={PHOTOS}
      leftOut={emptyPieces}
      bytes={HALFWAY.bytes}
      onResume={nothing}
      onStartOver={nothing}
    />
  ),
  kept: (
    <>
      <h1 className="headline">Something else</h1>
      <KeptList items={KEPT} onDiscard={nothing} />
    </>
  ),
  'offer-verifying': offer({
    ...OFFERED,
    view: view('verifying', { progress: WHOLE }),
    phase: 'verifying',
  }),
  'offer-unsaved': offer({ ...ARRIVED, phase: 'unsaved' }),
  'offer-save-failed': offer({ ...ARRIVED, phase: 'unsaved', handedOver: 'failed' }),
  'offer-saving': offer({ ...ARRIVED, phase: 'saving' }),
  'offer-saved': offer({
    ...ARRIVED,
    view: view('complete', {
      progress: { ...WHOLE, bytes: REPORT.bytes, arrived: REPORT.bytes, total: REPORT.bytes },
      receipt: RECEIPT,
    }),
    phase: 'saved',
    handedOver: 'started',
    handOver: { at: Date.now(), isEarlier: false },
    manifest: REPORT,
  }),
  'offer-saved-some': offer({
    ...ARRIVED,
    view: view('complete', { progress: WHOLE, receipt: RECEIPT, lostFiles: LOST }),
    phase: 'saved',
    handedOver: 'started',
    handOver: { at: YESTERDAY, isEarlier: true },
    canPickFolder: false,
  }),
  'offer-discarded': offer({ ...ARRIVED, phase: 'discarded', handedOver: 'started' }),
  'offer-in-folder': offer({
    ...ARRIVED,
    phase: 'discarded',
    handedOver: 'finished',
    saving: {
      renamed: [
        { from: 'Lisbon/Thumbs.db', to: 'Lisbon/_Thumbs.db' },
        { from: 'Lisbon/می\u200cخواهم.txt', to: 'Lisbon/میخواهم.txt' },
        ...Array.from({ length: 20 }, (_, index) => ({
          from: `Lisbon/link ${index}.lnk`,
          to: `Lisbon/link ${index}.lnk.download`,
        })),
      ],
      isWithoutFolder: false,
    },
  }),
  'offer-no-folder': offer({
    ...ARRIVED,
    phase: 'unsaved',
    saving: { renamed: [], isWithoutFolder: true },
  }),
  'offer-cancelled-by-me': offer({
    ...OFFERED,
    view: view('cancelled', { cancelledBy: 'me' }),
    phase: 'cancelled',
  }),
  'offer-cancelled-by-them': offer({
    ...OFFERED,
    view: view('cancelled', { cancelledBy: 'them' }),
    phase: 'cancelled',
  }),
  'offer-declined': offer({
    ...OFFERED,
    view: view('declined', { cancelledBy: 'me' }),
    phase: 'declined',
  }),
  ...Object.fromEntries(
    FAILURE_CODES.map((failure) => [
      `offer-failed-${failure}`,
      offer({ ...OFFERED, view: view('failed', { failure }), phase: 'failed' }),
    ]),
  ),
  elsewhere: <ElsewherePage onRetry={nothing} />,
  'bad-link': <BadLinkPage reason="damaged" onHome={nothing} />,
  'no-link': <BadLinkPage reason="malformed" onHome={nothing} />,
  'other-version': <BadLinkPage reason="version" onHome={nothing} />,
  insecure: <ObstaclePage obstacle="insecure" />,
  'no-webrtc': <ObstaclePage obstacle="no-webrtc" />,
  lines: lines(),
  leaving: (
    <>
      <LeaveQuestion asked="link" onStay={nothing} onGo={nothing} />
      {bundle(PHOTOS, [view('moving', { progress: HALFWAY })], { active: 1 })}
    </>
  ),
};
