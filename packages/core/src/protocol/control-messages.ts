import * as v from 'valibot';

import { utf8Length } from '../bytes.ts';
import { CONTROL_BYTES_MAX, MEDIA_TYPE_MAX } from '../constants.ts';
import { LocalProtocolError, RemoteProtocolError } from '../errors.ts';
import { digest, textUpTo, whole } from './fields.ts';
import { parseJson } from './json.ts';
import { FAILURE_CODES, type ControlMessage } from './types.ts';

const code = v.picklist(FAILURE_CODES);

// The shape alone: whether a path is one, and whether it may stand beside the others, is the manifest's.
const entry = v.variant('kind', [
  v.object({
    kind: v.literal('file'),
    path: v.string(),
    size: whole,
    modified: v.nullable(whole),
    mediaType: textUpTo(MEDIA_TYPE_MAX),
  }),
  v.object({ kind: v.literal('folder'), path: v.string() }),
]);

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
  v.object({ type: v.literal('credit'), upTo: whole }),
  v.object({ type: v.literal('file.failed'), file: whole, code }),
  v.object({ type: v.literal('sent'), digest }),
  v.object({ type: v.literal('verified'), digest }),
  v.object({ type: v.literal('complete'), digest }),
  v.object({ type: v.literal('cancel') }),
  v.object({ type: v.literal('failed'), code }),
  v.object({ type: v.literal('beat') }),
]);

/** SPEC.md, C: which role may say what. */
const SPEAKERS: Readonly<Record<ControlMessage['type'], 'sender' | 'receiver' | 'both'>> = {
  offer: 'sender',
  page: 'sender',
  'file.failed': 'sender',
  sent: 'sender',
  complete: 'sender',
  accept: 'receiver',
  credit: 'receiver',
  verified: 'receiver',
  beat: 'both',
  cancel: 'both',
  failed: 'both',
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
  const text = JSON.stringify(message);
  if (isTooLong(text)) throw new LocalProtocolError('limit', 'a control message that is too long');
  return text;
}

// Characters first: what is far too long need not be counted.
function isTooLong(text: string): boolean {
  return text.length > CONTROL_BYTES_MAX || utf8Length(text) > CONTROL_BYTES_MAX;
}
