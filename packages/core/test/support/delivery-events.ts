import * as fc from 'fast-check';

import { toBase64Url } from '../../src/bytes.ts';
import { GIFTS_MAX, LEAF_BYTES } from '../../src/constants.ts';
import type { ReceiverDeliveryEvent, SenderDeliveryEvent } from '../../src/delivery/types.ts';
import { emptyPieces, piecesOf } from '../../src/pieces/piece-set.ts';
import { formatGift } from '../../src/protocol/link.ts';
import { createManifest, pagesOf } from '../../src/protocol/manifest.ts';
import type { ControlMessage } from '../../src/protocol/control-messages.ts';
import { FAILURE_CODES, SENDER } from '../../src/protocol/types.ts';
import { digestOfAll } from './digest-of-all.ts';

/** A file, a text and an empty folder. */
export const MANIFEST = createManifest('bundle', [
  { kind: 'file', path: 'a.txt', size: 3_000_000, modified: 1, mediaType: 'text/plain' },
  { kind: 'text', path: 'b.txt', size: 5, modified: null, mediaType: '' },
  { kind: 'folder', path: 'empty', size: 0, modified: null, mediaType: '' },
]);

const OTHER_MANIFEST = { ...MANIFEST, entries: MANIFEST.entries.slice(0, 1), bytes: 3_000_000 };

export const DIGEST = digestOfAll(new Uint8Array(32).fill(7));
export const OTHER_DIGEST = digestOfAll(new Uint8Array(32).fill(8));

/** Links to hand back, one more than a delivery takes. */
export const GIFTS: readonly string[] = Array.from({ length: GIFTS_MAX + 1 }, (_, index) =>
  formatGift({
    roomBytes: new Uint8Array(16).fill(index),
    secret: new Uint8Array(16).fill(1),
    publicKey: new Uint8Array(32).fill(2),
  }),
);
const gifts = fc.constantFrom(...GIFTS);

const digests = fc.constantFrom(DIGEST, DIGEST, DIGEST, OTHER_DIGEST);
const codes = fc.constantFrom(...FAILURE_CODES);
const bytes = fc.nat(4_000_000);

/** The manifest as events of the receiver's machine. */
export const OFFER: readonly ReceiverDeliveryEvent[] = pagesOf(MANIFEST).map(offerEvent);

/** The event of the receiver's machine for a control message of the manifest. */
function offerEvent(message: ControlMessage): ReceiverDeliveryEvent {
  if (message.type === 'offer') return { ...message, type: 'offer.received' };
  if (message.type === 'page') return { ...message, type: 'page.received' };
  throw new Error(`${message.type} is no part of an offer`);
}

/** The pieces that a receiver holds of the first file. */
const HELD = { type: 'held.received', first: 0, leaves: new Uint8Array(2 * LEAF_BYTES) } as const;
const HELD_PIECES = piecesOf([{ first: 0, end: 2 }]);

/** Indexes of files, and one that isn't a file. */
const files = fc.integer({ min: 0, max: 3 });
const failedFile = fc.record({
  type: fc.constant('file.failed' as const),
  file: fc.integer({ min: 0, max: 3 }),
  code: codes,
});

const paths = fc.constantFrom(
  undefined,
  ...(['local', 'direct', 'relayed'] as const).map(
    (kind) => ({ kind, protocol: 'udp', roundTrip: 20 }) as const,
  ),
);

