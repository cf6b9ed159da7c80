import { utf8Length } from '../bytes.ts';
import { SEGMENT_BYTES_MAX } from '../constants.ts';

/** The name of a file or folder if cleaning leaves nothing of its own. */
const UNNAMED = 'unnamed';

/** Stands for the middle that was cut out of a name or a path. */
export const ELLIPSIS = '…';

/** Bytes. An extension of up to this length, after the last dot, is kept when a name is cut. */
const EXTENSION_BYTES_MAX = 32;

/** UTF-16 code units of a name that are read, half of them at each end: several times what any disk allows. */
const LOOKED_AT_MAX = 2048;

/**
 * Characters that no name may have: those with a meaning in Windows or in paths, controls, separators of lines and
 * paragraphs, noncharacters, and placeholders for what isn't text (U+FFF9 to U+FFFC).
 */
const FORBIDDEN = /[/<>:"\\|?*\p{Cc}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\ufff9-\ufffc]/gu;

// A letter, mark or digit of a script that joins or stacks its letters, as Arabic and the Indic ones do. The pattern
// excludes all other scripts, for two reasons. It has to accept code points that this engine's Unicode doesn't assign
// yet, or an older browser would refuse names that a newer one offers. And an engine throws at the name of a script
// that it doesn't know.
const CASED = String.raw`(?!\p{Script=Adlam})\p{Cased}`;
const APART = ['Zyyy', 'Zinh', 'Latn', 'Grek', 'Cyrl', 'Hebr', 'Ethi', 'Thai', 'Laoo'];
const APART_EAST = ['Hani', 'Hira', 'Kana', 'Bopo', 'Hang'];
const classOf = (scripts: readonly string[]) =>
  `[${scripts.map((script) => String.raw`\p{Script_Extensions=${script}}`).join('')}]`;
const JOINING = String.raw`(?!${CASED}|${classOf([...APART, ...APART_EAST])})[\p{L}\p{M}\p{Nd}\p{Cn}]`;

// Scripts that are written without spaces: a zero-width space marks where a word ends.
const SPACELESS = classOf(['Khmr', 'Laoo', 'Mymr', 'Thai']);

const PICTOGRAPH = String.raw`\p{Extended_Pictographic}[\ufe0e\ufe0f]?\p{Emoji_Modifier}?`;

/** The places in which a default ignorable code point is allowed (rule M4). */
const NEEDED = [
  // The flag of a part of a country: a black flag and the code of the part in tags.
  String.raw`\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}`,
  // A keycap.
  String.raw`[0-9#*]\ufe0f\u20e3`,
  // Emoji, alone or joined.
  String.raw`${PICTOGRAPH}(?:\u200d${PICTOGRAPH})*`,
  // One joiner beside a script that joins; U+180E is Mongolian's.
  String.raw`(?<![\p{Join_Control}\u180e])[\p{Join_Control}\u180e](?=${JOINING})`,
  String.raw`(?<=${JOINING}\p{M}*)(?<![\p{Join_Control}\u180e])[\p{Join_Control}\u180e]`,
  // One variation selector after an ideograph or a letter that joins. The last two selectors are for emoji.
  String.raw`(?<=\p{Ideographic}|${JOINING}\p{M}*)(?<!\p{Variation_Selector})(?![\ufe0e\ufe0f])\p{Variation_Selector}`,
  String.raw`(?<=${SPACELESS})\u200b(?=${SPACELESS})`,
].join('|');

const IGNORABLE = /\p{Default_Ignorable_Code_Point}/u;
const EACH_IGNORABLE = new RegExp(String.raw`(${NEEDED})|\p{Default_Ignorable_Code_Point}`, 'gu');

/** Spaces of every kind, and the empty Braille pattern, which looks like one although no property says so. */
const BLANK = /[\p{Zs}\u2800]/u;

/** Blanks in a row: two are a typist's habit; many push an extension out of sight. */
const BLANK_RUN = /[\p{Zs}\u2800]{3,}/gu;

/**
 * Marks in a row that take no place of their own. UTS #39 considers four enough for every living language; the longest
 * stacks of Tibetan have eight. Longer runs climb over the lines above.
 */
const MARK_RUN = /([\p{Mn}\p{Me}\p{Join_Control}]{8})[\p{Mn}\p{Me}\p{Join_Control}]+/gu;

/** Device names of Windows, which it also recognizes with an extension, and with spaces before that. */
const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\.|$)/i;

