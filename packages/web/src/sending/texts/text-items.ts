import { cleanName, foldCase } from '@burritoshare/core';

import type { ChosenItem } from '../source/entries.ts';

/** Characters of a text's name, without its extension: a line of it, or as much as a list of files shows. */
const NAME_MAX = 40;

/** Characters of a text that are looked at for its name. */
const LOOKED_AT_MAX = 400;

const UNNAMED = 'Text';
const EXTENSION = '.txt';

/**
 * What a text is called: the first words of its first line, or the site that it is a link to, with `.txt` behind them.
 * Total, and in normal form (rule M6).
 */
export function nameOfText(text: string): string {
  const [line = ''] = text
    .trimStart()
    .slice(0, LOOKED_AT_MAX)
    .split(/[\r\n]/, 1);
  const words = siteOf(line) ?? firstWords(line.trim());
  const name = cleanName((/[\p{L}\p{N}]/u.test(words) ? cleanName(words) : UNNAMED) + EXTENSION);
  // Whatever becomes of strange words, it stays a text (rule M9).
  return name.endsWith(EXTENSION) && name !== EXTENSION ? name : UNNAMED + EXTENSION;
}

/**
 * Names for texts, each of which no other has.
 *
 * @param paths - of what is shared with them.
 */
export function namesOfTexts(
  texts: readonly string[],
  paths: readonly string[] = [],
): readonly string[] {
  const taken = new Set(paths.map((path) => keyOf(path.split('/', 1)[0] ?? '')));
  return texts.map((text) => {
    const name = freeName(nameOfText(text), taken);
    taken.add(keyOf(name));
    return name;
  });
}

/** The items for texts, under the names that {@link namesOfTexts} gives. */
export function textItems(
  texts: readonly string[],
  paths: readonly string[] = [],
): readonly ChosenItem[] {
  const names = namesOfTexts(texts, paths);
  return texts.map((text, index) => {
    const path = names[index] ?? nameOfText(text);
    const file = new File([text], path, { type: 'text/plain' });
    const { size, type } = file;
    return { entry: { kind: 'text', path, size, modified: null, mediaType: type }, file };
  });
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  const stem = name.slice(0, -EXTENSION.length);
  let free = name;
  for (let number = 2; taken.has(keyOf(free)); number++) free = `${stem} (${number})${EXTENSION}`;
  return free;
}

/** Equal for names that could not lie beside each other (rules M5 and M6). */
function keyOf(name: string): string {
  return foldCase(cleanName(name));
}

/** The host of a link; undefined if it is none. */
function siteOf(line: string): string | undefined {
  const [first = ''] = line.trimStart().split(/\s/, 1);
  if (!/^https?:\/\//i.test(first)) return undefined;
  try {
    return new URL(first).hostname.replace(/^www\./, '');
  } catch {
    return undefined;
  }
}

/** As many whole words as fit, or the beginning of one that is too long, without punctuation behind them. */
function firstWords(line: string): string {
  const characters = Array.from(line);
  if (characters.length <= NAME_MAX) return withoutPunctuation(line);
  const beginning = characters.slice(0, NAME_MAX + 1).join('');
  const end = beginning.search(/\s\S*$/);
  return withoutPunctuation(
    end > 0 ? beginning.slice(0, end) : characters.slice(0, NAME_MAX).join(''),
  );
}

function withoutPunctuation(words: string): string {
  return words.replace(/[\s.,:;!?…–—-]+$/, '');
}