const commonEvents = [
  { weight: 10, arbitrary: fc.constant({ type: 'connection.established' } as const) },
  { weight: 2, arbitrary: fc.constant({ type: 'connection.lost' } as const) },
  { weight: 5, arbitrary: bytes.map((made) => ({ type: 'progress.made', bytes: made }) as const) },
  { weight: 5, arbitrary: bytes.map((made) => ({ type: 'bytes.arrived', bytes: made }) as const) },
  { weight: 1, arbitrary: paths.map((path) => ({ type: 'path.known', path }) as const) },
  { weight: 3, arbitrary: failedFile },
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      { type: 'pause.requested' } as const,
      { type: 'resume.requested' } as const,
      { type: 'pause.received', reason: 'person' } as const,
      { type: 'resume.received' } as const,
    ),
  },
  {
    weight: 6,
    arbitrary: fc.oneof(
      files.map((file) => ({ type: 'skip.requested', file }) as const),
      files.map((file) => ({ type: 'retry.requested', file }) as const),
      files.map((file) => ({ type: 'file.retried', file }) as const),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.oneof(
      codes.map((code) => ({ type: 'connection.failed', code }) as const),
      codes.map((code) => ({ type: 'failed.received', code }) as const),
      codes.map((code) => ({ type: 'platform.failed', code }) as const),
      fc.constantFrom(
        { type: 'cancel.requested' } as const,
        { type: 'cancel.received' } as const,
        { type: 'remote.misbehaved' } as const,
        { type: 'bulk.received' } as const,
      ),
    ),
  },
];

/** Events of a delivery on the sender's side. Those that lead on are more likely. */
export const senderEvents: fc.Arbitrary<SenderDeliveryEvent> = fc.oneof(
  ...commonEvents,
  {
    weight: 6,
    arbitrary: fc.nat().map((credit) => ({ type: 'accept.received', credit, entries: 3 }) as const),
  },
  {
    weight: 8,
    arbitrary: fc.constantFrom<SenderDeliveryEvent>(
      { type: 'credit.received' },
      { type: 'missing.received' },
      { type: 'wish.received' },
      { type: 'pause.received', reason: 'disk.full' },
      HELD,
      { ...HELD, first: 3 },
    ),
  },
  { weight: 2, arbitrary: gifts.map((link) => ({ type: 'gift.received', link }) as const) },
  { weight: 1, arbitrary: fc.constant({ type: 'decline.received' } as const) },
  { weight: 6, arbitrary: fc.constant({ type: 'outflow.finished' } as const) },
  {
    weight: 6,
    arbitrary: digests.map((digest) => ({ type: 'digest.computed', digest }) as const),
  },
  {
    weight: 6,
    arbitrary: digests.map(
      (digest) => ({ type: 'verified.received', digest: toBase64Url(digest.all) }) as const,
    ),
  },
);

/** Events of a delivery on the receiver's side. */
export const receiverEvents: fc.Arbitrary<ReceiverDeliveryEvent> = fc.oneof(
  ...commonEvents,
  {
    weight: 4,
    arbitrary: fc.constantFrom<ReceiverDeliveryEvent>(
      { type: 'signaling.joined', peers: [SENDER] },
      { type: 'signaling.joined', peers: [] },
      { type: 'signaling.lost' },
      { type: 'summary.received', summary: { name: 'a', files: 1, bytes: 1 } },
      { type: 'answer.awaited', senderName: 'Ana' },
      { type: 'signaling.waiting', code: 'limit' },
      { type: 'peer.online' },
      { type: 'peer.offline' },
    ),
  },
  {
    weight: 1,
    arbitrary: codes.map((code) => ({ type: 'signaling.refused', code }) as const),
  },
  { weight: 12, arbitrary: fc.constantFrom(...OFFER) },
  {
    weight: 8,
    arbitrary: fc.constantFrom<ReceiverDeliveryEvent>(
      { type: 'sink.probed', sink: { kind: 'private', persistent: true } },
      { type: 'sink.probed', sink: { kind: 'none', code: 'disk.full', limit: 1 } },
    ),
  },
  {
    weight: 10,
    arbitrary: fc.constantFrom<ReceiverDeliveryEvent>(
      { type: 'accept.requested' },
      { type: 'accept.requested', left: [{ first: 1, end: 3 }] },
      { type: 'accept.requested', left: [{ first: 0, end: 3 }] },
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom<ReceiverDeliveryEvent>(
      { type: 'take.requested', ranges: [{ first: 1, end: 2 }] },
      { type: 'choice.recorded', taken: [{ first: 1, end: 2 }] },
      { type: 'entries.taken', ranges: [{ first: 1, end: 2 }] },
    ),
  },
  { weight: 4, arbitrary: gifts.map((link) => ({ type: 'give.requested', link }) as const) },
  { weight: 1, arbitrary: fc.constant({ type: 'decline.requested' } as const) },
  {
    weight: 10,
    arbitrary: fc
      .constantFrom(emptyPieces, HELD_PIECES)
      .map((pieces) => ({ type: 'sink.listed', pieces }) as const),
  },
  {
    weight: 5,
    arbitrary: fc.constantFrom<ReceiverDeliveryEvent>(
      { type: 'sent.received' },
      { type: 'again.received' },
      { type: 'inflow.stalled' },
      { type: 'retry.scheduled', delay: 500 },
    ),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'visit.ended' } as const) },
  { weight: 10, arbitrary: fc.constant({ type: 'inflow.started' } as const) },
  { weight: 10, arbitrary: fc.constant({ type: 'inflow.verifying' } as const) },
  {
    weight: 10,
    arbitrary: digests.map((digest) => ({ type: 'inflow.verified', digest }) as const),
  },
  { weight: 1, arbitrary: codes.map((code) => ({ type: 'inflow.failed', code }) as const) },
  { weight: 10, arbitrary: fc.constant({ type: 'sink.sealed' } as const) },
  {
    weight: 10,
    arbitrary: digests.map(
      (digest) => ({ type: 'complete.received', digest: toBase64Url(digest.all) }) as const,
    ),
  },
  {
    weight: 10,
    arbitrary: fc.constantFrom<ReceiverDeliveryEvent>(
      { type: 'save.requested', method: 'download' },
      { type: 'save.started' },
      { type: 'save.finished' },
      { type: 'save.failed', isAborted: true },
      { type: 'save.failed', isAborted: false },
      { type: 'discard.requested' },
    ),
  },
);

