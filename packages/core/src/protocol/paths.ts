import { utf8Length } from '../bytes.ts';
import { PATH_BYTES_MAX, SEGMENT_BYTES_MAX } from '../constants.ts';
import { cleanName, ELLIPSIS, isNormalName, numberedName } from './names.ts';

/** Whether a path is in normal form (rule M4). Total. */
export function isNormalPath(path: string): boolean {
  // Count characters first, so that a path that is far too long is not split.
  if (path.length > PATH_BYTES_MAX || utf8Length(path) > PATH_BYTES_MAX) return false;
  return path.split('/').every(isNormalName);
}

/**
 * The key by which paths are compared (rule M5). It is equal for all paths that some common file system considers the
 * same. First lower and then upper case is how APFS compares: for it `straße` and `STRASSE` are the same file.
 */
export function foldCase(path: string): string {
  return path.toLowerCase().toUpperCase().normalize('NFC');
}

/**
 * Finds a path that may not be in a manifest together with another one (rule M5): the two differ only in case, or one
 * is within the other. Undefined if there is none.
 */
export function findClash(paths: readonly string[]): string | undefined {
  // With the separator below every other character, the paths within a path come right behind it.
  const keys = paths.map((path) => foldCase(path).replaceAll('/', '\0')).toSorted();
  const clash = keys.find((key, index) => {
    const next = keys[index + 1];
    return next === key || next?.startsWith(`${key}\0`) === true;
  });
  return clash?.replaceAll('\0', '/');
}

/** Bytes for the folder that stands for those left out, including a number and the `/` behind it. */
const SEAM_BYTES = 32;

/** A file or a folder in the tree of the paths. */
interface Node {
  /** Its name on the sender's disk; unique among the folders beside it. */
  readonly original: string;
  /** Its name in normal form. */
  readonly clean: string;
  /** The index among the paths, for a file or an empty folder. */
  readonly index: number | undefined;
  readonly folders: Map<string, Node>;
  readonly files: Node[];
}

/** A folder whose name is final. */
interface Place {
  readonly folder: Node;
  /** Its path with a `/` behind it; empty at the top. */
  readonly path: string;
}

/** A node beside others, in the folder whose path is `path`. */
interface Candidate {
  readonly node: Node;
  readonly path: string;
}

/**
 * Brings any strings into the form of rules M4 and M5 (rule M6). Each segment gets its normal form. If the result is
 * another entry's path, or another folder's, it is numbered: `name (2).ext`. Names that are already normal keep theirs
 * before others do. The same strings get the same paths, in whatever order. Total, idempotent, and changes no paths
 * that are in that form.
 */
export function cleanPaths(paths: readonly string[]): readonly string[] {
  const results: string[] = paths.map(() => '');
  const homeless: Candidate[] = [];
  const top = nameLevel([{ folder: treeOf(paths), path: '' }], results, homeless);
  const levels = [...top.below];
  for (let level = levels.pop(); level !== undefined; level = levels.pop()) {
    levels.push(...nameLevel(level, results, homeless).below);
  }
  // A file goes to the top if its folders' numbers left no room for it.
  for (const { node } of homeless.toSorted(byPrecedence)) {
    const { clean, index = 0 } = node;
    results[index] = top.names.free(clean, SEGMENT_BYTES_MAX) ?? clean;
  }
  return results;
}

/**
 * Names the contents of folders that some file systems consider the same. Returns their folders, for the next level.
 */
function nameLevel(
  places: readonly Place[],
  results: string[],
  homeless: Candidate[],
): { readonly names: Names; readonly below: Iterable<Place[]> } {
  const candidates = places.flatMap(({ folder, path }) =>
    [...folder.folders.values(), ...folder.files].map((node): Candidate => ({ node, path })),
  );
  const names = createNames(candidates.map(({ node }) => node.clean));
  const below = new Map<string, Place[]>();
  for (const { node, path } of candidates.toSorted(byPrecedence)) {
    const room = Math.min(SEGMENT_BYTES_MAX, PATH_BYTES_MAX - utf8Length(path));
    if (node.index === undefined) {
      const name = names.ofFolder(node.clean, path);
      const level = below.get(foldCase(name)) ?? [];
      below.set(foldCase(name), level);
      level.push({ folder: node, path: `${path}${name}/` });
    } else {
      const name = names.ofFile(node.clean, room);
      if (name === undefined || utf8Length(name) > room) homeless.push({ node, path });
      else results[node.index] = path + name;
    }
  }
  return { names, below: below.values() };
}

interface Names {
  /** A file's name, numbered if necessary; undefined if there is no room for the number. */
  ofFile(name: string, bytes: number): string | undefined;
  ofFolder(name: string, path: string): string;
  /** A name that is not in use, numbered if necessary. */
  free(name: string, bytes: number): string | undefined;
}

