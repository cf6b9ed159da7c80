import * as v from 'valibot';

import { fromBase64Url, toBase64Url } from '../bytes.ts';
import { RemoteProtocolError } from '../errors.ts';
import { encodeControlMessage, parseControlMessage } from '../protocol/control-messages.ts';
import { token, whole } from '../protocol/fields.ts';
import { parseJson } from '../protocol/json.ts';
import { formatFragment, parseLink, type Link } from '../protocol/link.ts';
import { addPage, beginManifest, finishManifest, isWhole, pagesOf } from '../protocol/manifest.ts';
import type { Manifest } from '../protocol/types.ts';

/** The version of the record and of the journal beside it. */
export const RECORD_VERSION = 2;

/** What a receiver needs to resume a delivery in another visit, beside the pieces that it holds. */
export interface DeliveryRecord {
  readonly link: Link;
  /** The seat's token, 32 bytes (SPEC.md, S3). */
  readonly token: Uint8Array<ArrayBuffer>;
  readonly manifest: Manifest;
  /** Milliseconds since 1970. */
  readonly created: number;
}

// The manifest is kept as the messages that carry it, so that reading it makes all the checks of an offer.
const deliveryRecord = v.object({
  version: v.literal(RECORD_VERSION),
  created: whole,
  link: v.string(),
  token,
  manifest: v.array(v.string()),
});

/** A record as text. */
export function encodeDeliveryRecord(record: DeliveryRecord): string {
  return JSON.stringify({
    version: RECORD_VERSION,
    created: record.created,
    link: formatFragment(record.link),
    token: toBase64Url(record.token),
    manifest: pagesOf(record.manifest).map(encodeControlMessage),
  });
}

/**
 * Reads a record. A text that was cut off is invalid.
 *
 * @throws RemoteProtocolError for every error.
 */
export function parseDeliveryRecord(text: string): DeliveryRecord {
  const { created, link, token: tokenText, manifest } = parseJson(deliveryRecord, text);
  return {
    created,
    link: parseLink(link),
    token: fromBase64Url(tokenText),
    manifest: manifestOf(manifest),
  };
}

function manifestOf(texts: readonly string[]): Manifest {
  const [offer, ...pages] = texts.map(parseControlMessage);
  if (offer?.type !== 'offer')
    throw new RemoteProtocolError('malformed', 'a manifest without an offer');
  let partial = beginManifest(offer);
  for (const page of pages) {
    if (page.type !== 'page')
      throw new RemoteProtocolError('malformed', 'a manifest with something between its pages');
    partial = addPage(partial, page);
  }
  if (!isWhole(partial))
    throw new RemoteProtocolError('malformed', 'a manifest with pages missing');
  return finishManifest(partial);
}