const senderMoves: readonly SenderDeliveryEvent[] = [
  { type: 'connection.established' },
  HELD,
  { type: 'accept.received', credit: 16_777_216, entries: 3 },
  { type: 'credit.received' },
];
const senderAgrees: readonly SenderDeliveryEvent[] = [
  { type: 'outflow.finished' },
  { type: 'digest.computed', digest: DIGEST },
];
const verified: SenderDeliveryEvent = {
  type: 'verified.received',
  digest: toBase64Url(DIGEST.all),
};
const lost = { type: 'connection.lost' } as const;

/** Courses that lead to the end by themselves, into which arbitrary events are strewn. */
export const SENDER_COURSES: readonly (readonly SenderDeliveryEvent[])[] = [
  [...senderMoves, ...senderAgrees, verified],
  [...senderMoves, lost, ...senderMoves, ...senderAgrees, verified],
  // E: the second file and the folder are left out, and the file is taken in later.
  [
    { type: 'connection.established' },
    { type: 'leave.received', ranges: [{ first: 1, end: 2 }], more: true },
    { type: 'leave.received', ranges: [{ first: 2, end: 3 }], more: false },
    ...senderMoves.slice(1),
    { type: 'entries.taken', ranges: [{ first: 1, end: 2 }] },
    ...senderAgrees,
    verified,
  ],
  [...senderMoves, { type: 'pause.requested' }, { type: 'resume.requested' }],
  // B2: as many gifts as there may be.
  [
    ...senderMoves,
    ...GIFTS.slice(1).map((link) => ({ type: 'gift.received', link }) as const),
    ...senderAgrees,
    verified,
  ],
  // X3: the last message comes after a loss.
  [...senderMoves, ...senderAgrees, lost, { type: 'connection.established' }, verified],
];

