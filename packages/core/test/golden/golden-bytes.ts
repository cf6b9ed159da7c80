import { encodeUtf8, fromBase64Url, toBase64Url } from '../../src/bytes.ts';
import { CHUNK_BYTES, LINK_VERSION, PROTOCOL_VERSION } from '../../src/constants.ts';
import {
  answerHandshake,
  finishHandshake,
  startHandshake,
  prologueOf,
} from '../../src/connection/session.ts';
import {
  bundleDigest,
  entryDigest,
  leafOf,
  receiptOf,
  wholeReceiptOf,
} from '../../src/integrity/index.ts';
import {
  encodeDeliveryRecord,
  parseDeliveryRecord,
  RECORD_VERSION,
} from '../../src/journal/delivery-record.ts';
import { appendRecords, JOURNAL_START, readJournal } from '../../src/journal/journal.ts';
import type { JournalRecord } from '../../src/journal/types.ts';
import {
  finishInitiator,
  greetingKeyOf,
  pskOf,
  respond,
  seal,
  startInitiator,
} from '../../src/noise/index.ts';
import { encodeArrived, encodeFrame, parseArrived, parseFrame } from '../../src/protocol/frames.ts';
import {
  createLinkSecrets,
  formatLink,
  memberOf,
  parseLink,
  type Link,
} from '../../src/protocol/link.ts';
import { createPlan } from '../../src/pieces/plan.ts';
import type { ManifestEntry } from '../../src/protocol/types.ts';
import {
  bytesVector,
  computedVector,
  textVector,
  type GoldenFormat,
  type GoldenVector,
  type SampleOfEach,
} from './golden.ts';
import { counting } from './golden-messages.ts';
import { manifestOf } from '../support/manifest-of.ts';

const secrets = createLinkSecrets({
  token: counting(0, 32),
  secret: counting(0x20, 16),
  privateKey: counting(0x30, 32),
});
const link: Link = parseLink(formatLink('https://share.example', secrets));

const linkFormat: GoldenFormat = {
  version: LINK_VERSION,
  vectors: {
    link: textVector(link, () => formatLink('https://share.example', secrets), parseLink),
    room: computedVector(link.roomBytes),
    member: computedVector(memberOf(counting(0, 32))),
  },
};

const manifest = manifestOf([3, 'folder', 2 ** 20 + 1]);

const records: SampleOfEach<JournalRecord> = {
  stored: { type: 'stored', pieces: [{ ordinal: 1, leaf: counting(0, 32) }] },
  forgotten: { type: 'forgotten', ranges: [{ first: 1, end: 3 }] },
  generation: { type: 'generation', generation: 2 },
  finished: {
    type: 'finished',
    digest: { all: counting(0x40, 32), present: counting(0x80, 32) },
    absent: [
      { file: 1, code: 'left.out' },
      { file: 2, code: 'skipped' },
    ],
  },
  chosen: { type: 'chosen', entries: 3, leftOut: [{ first: 1, end: 2 }] },
  handedOver: { type: 'handedOver', time: 1_700_000_000_000 },
  renewed: {
    type: 'renewed',
    delivery: toBase64Url(counting(0x60, 16)),
    token: counting(0x70, 32),
  },
};

// A journal of these records. Reading must find its whole length.
function journalVector(...written: readonly JournalRecord[]): GoldenVector {
  const { bytes } = appendRecords(JOURNAL_START, written);
  const plan = createPlan(manifest);
  const { end } = readJournal(bytes, plan);
  return bytesVector(
    { length: bytes.length },
    () => bytes,
    () => ({ length: end.length }),
  );
}

const journalFormat: GoldenFormat = {
  version: RECORD_VERSION,
  vectors: {
    ...Object.fromEntries(
      Object.values<JournalRecord>(records).map((record) => [record.type, journalVector(record)]),
    ),
    all: journalVector(...Object.values<JournalRecord>(records)),
  },
};

const recordFormat: GoldenFormat = {
  version: RECORD_VERSION,
  vectors: {
    record: textVector(
      { link, token: counting(0, 32), manifest, created: 1_700_000_000_000 },
      encodeDeliveryRecord,
      parseDeliveryRecord,
    ),
  },
};

