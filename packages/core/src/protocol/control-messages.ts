import * as v from 'valibot';

import { fromBase64Url, toBase64Url, utf8Length } from '../bytes.ts';
import {
  CONTROL_BYTES_MAX,
  HELD_LEAVES_MAX,
  LANE_SIGNALS_MAX,
  LEAF_BYTES,
  MEDIA_TYPE_MAX,
  RANGES_MAX,
} from '../constants.ts';
import { LocalProtocolError, RemoteProtocolError } from '../errors.ts';
import {
  base64UrlUpTo,
  candidate,
  counted,
  description,
  digest,
  textUpTo,
  time,
  whole,
} from './fields.ts';
import { parseJson } from './json.ts';
import {
  FAILURE_CODES,
  PAUSE_REASONS,
  type LaneSignal,
  type ManifestEntry,
  type PieceRange,
} from './types.ts';

const code = v.picklist(FAILURE_CODES);

const renamed = v.exactOptional(v.literal(true));

// Only the shape is checked here. The manifest checks paths, alone and together.
const entry: v.GenericSchema<unknown, ManifestEntry> = v.variant('kind', [
  v.object({
    kind: v.literal('file'),
    path: v.string(),
    size: whole,
    modified: v.nullable(time),
    mediaType: textUpTo(MEDIA_TYPE_MAX),
    renamed,
  }),
  v.object({ kind: v.literal('text'), path: v.string(), size: whole, renamed }),
  v.object({ kind: v.literal('folder'), path: v.string(), renamed }),
]);

const entries: v.GenericSchema<unknown, readonly ManifestEntry[]> = v.array(entry);

// Pieces by their ordinals or entries by their indexes, as `[first, end]`: in ascending order, none empty, with a gap between every two.
const ranges: v.GenericSchema<unknown, readonly PieceRange[]> = v.pipe(
  v.array(v.strictTuple([whole, whole])),
  v.maxLength(RANGES_MAX),
  v.check((pairs) => pairs.every(([first, end]) => first < end)),
  v.check((pairs) =>
    pairs.every(([first], index) => index === 0 || first > (pairs[index - 1]?.[1] ?? first)),
  ),
  v.transform((pairs) => pairs.map(([first, end]) => ({ first, end }))),
);

const leaves: v.GenericSchema<unknown, Uint8Array> = v.pipe(
  base64UrlUpTo(HELD_LEAVES_MAX * LEAF_BYTES),
  v.transform(fromBase64Url),
  v.check(({ length }) => length > 0 && length % LEAF_BYTES === 0),
);

// Several in one message: lanes are often opened together.
const laneSignals: v.GenericSchema<unknown, readonly LaneSignal[]> = v.pipe(
  v.array(
    v.variant('type', [
      v.object({ type: v.literal('description'), lane: counted, ...description }),
      v.object({ type: v.literal('candidate'), lane: counted, ...candidate }),
    ]),
  ),
  v.minLength(1),
  v.maxLength(LANE_SIGNALS_MAX),
);

/** SPEC.md, C: every control message, its fields, and the role that may send it. */
const TABLE = [
  row('sender', 'offer', { name: v.string(), files: whole, bytes: whole, pages: whole }),
  row('sender', 'page', { page: whole, entries }),
  // Ranges of entries, by their indexes.
  row('receiver', 'leave', { ranges, more: v.boolean() }),
  row('receiver', 'accept', { credit: whole, entries: whole }),
  row('receiver', 'decline', {}),
  row('receiver', 'take', { ranges }),
  row('sender', 'taken', { ranges }),
  row('receiver', 'credit', { upTo: whole, settled: whole }),
  // 1 to HELD_LEAVES_MAX leaves of consecutive pieces, one after the other.
  row('receiver', 'held', { first: whole, leaves }),
  row('sender', 'again', { ranges }),
  row('receiver', 'missing', { ranges, more: v.boolean() }),
  row('sender', 'file.failed', { file: whole, code }),
  row('sender', 'file.retried', { file: whole }),
  row('receiver', 'file.skip', { file: whole }),
  row('receiver', 'file.retry', { file: whole }),
  row('both', 'pause', { reason: v.picklist(PAUSE_REASONS) }),
  row('both', 'resume', {}),
  row('sender', 'compared', { pieces: counted }),
  row('sender', 'sent', { digest }),
  row('receiver', 'verified', { digest }),
  row('sender', 'complete', { digest }),
  row('both', 'cancel', {}),
  row('both', 'failed', { code }),
  row('both', 'beat', {}),
  row('both', 'lane.signals', { signals: laneSignals }),
  row('sender', 'lane.close', { lane: counted, chunks: whole }),
  row('receiver', 'lane.closed', { lane: counted, chunks: whole }),
];

type Row = (typeof TABLE)[number];

type MessageOf<OneRow extends Row> = OneRow extends Row
  ? Readonly<v.InferOutput<OneRow['schema']>>
  : never;

/** SPEC.md, C. Ranges and leaves are in parsed form; on the wire they are pairs of numbers and base64url. */
export type ControlMessage = MessageOf<Row>;

/** The messages that a sender may send (rule C1). */
export type MessageOfSender = MessageOf<Extract<Row, { speaker: 'sender' | 'both' }>>;

/** The messages that a receiver may send (rule C1). */
export type MessageOfReceiver = MessageOf<Extract<Row, { speaker: 'receiver' | 'both' }>>;

const SPEAKERS = new Map(TABLE.map(({ speaker, type }) => [type, speaker]));

const controlMessage = v.variant(
  'type',
  TABLE.map(({ schema }) => schema),
);

/** Whether a sender may send this (rule C1). */
export function isFromSender(message: ControlMessage): message is MessageOfSender {
  return SPEAKERS.get(message.type) !== 'receiver';
}

/** Whether a receiver may send this (rule C1). */
export function isFromReceiver(message: ControlMessage): message is MessageOfReceiver {
  return SPEAKERS.get(message.type) !== 'sender';
}

/**
 * Parses a message of the other side on `control` (SPEC.md, C).
 *
 * @throws RemoteProtocolError `malformed`, or `limit` over {@link CONTROL_BYTES_MAX}.
 */
export function parseControlMessage(text: string): ControlMessage {
  if (isTooLong(text)) throw new RemoteProtocolError('limit', 'a control message that is too long');
  return parseJson(controlMessage, text);
}

/** @throws LocalProtocolError `limit` over {@link CONTROL_BYTES_MAX}. */
export function encodeControlMessage(message: ControlMessage): string {
  const text = JSON.stringify(onWire(message));
  if (isTooLong(text)) throw new LocalProtocolError('limit', 'a control message that is too long');
  return text;
}

function onWire(message: ControlMessage): unknown {
  switch (message.type) {
    case 'held':
      return { ...message, leaves: toBase64Url(message.leaves) };
    case 'again':
    case 'missing':
    case 'leave':
    case 'take':
    case 'taken':
      return { ...message, ranges: message.ranges.map(({ first, end }) => [first, end]) };
    default:
      return message;
  }
}

// Count characters first, so that a text that is far too long is not measured in bytes.
function isTooLong(text: string): boolean {
  return text.length > CONTROL_BYTES_MAX || utf8Length(text) > CONTROL_BYTES_MAX;
}

function row<
  Speaker extends 'sender' | 'receiver' | 'both',
  Type extends string,
  Fields extends v.ObjectEntries,
>(speaker: Speaker, type: Type, fields: Fields) {
  return { speaker, type, schema: v.object({ type: v.literal(type), ...fields }) };
}