/** Whether a bundle's name, or one segment of a path, is in normal form (rules M4, M6). Total. */
export function isNormalName(name: string): boolean {
  return (
    name !== '' &&
    // Count characters first, so that a name that is far too long is not processed.
    name.length <= SEGMENT_BYTES_MAX &&
    utf8Length(name) <= SEGMENT_BYTES_MAX &&
    name === swept(name) &&
    !RESERVED.test(name)
  );
}

/** Brings a bundle's name into normal form (rule M6). Total, idempotent, and changes no normal name. */
export function cleanName(name: string): string {
  const ends =
    name.length <= LOOKED_AT_MAX
      ? name
      : name.slice(0, LOOKED_AT_MAX / 2) + ELLIPSIS + name.slice(-LOOKED_AT_MAX / 2);
  const clean = shortened(settled(ends), SEGMENT_BYTES_MAX) || UNNAMED;
  return RESERVED.test(clean) ? shortened(`_${clean}`, SEGMENT_BYTES_MAX) : clean;
}

/** Whether a name or a path was changed. Canonically equivalent ones are equal. */
export function isRenamed(from: string, to: string): boolean {
  return from !== to && from.normalize('NFC') !== to;
}

/**
 * `name (2).txt`: a normal name with a number, cut in the middle if it takes more than `bytes`; undefined if there is
 * no room for that.
 */
export function numberedName(name: string, number: number, bytes: number): string | undefined {
  const [stem, extension] = splitName(name);
  const ending = ` (${number})${extension}`;
  const head = settled(cutMiddle(stem, bytes - utf8Length(ending)));
  return head === '' ? undefined : head + ending;
}

// One sweep can create new work for another: when a letter goes, its joiner has to go, too. Each round removes
// something, and there are hardly ever more than two.
function settled(name: string): string {
  let text = name;
  for (let next = swept(text); next !== text; next = swept(text)) text = next;
  return text;
}

function swept(name: string): string {
  return trimmed(visibleText(name.toWellFormed().replace(FORBIDDEN, '_')), '.');
}

/** Well-formed text in NFC, without what is invisible, and without long runs of marks and blanks (rule M4). */
export function visibleText(text: string): string {
  const visible = IGNORABLE.test(text) ? text.replace(EACH_IGNORABLE, '$1') : text;
  return visible.normalize('NFC').replace(MARK_RUN, '$1').replace(BLANK_RUN, ' ');
}

/**
 * Removes blanks at the start, and blanks and `ending`s at the end. Done by hand, since a pattern takes quadratic time
 * on long runs.
 */
export function trimmed(text: string, ending?: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && BLANK.test(text.charAt(start))) start++;
  while (end > start && (text[end - 1] === ending || BLANK.test(text.charAt(end - 1)))) end--;
  return text.slice(start, end);
}

function shortened(name: string, bytes: number): string {
  let text = name;
  while (utf8Length(text) > bytes) {
    const [stem, extension] = splitName(text);
    text = settled(cutMiddle(stem, bytes - utf8Length(extension)) + extension);
  }
  return text;
}

// A name's stem, never empty, and its extension with the dot, or nothing.
function splitName(name: string): readonly [stem: string, extension: string] {
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot) : '';
  const isOne =
    extension !== '' && utf8Length(extension) <= EXTENSION_BYTES_MAX && !BLANK.test(extension);
  return isOne ? [name.slice(0, dot), extension] : [name, ''];
}

/** Characters that belong to the one before: a cut doesn't separate the two. */
const ATTACHED = /[\p{M}\p{Join_Control}\p{Emoji_Modifier}\u{e0020}-\u{e007f}]/u;

// As much of both ends as fits, with an ellipsis between them if there is room for it.
function cutMiddle(text: string, bytes: number): string {
  if (utf8Length(text) <= bytes) return text;
  const characters = Array.from(text);
  const room = bytes - utf8Length(ELLIPSIS);
  if (room < 2) return characters.slice(0, fitting(characters, bytes)).join('');
  const head = characters.slice(0, fitting(characters, Math.ceil(room / 2)));
  const back = characters.toReversed();
  let count = fitting(back, room - utf8Length(head.join('')));
  while (count > 0 && ATTACHED.test(back[count - 1] ?? '')) count--;
  return head.join('') + ELLIPSIS + back.slice(0, count).toReversed().join('');
}

// How many of the first characters fit.
function fitting(characters: readonly string[], bytes: number): number {
  let length = 0;
  const end = characters.findIndex((character) => (length += utf8Length(character)) > bytes);
  return end === -1 ? characters.length : end;
}