const framesFormat: GoldenFormat = {
  version: PROTOCOL_VERSION,
  vectors: {
    frame: bytesVector(
      {
        file: 0x01020304,
        offset: 0x050607 * CHUNK_BYTES * 2 ** 8,
        payload: counting(1, 3),
        bitmap: new Uint8Array(),
      },
      ({ file, offset, payload }) => encodeFrame(file, offset, payload),
      parseFrame,
    ),
    pack: bytesVector(
      {
        file: 0x01020304,
        offset: 2 * CHUNK_BYTES,
        payload: counting(1, 3),
        bitmap: Uint8Array.of(0xa0, 0x01),
      },
      ({ file, offset, payload, bitmap }) => encodeFrame(file, offset, payload, undefined, bitmap),
      parseFrame,
    ),
    arrived: bytesVector(0x01020304, encodeArrived, parseArrived),
  },
};

/** A handshake with fixed keys, without what a session adds around its messages. */
function handshakeVectors(): Readonly<Record<string, GoldenVector>> {
  const { staticKeys, secret } = secrets;
  const keys = { roomBytes: link.roomBytes, secret, publicKey: staticKeys.publicKey };
  const prologue = prologueOf(keys.roomBytes);
  const psk = pskOf(secret, staticKeys.publicKey);
  const [initiator, responder] = [counting(0x50, 32), counting(0x70, 32)];
  const first = startInitiator({
    prologue,
    psk,
    remoteStatic: keys.publicKey,
    ephemeral: initiator,
  });
  const second = respond({
    prologue,
    psk,
    static: staticKeys,
    ephemeral: responder,
    message: first.message,
  });
  const { transport } = finishInitiator(first.state, second.message);
  // The sessions of the two ends result from exactly this handshake.
  const session = toBase64Url(counting(0, 16));
  const member = toBase64Url(memberOf(counting(0x30, 32)));
  const begun = startHandshake(keys, { member, session }, initiator);
  const envelope = { peer: member, session, seq: 0 };
  const answer = answerHandshake({ ...keys, staticKeys }, responder, {
    ...envelope,
    data: begun.data,
  });
  const finished = finishHandshake(begun.state, { ...envelope, data: answer.data });
  return {
    prologue: computedVector(prologue),
    psk: computedVector(psk),
    greetingKey: computedVector(greetingKeyOf(secret, staticKeys.publicKey)),
    first: computedVector(first.message),
    greeting: computedVector(fromBase64Url(begun.data)),
    second: computedVector(second.message),
    handshakeHash: bytesVector(
      transport.handshakeHash,
      (hash) => Uint8Array.from(hash),
      () => finished.transport.handshakeHash,
    ),
    fromInitiator: computedVector(seal(transport.send, encodeUtf8('burrito')).message),
    fromResponder: computedVector(seal(second.transport.send, encodeUtf8('burrito')).message),
  };
}

const entries: readonly ManifestEntry[] = [
  { kind: 'file', path: 'Straße/b.txt', size: 2 ** 21 + 3, modified: null, mediaType: '' },
  { kind: 'folder', path: 'd' },
  { kind: 'file', path: 'absent', size: 1, modified: null, mediaType: '' },
];
const leaf = leafOf({ ordinal: 7, file: 1, index: 2, offset: 2 ** 21, length: 3 }, counting(0, 32));
const [file, folder] = entries.map((entry) =>
  entryDigest(entry, entry.kind === 'file' ? [leaf, counting(0x20, 32)] : []),
);
const bundle = bundleDigest([file, folder, undefined]);
const text = entryDigest({ kind: 'text', path: 'Straße/c.txt', size: 3 }, [leaf]);

const digestsFormat: GoldenFormat = {
  version: PROTOCOL_VERSION,
  vectors: {
    leaf: computedVector(leaf),
    file: computedVector(file ?? ''),
    folder: computedVector(folder ?? ''),
    text: computedVector(text),
    all: computedVector(bundle.all),
    present: computedVector(bundle.present),
    receipt: computedVector(receiptOf(bundle)),
    wholeReceipt: computedVector(wholeReceiptOf(bundle)),
  },
};

/** Every format other than JSON messages. */
export const byteFormats: Readonly<Record<string, GoldenFormat>> = {
  link: linkFormat,
  journal: journalFormat,
  'delivery-record': recordFormat,
  'bulk-frames': framesFormat,
  handshake: { version: PROTOCOL_VERSION, vectors: handshakeVectors() },
  digests: digestsFormat,
};