const offered: readonly ReceiverDeliveryEvent[] = [{ type: 'connection.established' }, ...OFFER];
const receiverAccepts: readonly ReceiverDeliveryEvent[] = [
  { type: 'signaling.joined', peers: [SENDER] },
  ...offered,
  { type: 'sink.probed', sink: { kind: 'memory' } },
  { type: 'accept.requested' },
  { type: 'sink.listed', pieces: emptyPieces },
  { type: 'inflow.started' },
];
const receiverMoves: readonly ReceiverDeliveryEvent[] = [
  { type: 'sink.listed', pieces: emptyPieces },
  { type: 'inflow.started' },
];
const receiverChooses: readonly ReceiverDeliveryEvent[] = receiverAccepts.map((event) =>
  event.type === 'accept.requested' ? { ...event, left: [{ first: 1, end: 3 }] } : event,
);
const receiverTakes: readonly ReceiverDeliveryEvent[] = [
  { type: 'take.requested', ranges: [{ first: 1, end: 2 }] },
  { type: 'choice.recorded', taken: [{ first: 1, end: 2 }] },
  { type: 'entries.taken', ranges: [{ first: 1, end: 2 }] },
];
const receiverVerifies: readonly ReceiverDeliveryEvent[] = [
  { type: 'sent.received' },
  { type: 'inflow.verifying' },
  { type: 'inflow.verified', digest: DIGEST },
  { type: 'sink.sealed' },
];
const complete: ReceiverDeliveryEvent = {
  type: 'complete.received',
  digest: toBase64Url(DIGEST.all),
};
const saved: readonly ReceiverDeliveryEvent[] = [
  { type: 'save.requested', method: 'folder' },
  { type: 'save.finished' },
];

/** R5: a file has failed when the connection is lost, and the next generation is about to move. */
export const RESUMED_AFTER_FAILURE: readonly ReceiverDeliveryEvent[] = [
  ...receiverAccepts,
  { type: 'file.failed', file: 0, code: 'security' },
  lost,
  ...offered,
  { type: 'sink.listed', pieces: HELD_PIECES },
];

/** The same for the receiver. */
export const RECEIVER_COURSES: readonly (readonly ReceiverDeliveryEvent[])[] = [
  [...receiverAccepts, ...receiverVerifies, complete, ...saved],
  [
    ...receiverAccepts,
    lost,
    ...offered,
    { type: 'sink.listed', pieces: HELD_PIECES },
    { type: 'inflow.started' },
    ...receiverVerifies,
    complete,
    ...saved,
  ],
  [...receiverAccepts, { type: 'pause.requested' }, { type: 'resume.requested' }],
  // B2, B3: a gift is said again over the next connection, and one that was wished meanwhile is said.
  [
    ...receiverAccepts,
    { type: 'give.requested', link: GIFTS[1]! },
    lost,
    { type: 'give.requested', link: GIFTS[2]! },
    ...offered,
    ...receiverMoves,
    ...receiverVerifies,
    complete,
  ],
  // E: a file is left out and taken in later; and wanted while there is no connection.
  [...receiverChooses, ...receiverTakes, ...receiverVerifies, complete, ...saved],
  [...receiverChooses, lost, receiverTakes[0]!, ...offered, ...receiverMoves, ...receiverVerifies],
  // R1: other entries than the accepted ones.
  [...receiverAccepts, lost, ...pagesOf(OTHER_MANIFEST).map(offerEvent)],
  [...RESUMED_AFTER_FAILURE, { type: 'inflow.started' }, ...receiverVerifies, complete],
  // X3: complete without the last message, which comes with the next connection.
  [...receiverAccepts, ...receiverVerifies, lost, ...offered, complete, ...saved],
];

/** One of the courses with arbitrary events strewn in, cut anywhere. */
export function strewn<Event>(
  courses: readonly (readonly Event[])[],
  events: fc.Arbitrary<Event>,
): fc.Arbitrary<readonly Event[]> {
  return fc.constantFrom(...courses).chain((course) => strewnInto(course, events));
}

function strewnInto<Event>(
  course: readonly Event[],
  events: fc.Arbitrary<Event>,
): fc.Arbitrary<readonly Event[]> {
  return fc
    .tuple(
      fc.array(fc.tuple(fc.nat(course.length), events), { maxLength: 8 }),
      fc.integer({ min: 0, max: course.length }),
    )
    .map(([strays, end]) => [
      ...course
        .slice(0, end)
        .flatMap((event, place) => [
          ...strays.filter(([at]) => at === place).map(([, stray]) => stray),
          event,
        ]),
      ...strays.filter(([at]) => at >= end).map(([, stray]) => stray),
    ]);
}
