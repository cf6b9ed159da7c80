import { utf8Length } from '../bytes.ts';
import { PATH_BYTES_MAX, PATH_SEGMENTS_MAX, SEGMENT_BYTES_MAX } from '../constants.ts';

/** What stands for a name of which nothing is left. */
const UNNAMED = 'unnamed';

/** Bytes. What is behind the last dot counts as an extension, and is kept when a name is cut, up to here. */
const EXTENSION_BYTES_MAX = 32;

/**
 * What no segment holds (rule M4): what Windows or a path gives a meaning to, control characters, and the
 * bidirectional embeddings, overrides and isolates, with which `exe` can be made to look like another ending.
 */
const FORBIDDEN = /[/<>:"\\|?*\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
const EACH_FORBIDDEN = new RegExp(FORBIDDEN, 'gu');

/** Device names of Windows, which it sees with an extension too, and with spaces before that. */
const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\.|$)/i;

/** Whether a path is in normal form (rule M4). Total. */
export function isNormalPath(path: string): boolean {
  // Characters first: what is far too long is not taken apart.
  if (path.length > PATH_BYTES_MAX || utf8Length(path) > PATH_BYTES_MAX) return false;
  const segments = path.split('/');
  return segments.length <= PATH_SEGMENTS_MAX && segments.every(isNormalName);
}

/** Whether a bundle's name, or one segment of a path, is in normal form (rules M4, M6). Total. */
export function isNormalName(name: string): boolean {
  return (
    name !== '' &&
    name.length <= SEGMENT_BYTES_MAX &&
    utf8Length(name) <= SEGMENT_BYTES_MAX &&
    name.isWellFormed() &&
    name === name.normalize('NFC') &&
    name === trimmed(name) &&
    !FORBIDDEN.test(name) &&
    !RESERVED.test(name)
  );
}

/**
 * What a path is compared by (rule M5). Equal for all paths that some common file system takes for one:
 * lower and then upper case is what APFS compares, for which `straße` and `STRASSE` are the same file.
 */
export function foldCase(path: string): string {
  return path.toLowerCase().toUpperCase().normalize('NFC');
}

/**
 * One of two paths that may not stand in one manifest (rule M5), the same without case or one within the
 * other; undefined if there are none.
 */
export function findClash(paths: readonly string[]): string | undefined {
  // With the separator below every other character, what is within a path comes right behind it.
  const keys = paths.map((path) => foldCase(path).replaceAll('/', '\0')).toSorted();
  const clash = keys.find((key, index) => {
    const next = keys[index + 1];
    return next === key || next?.startsWith(`${key}\0`) === true;
  });
  return clash?.replaceAll('\0', '/');
}

/** Brings a bundle's name into normal form (rule M6). Total, idempotent, and changes no normal name. */
export function cleanName(name: string): string {
  const named = trimmed(shortened(trimmed(replaced(name)))) || UNNAMED;
  return RESERVED.test(named) ? trimmed(shortened(`_${named}`)) : named;
}

/**
 * Brings any strings into the form of rules M4 and M5, in their order: each into normal form, and what then
 * is another's path or folder is numbered, `name (2).ext`. The first keeps its name. Total and idempotent.
 */
export function cleanPaths(paths: readonly string[]): readonly string[] {
  const cleaned = paths.map(cleanPath);
  const keys = cleaned.map(foldCase);
  const folders = new Set(keys.flatMap(foldersOf));
  const owners = new Map<string, number>();
  for (const [index, key] of keys.entries()) {
    if (!folders.has(key) && !owners.has(key)) owners.set(key, index);
  }
  const findFree = numbering(new Set([...folders, ...owners.keys()]));
  return cleaned.map((path, index) =>
    owners.get(keys[index] ?? '') === index ? path : findFree(path),
  );
}

// A function that finds a free numbered path and takes it. It goes on from the last number of each name, so
// that ten thousand equal names don't ask for each number ten thousand times.
function numbering(taken: Set<string>): (path: string) => string {
  const nextNumbers = new Map<string, number>();
  return (path) => {
    const family = foldCase(numbered(path, 2));
    let number = nextNumbers.get(family) ?? 2;
    while (taken.has(foldCase(numbered(path, number)))) number++;
    nextNumbers.set(family, number + 1);
    const free = numbered(path, number);
    taken.add(foldCase(free));
    return free;
  };
}

// Where the folders leave no room for the number, the file goes to the top: a new folder could clash again.
function numbered(path: string, number: number): string {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const name = path.slice(folder.length);
  const [stem, extension] = splitName(name);
  const ending = ` (${number})${extension}`;
  const room =
    Math.min(SEGMENT_BYTES_MAX, PATH_BYTES_MAX - utf8Length(folder)) - utf8Length(ending);
  const head = cut(stem, room);
  return head === '' ? numbered(name, number) : folder + head + ending;
}

function cleanPath(path: string): string {
  const steps = path.split('/').filter((step) => step !== '' && step !== '.' && step !== '..');
  const names = steps.map(cleanName);
  const name = names.at(-1) ?? UNNAMED;
  const folders: string[] = [];
  let length = utf8Length(name);
  for (const folder of names.slice(0, -1)) {
    length += utf8Length(folder) + 1;
    if (length > PATH_BYTES_MAX || folders.length === PATH_SEGMENTS_MAX - 1) break;
    folders.push(folder);
  }
  return [...folders, name].join('/');
}

function foldersOf(path: string): readonly string[] {
  const folders: string[] = [];
  for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
    folders.push(path.slice(0, end));
  }
  return folders;
}

function replaced(name: string): string {
  return name.toWellFormed().replace(EACH_FORBIDDEN, '_').normalize('NFC');
}

// No spaces in front, no spaces or dots behind. By hand: a pattern takes quadratic time on long runs of them.
function trimmed(name: string): string {
  let start = 0;
  let end = name.length;
  while (name[start] === ' ') start++;
  while (end > start && (name[end - 1] === ' ' || name[end - 1] === '.')) end--;
  return name.slice(start, end);
}

function shortened(name: string): string {
  if (utf8Length(name) <= SEGMENT_BYTES_MAX) return name;
  const [stem, extension] = splitName(name);
  return cut(stem, SEGMENT_BYTES_MAX - utf8Length(extension)) + extension;
}

// A name's stem, never empty, and its extension with the dot, or nothing.
function splitName(name: string): readonly [stem: string, extension: string] {
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot) : '';
  if (extension === '' || utf8Length(extension) > EXTENSION_BYTES_MAX) return [name, ''];
  return [name.slice(0, dot), extension];
}

// As many whole characters as fit; a part of a string in NFC is in NFC.
function cut(text: string, bytes: number): string {
  let length = 0;
  let end = 0;
  for (const character of text) {
    length += utf8Length(character);
    if (length > bytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}
