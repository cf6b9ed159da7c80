import { utf8Length } from '../bytes.ts';
import {
  FILES_MAX,
  MANIFEST_BYTES_MAX,
  MEDIA_TYPE_MAX,
  PAGE_BYTES,
  TEXT_BYTES_MAX,
} from '../constants.ts';
import { LocalProtocolError, RemoteProtocolError } from '../errors.ts';
import { isTime, isWhole as isWholeNumber } from './fields.ts';
import { cleanName, isNormalName, isRenamed } from './names.ts';
import { cleanPaths, findClash, isNormalPath } from './paths.ts';
import type { ControlMessage } from './control-messages.ts';
import { hasBytes } from './types.ts';
import type { Manifest, ManifestEntry, Summary, TextEntry } from './types.ts';

type Offer = Extract<ControlMessage, { readonly type: 'offer' }>;
type Page = Extract<ControlMessage, { readonly type: 'page' }>;

/** A file, a text or an empty folder as the sender's platform names it. */
export interface ManifestSource {
  readonly kind: ManifestEntry['kind'];
  readonly path: string;
  /** Bytes; ignored for a folder. */
  readonly size: number;
  /** Milliseconds since 1970; null if the source doesn't say. Only a file's counts, and so it is with its media type. */
  readonly modified: number | null;
  readonly mediaType: string;
}

/** A manifest that is missing pages. */
export interface PartialManifest {
  readonly offer: Offer;
  /** Pages that have come. */
  readonly pages: number;
  /** Entries that have come. */
  readonly files: number;
  /** Bytes of the files that have come. */
  readonly bytes: number;
  /** Bytes of the paths that have come. */
  readonly pathBytes: number;
  /** The last page first, so that adding one costs the same however many there are. */
  readonly received: ReceivedPages | undefined;
}

interface ReceivedPages {
  readonly entries: readonly ManifestEntry[];
  readonly before: ReceivedPages | undefined;
}

/**
 * Makes the manifest that a sender offers. Names are brought into normal form (rule M6), and entries are marked where
 * that changed them (rule M7). Entries keep the order of their sources.
 *
 * @throws LocalProtocolError `limit` over the limits of rule M3; `argument` on a size that is no whole number, and on
 *   a text that breaks rule M9.
 */
export function createManifest(name: string, sources: readonly ManifestSource[]): Manifest {
  requireLocal(sources.length <= FILES_MAX, 'too many files');
  const paths = cleanPaths(sources.map((source) => source.path));
  requireLocal(sumOf(paths.map(utf8Length)) <= MANIFEST_BYTES_MAX, 'names too long in all');
  const entries = sources.map((source, index) => entryOf(source, paths[index] ?? ''));
  const bytes = sumOf(entries.map(sizeOf));
  requireLocal(Number.isSafeInteger(bytes), 'too many bytes');
  return { name: cleanName(name), entries, bytes };
}

/** The messages that carry a manifest: the offer and its pages (rule M1). */
export function pagesOf(manifest: Manifest): readonly (Offer | Page)[] {
  const groups: ManifestEntry[][] = [];
  let length = Infinity;
  for (const entry of manifest.entries) {
    // One more, for the comma.
    const more = utf8Length(JSON.stringify(entry)) + 1;
    length += more;
    if (length > PAGE_BYTES) {
      groups.push([]);
      length = more;
    }
    groups.at(-1)?.push(entry);
  }
  const { name, entries, bytes } = manifest;
  const pages = groups.map((group, page): Page => ({ type: 'page', page, entries: group }));
  return [{ type: 'offer', name, files: entries.length, bytes, pages: pages.length }, ...pages];
}

/** What is said of a manifest before there is a connection (rule N10). */
export function summaryOf({ name, entries, bytes }: Manifest): Summary {
  return { name, files: entries.length, bytes };
}

/**
 * Begins to collect a manifest that the other side offers.
 *
 * @throws RemoteProtocolError `limit` over the limits of rule M3, `violation` if no pages could complete it or its name
 *   is not in normal form.
 */
export function beginManifest(offer: Offer): PartialManifest {
  requireRemote(offer.files <= FILES_MAX, 'limit', 'an offer of too many files');
  requireRemote(
    isNormalName(offer.name),
    'violation',
    'an offer with a name that is not in normal form',
  );
  const isPossible =
    offer.pages <= offer.files && (offer.pages > 0 || (offer.files === 0 && offer.bytes === 0));
  requireRemote(isPossible, 'violation', 'an offer whose pages do not go with its files');
  return { offer, pages: 0, files: 0, bytes: 0, pathBytes: 0, received: undefined };
}

