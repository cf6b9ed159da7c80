// Changes names to ones that Chromium accepts in a folder that a person chose, and that browsers don't change on a
// download. The rules come from probing Chromium with every code point and some hundred names:
// test/delivery/fixtures/picked-folder.json holds the results, docs/decisions/names-that-browsers-refuse.md the method.
import { utf8Length } from '@burritoshare/core';

/** Bytes: a file is first written as `name.crswap`, and disks take 255. */
const FILE_BYTES_MAX = 248;

/** Bytes: a download is first written as `name (99).crdownload`. */
const DOWNLOAD_BYTES_MAX = 238;

/** Bytes of an extension that is kept when a name is cut. */
const EXTENSION_BYTES_MAX = 32;

const INVISIBLE = /\p{Cf}/gu;
const REFUSED = /[\p{Cc}\p{Noncharacter_Code_Point}"*/:<>?\\|]/gu;
const REFUSED_AT_EDGES = /[\p{White_Space}.~]/u;

/** Names with a meaning to Windows or to Git, in upper or lower case. */
const RESERVED =
  /^(?:thumbs\.db|desktop\.ini|\.git|conin\$|conout\$|(?:con|prn|aux|nul|clock\$|com[1-9]|lpt[1-9])(?:\..*)?)$/iu;

/** Endings of files that open something other than themselves. */
const REFUSED_ENDING = /\.(?:lnk|scf|url|\{[^.]*\})$/iu;
/** Endings to which browsers add `.download` on some systems. */
const CHANGED_ENDING = /\.(?:local|desktop|library-ms)$/iu;

/** The nearest name that a chosen folder accepts: the name itself if it is allowed. Idempotent. */
export function folderName(name: string): string {
  const visible = edged(name.replace(INVISIBLE, '').replace(REFUSED, '_'));
  const ended = REFUSED_ENDING.test(visible) ? `${visible}.download` : visible;
  const free = RESERVED.test(ended) ? `_${ended}` : ended;
  return shortened(free, FILE_BYTES_MAX) || '_';
}

/** The nearest name that browsers don't change on a download. Idempotent. */
export function downloadName(name: string): string {
  // Firefox would decode `%41` to an A.
  const plain = name.replace(/%(?=[\da-f]{2})/giu, '_');
  const named = folderName(plain).replace(/^\./u, '_');
  const ended = CHANGED_ENDING.test(named) ? `${named}.download` : named;
  return shortened(ended, DOWNLOAD_BYTES_MAX);
}

/** A plain ASCII name that every platform should accept. Used if a platform refuses a name that the rules allow. */
export function simpleName(name: string): string {
  const ascii = name.normalize('NFKD').replaceAll(/[^\w.-]+/g, '_');
  return shortened(folderName(`_${ascii}`), 64);
}

/** Whether a chosen folder shows an entry of this path, and lets it be opened. */
export function isListed(path: string): boolean {
  return path
    .split('/')
    .every((name) => utf8Length(name) > FILE_BYTES_MAX || folderName(name) === name);
}

// Puts one `_` in place of all refused characters at an edge. A leading dot may stay, but refused characters behind it
// are replaced too.
function edged(name: string): string {
  const dot = name.startsWith('.') && name.length > 1 ? 1 : 0;
  let start = dot;
  let end = name.length;
  while (start < end && REFUSED_AT_EDGES.test(name[start] ?? '')) start++;
  while (end > start && REFUSED_AT_EDGES.test(name[end - 1] ?? '')) end--;
  const head = name.slice(0, dot) + (start > dot ? '_' : '');
  return head + name.slice(start, end) + (end < name.length ? '_' : '');
}

// Shortens the part before the extension.
function shortened(name: string, max: number): string {
  if (utf8Length(name) <= max) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot) : '';
  const ending = utf8Length(extension) > EXTENSION_BYTES_MAX ? '' : extension;
  const stem = Array.from(name.slice(0, name.length - ending.length));
  let length = utf8Length(stem.join('')) + utf8Length(ending);
  while (length > max && stem.length > 0) length -= utf8Length(stem.pop() ?? '');
  return edged(stem.join('') + ending);
}
