import { toBase64Url } from '../../src/bytes.ts';
import { LEAF_BYTES } from '../../src/constants.ts';
import type { ReceiverDeliveryEvent, SenderDeliveryEvent } from '../../src/delivery/types.ts';
import { emptyPieces } from '../../src/pieces/piece-set.ts';
import { DIGEST, OFFER, OTHER_DIGEST } from '../support/delivery-events.ts';

const ofBoth = [
  { type: 'connection.established' },
  { type: 'connection.lost' },
  { type: 'connection.failed', code: 'unreachable' },
  { type: 'progress.made', bytes: 9 },
  { type: 'bytes.arrived', bytes: 11 },
  { type: 'progress.made', bytes: 2_500_000 },
  { type: 'path.known', path: { kind: 'local', protocol: 'udp', roundTrip: 1 } },
  { type: 'path.known', path: undefined },
  { type: 'file.failed', file: 1, code: 'source.changed' },
  { type: 'file.retried', file: 1 },
  { type: 'skip.requested', file: 1 },
  { type: 'retry.requested', file: 1 },
  { type: 'pause.requested' },
  { type: 'resume.requested' },
  { type: 'pause.received', reason: 'person' },
  { type: 'resume.received' },
  { type: 'bulk.received' },
  { type: 'traffic.received' },
  { type: 'lane.received' },
  { type: 'cancel.requested' },
  { type: 'cancel.received' },
  { type: 'failed.received', code: 'internal' },
  { type: 'remote.misbehaved' },
  { type: 'platform.failed', code: 'internal' },
] as const;

/** One or two of every event on the sender's side, to be sent anywhere. */
export const SENDER_SAMPLES: readonly SenderDeliveryEvent[] = [
  ...ofBoth,
  { type: 'held.received', first: 2, leaves: new Uint8Array(LEAF_BYTES) },
  { type: 'held.received', first: 9, leaves: new Uint8Array(LEAF_BYTES) },
  { type: 'accept.received', credit: 9 },
  { type: 'decline.received' },
  { type: 'credit.received' },
  { type: 'missing.received' },
  { type: 'wish.received' },
  { type: 'outflow.finished' },
  { type: 'digest.computed', digest: DIGEST },
  { type: 'verified.received', digest: toBase64Url(DIGEST.all) },
  { type: 'verified.received', digest: toBase64Url(OTHER_DIGEST.all) },
];

/** The same for the receiver's side. */
export const RECEIVER_SAMPLES: readonly ReceiverDeliveryEvent[] = [
  ...ofBoth,
  ...OFFER,
  { type: 'signaling.joined', peers: [] },
  { type: 'summary.received', summary: { name: 'a', files: 1, bytes: 1 } },
  { type: 'signaling.lost' },
  { type: 'signaling.waiting', code: 'room.full' },
  { type: 'signaling.refused', code: 'room.idle' },
  { type: 'peer.online' },
  { type: 'peer.offline' },
  { type: 'retry.scheduled', delay: 500 },
  { type: 'sink.probed', sink: { kind: 'memory' } },
  { type: 'accept.requested' },
  { type: 'decline.requested' },
  { type: 'sink.listed', pieces: emptyPieces },
  { type: 'inflow.started' },
  { type: 'inflow.stalled' },
  { type: 'again.received' },
  { type: 'compared.received', pieces: 64 },
  { type: 'sent.received' },
  { type: 'inflow.verifying' },
  { type: 'inflow.verified', digest: DIGEST },
  { type: 'inflow.failed', code: 'disk.failed' },
  { type: 'sink.sealed' },
  { type: 'complete.received', digest: toBase64Url(DIGEST.all) },
  { type: 'complete.received', digest: toBase64Url(OTHER_DIGEST.all) },
  { type: 'save.requested', method: 'download' },
  { type: 'save.started' },
  { type: 'save.finished' },
  { type: 'save.failed', isAborted: true },
  { type: 'discard.requested' },
  { type: 'visit.ended' },
];