/**
 * Adds the next page; the given manifest is not changed. The last page completes it, and its paths are then compared
 * with each other (rule M5).
 *
 * @throws RemoteProtocolError `limit` over the limits of rule M3; `violation` on a page out of order or without
 *   entries, on sums other than offered, on a path that is not in normal form or clashes with another, on a text that
 *   breaks rule M9.
 */
export function addPage(partial: PartialManifest, page: Page): PartialManifest {
  const { offer } = partial;
  const { entries } = page;
  requireRemote(
    page.page === partial.pages && page.page < offer.pages,
    'violation',
    'a page out of order',
  );
  requireRemote(entries.length > 0, 'violation', 'a page without entries');
  const next: PartialManifest = {
    offer,
    pages: partial.pages + 1,
    files: partial.files + entries.length,
    bytes: partial.bytes + sumOf(entries.map(sizeOf)),
    pathBytes: partial.pathBytes + sumOf(entries.map((entry) => utf8Length(entry.path))),
    received: { entries, before: partial.received },
  };
  requireRemote(next.pathBytes <= MANIFEST_BYTES_MAX, 'limit', 'names too long in all');
  // Each further page brings at least one entry.
  const isWithin =
    next.files + (offer.pages - next.pages) <= offer.files && next.bytes <= offer.bytes;
  requireRemote(isWithin, 'violation', 'more files or bytes than offered');
  requireRemote(
    entries.every(({ path }) => isNormalPath(path)),
    'violation',
    'a path that is not in normal form',
  );
  requireRemote(
    entries.every((entry) => entry.kind !== 'text' || isFitText(entry)),
    'violation',
    'a text that is none',
  );
  if (isWhole(next)) requireConsistent(next);
  return next;
}

/** Whether all pages have come. */
export function isWhole(partial: PartialManifest): boolean {
  return partial.pages === partial.offer.pages;
}

/**
 * Returns the manifest, once it is complete.
 *
 * @throws LocalProtocolError `state` if pages are missing.
 */
export function finishManifest(partial: PartialManifest): Manifest {
  if (!isWhole(partial)) throw new LocalProtocolError('state', 'a manifest with pages missing');
  return { name: partial.offer.name, entries: entriesOf(partial), bytes: partial.bytes };
}

function requireConsistent(partial: PartialManifest): void {
  const { offer, files, bytes } = partial;
  requireRemote(
    files === offer.files && bytes === offer.bytes,
    'violation',
    'other sums than offered',
  );
  const clash = findClash(entriesOf(partial).map(({ path }) => path));
  requireRemote(clash === undefined, 'violation', 'paths that clash with each other');
}

function entriesOf(partial: PartialManifest): readonly ManifestEntry[] {
  const pages: (readonly ManifestEntry[])[] = [];
  for (let list = partial.received; list !== undefined; list = list.before)
    pages.push(list.entries);
  return pages.toReversed().flat();
}

function entryOf(source: ManifestSource, path: string): ManifestEntry {
  const renamed = isRenamed(source.path, path) ? { renamed: true as const } : {};
  if (source.kind === 'folder') return { kind: 'folder', path, ...renamed };
  const { size } = source;
  if (!isWholeNumber(size)) throw new LocalProtocolError('argument', `no size of a file: ${size}`);
  if (source.kind === 'text') {
    const text = { kind: source.kind, path, size, ...renamed };
    if (!isFitText(text)) throw new LocalProtocolError('argument', `no text: ${size} bytes`);
    return text;
  }
  const modified = timeOf(source);
  return { kind: 'file', path, size, modified, mediaType: mediaTypeOf(source), ...renamed };
}

// Platforms report fractions. Adding 0 turns −0 into 0.
function timeOf({ modified }: ManifestSource): number | null {
  const time = Math.trunc(modified ?? NaN) + 0;
  return isTime(time) ? time : null;
}

// Type and subtype as RFC 6838 restricts them, without parameters; otherwise empty.
function mediaTypeOf({ mediaType }: ManifestSource): string {
  const [type = ''] = mediaType.toLowerCase().split(';', 1);
  const text = type.trim();
  const isSafe =
    text.length <= MEDIA_TYPE_MAX && /^[a-z0-9][\w!#$&^.+-]*\/[a-z0-9][\w!#$&^.+-]*$/.test(text);
  return isSafe ? text : '';
}

function sizeOf(entry: ManifestEntry): number {
  return hasBytes(entry) ? entry.size : 0;
}

// Rule M9. A name in normal form keeps its extension, so what a sender has named `.txt` stays it.
function isFitText({ path, size }: TextEntry): boolean {
  return size <= TEXT_BYTES_MAX && path.endsWith('.txt');
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function requireLocal(holds: boolean, message: string): void {
  if (!holds) throw new LocalProtocolError('limit', message);
}

function requireRemote(holds: boolean, code: 'limit' | 'violation', message: string): void {
  if (!holds) throw new RemoteProtocolError(code, message);
}
