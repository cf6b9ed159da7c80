import * as v from 'valibot';

import { fromBase64Url, toBase64Url, utf8Length } from '../bytes.ts';
import {
  CONTROL_BYTES_MAX,
  HELD_LEAVES_MAX,
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
import { FAILURE_CODES, type ControlMessage } from './types.ts';

const code = v.picklist(FAILURE_CODES);

const renamed = v.exactOptional(v.literal(true));

// The shape alone: whether a path is one, and whether it may stand beside the others, is the manifest's.
const entry = v.variant('kind', [
  v.object({
    kind: v.literal('file'),
    path: v.string(),
    size: whole,
    modified: v.nullable(time),
    mediaType: textUpTo(MEDIA_TYPE_MAX),
    renamed,
  }),
  v.object({ kind: v.literal('folder'), path: v.string(), renamed }),
]);

// Pieces by their ordinals, as `[first, end]`: in ascending order, none empty, with a gap between each two.
const ranges = v.pipe(
  v.array(v.strictTuple([whole, whole])),
  v.maxLength(RANGES_MAX),
  v.check((pairs) => pairs.every(([first, end]) => first < end)),
  v.check((pairs) =>
    pairs.every(([first], index) => index === 0 || first > (pairs[index - 1]?.[1] ?? first)),
  ),
  v.transform((pairs) => pairs.map(([first, end]) => ({ first, end }))),
);

const leaves = v.pipe(
  base64UrlUpTo(HELD_LEAVES_MAX * LEAF_BYTES),
  v.transform(fromBase64Url),
  v.check(({ length }) => length > 0 && length % LEAF_BYTES === 0),
);

const controlMessage = v.variant('type', [
  v.object({
    type: v.literal('offer'),
    name: v.string(),
    files: whole,
    bytes: whole,
    pages: whole,
  }),
  v.object({ type: v.literal('page'), page: whole, entries: v.array(entry) }),
  v.object({ type: v.literal('accept'), credit: whole }),
  v.object({ type: v.literal('credit'), upTo: whole, settled: whole }),
  v.object({ type: v.literal('held'), first: whole, leaves }),
  v.object({ type: v.literal('again'), ranges }),
  v.object({ type: v.literal('missing'), ranges, more: v.boolean() }),
  v.object({ type: v.literal('file.failed'), file: whole, code }),
  v.object({ type: v.literal('file.retried'), file: whole }),
  v.object({ type: v.literal('file.skip'), file: whole }),
  v.object({ type: v.literal('file.retry'), file: whole }),
  v.object({ type: v.literal('pause'), reason: v.picklist(['person', 'disk.full']) }),
  v.object({ type: v.literal('resume') }),
  v.object({ type: v.literal('compared'), pieces: counted }),
  v.object({ type: v.literal('sent'), digest }),
  v.object({ type: v.literal('verified'), digest }),
  v.object({ type: v.literal('complete'), digest }),
  v.object({ type: v.literal('cancel') }),
  v.object({ type: v.literal('failed'), code }),
  v.object({ type: v.literal('beat') }),
  v.object({ type: v.literal('lane.description'), lane: counted, ...description }),
  v.object({ type: v.literal('lane.candidate'), lane: counted, ...candidate }),
  v.object({ type: v.literal('lane.close'), lane: counted, frames: whole }),
  v.object({ type: v.literal('lane.closed'), lane: counted, frames: whole }),
]);

/** SPEC.md, C: which role may say what. */
const SPEAKERS: Readonly<Record<ControlMessage['type'], 'sender' | 'receiver' | 'both'>> = {
  offer: 'sender',
  page: 'sender',
  again: 'sender',
  'file.failed': 'sender',
  'file.retried': 'sender',
  compared: 'sender',
  sent: 'sender',
  complete: 'sender',
  'lane.close': 'sender',
  held: 'receiver',
  accept: 'receiver',
  credit: 'receiver',
  missing: 'receiver',
  'file.skip': 'receiver',
  'file.retry': 'receiver',
  verified: 'receiver',
  'lane.closed': 'receiver',
  beat: 'both',
  pause: 'both',
  resume: 'both',
  cancel: 'both',
  failed: 'both',
  'lane.description': 'both',
  'lane.candidate': 'both',
};

/** Whether a sender may say this (rule C1). */
export function isFromSender(type: ControlMessage['type']): boolean {
  return SPEAKERS[type] !== 'receiver';
}

/** Whether a receiver may say this (rule C1). */
export function isFromReceiver(type: ControlMessage['type']): boolean {
  return SPEAKERS[type] !== 'sender';
}

/**
 * What the other side said on `control` (SPEC.md, C).
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
      return { ...message, ranges: message.ranges.map(({ first, end }) => [first, end]) };
    default:
      return message;
  }
}

// Characters first: what is far too long need not be counted.
function isTooLong(text: string): boolean {
  return text.length > CONTROL_BYTES_MAX || utf8Length(text) > CONTROL_BYTES_MAX;
}