// Counts on from the last number of each name, so that ten thousand equal names don't try each number ten thousand
// times. A name that another entry wants is not free.
function createNames(wanted: readonly string[]): Names {
  const taken = new Set(wanted.map(foldCase));
  const used = new Set<string>();
  const usedByFiles = new Set<string>();
  const folders = new Set<string>();
  const nextNumbers = new Map<string, number>();

  const take = (name: string): string => {
    const key = foldCase(name);
    taken.add(key);
    used.add(key);
    return name;
  };
  const numbered = (name: string, bytes: number): string | undefined => {
    const family = foldCase(name);
    for (let number = nextNumbers.get(family) ?? 2; ; number++) {
      const free = numberedName(name, number, bytes);
      if (free !== undefined && taken.has(foldCase(free))) continue;
      nextNumbers.set(family, number + 1);
      return free === undefined ? undefined : take(free);
    }
  };
  return {
    ofFile(name, bytes) {
      const named = used.has(foldCase(name)) ? numbered(name, bytes) : take(name);
      if (named !== undefined) usedByFiles.add(foldCase(named));
      return named;
    },
    // Folders whose names differ only in case keep them, and share one level, so that their contents don't clash.
    ofFolder(name, path) {
      const isFree = !usedByFiles.has(foldCase(name)) && !folders.has(path + name);
      const named = isFree ? take(name) : (numbered(name, SEGMENT_BYTES_MAX) ?? name);
      folders.add(path + named);
      return named;
    },
    free: (name, bytes) => (taken.has(foldCase(name)) ? numbered(name, bytes) : take(name)),
  };
}

function treeOf(paths: readonly string[]): Node {
  const top = nodeOf('', '');
  // Thousands of files have the same folders, so clean each name once.
  const cleaned = new Map<string, string>();
  const clean = (original: string): string => {
    const name = cleaned.get(original) ?? cleanName(original);
    cleaned.set(original, name);
    return name;
  };
  // Sorted, so that names don't depend on the order of a disk.
  const sorted = Array.from(paths.entries()).toSorted(([, a], [, b]) => compare(a, b));
  for (const [index, path] of sorted) {
    const steps = path.split('/').filter((step) => step !== '' && step !== '.' && step !== '..');
    const named = steps.map((original) => nodeOf(original, clean(original)));
    const file = named.pop() ?? nodeOf('', cleanName(''));
    let folder = top;
    for (const step of fittingFolders(named, file)) {
      const known = folder.folders.get(step.original) ?? step;
      folder.folders.set(step.original, known);
      folder = known;
    }
    folder.files.push({ ...file, index });
  }
  return top;
}

function nodeOf(original: string, clean: string): Node {
  return { original, clean, index: undefined, folders: new Map(), files: [] };
}

/**
 * The folders of a file's path, as many as fit: the first and the last ones, and between them one that stands for those
 * left out. What is kept of each name does not depend on the file, so that files of a long-named folder stay together.
 */
function fittingFolders(folders: readonly Node[], file: Node): readonly Node[] {
  const length = bytesOf(folders) + utf8Length(file.clean);
  if (length <= PATH_BYTES_MAX) return folders;
  const room = PATH_BYTES_MAX - SEGMENT_BYTES_MAX - SEAM_BYTES;
  const head = folders.slice(0, fitting(folders, room / 2));
  const rest = folders.slice(head.length).toReversed();
  const tail = rest.slice(0, fitting(rest, room - bytesOf(head))).toReversed();
  const between = folders.slice(head.length, folders.length - tail.length);
  const original = between.map((folder) => folder.original).join('/');
  return [...head, nodeOf(original, ELLIPSIS), ...tail];
}

// How many of the first ones fit.
function fitting(folders: readonly Node[], bytes: number): number {
  let length = 0;
  const end = folders.findIndex((folder) => (length += bytesOf([folder])) > bytes);
  return end === -1 ? folders.length : end;
}

// Counts the `/` behind each.
function bytesOf(folders: readonly Node[]): number {
  return folders.reduce((length, { clean }) => length + utf8Length(clean) + 1, 0);
}

// Nodes that keep their names come first, and folders before files, which have to give way to them.
function byPrecedence(a: Candidate, b: Candidate): number {
  return (
    rankOf(a.node) - rankOf(b.node) ||
    compare(a.path, b.path) ||
    compare(a.node.original, b.node.original)
  );
}

function rankOf({ original, clean, index }: Node): number {
  return (original === clean ? 0 : 2) + (index === undefined ? 0 : 1);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
