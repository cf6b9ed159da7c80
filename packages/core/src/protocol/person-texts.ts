import { utf8Length } from '../bytes.ts';
import { NOTE_BYTES_MAX, PERSON_BYTES_MAX } from '../constants.ts';
import { ELLIPSIS, trimmed, visibleText } from './names.ts';

/** UTF-16 code units that are read of a text: more than any of them may take. */
const LOOKED_AT_MAX = 2048;

/** Characters that no line may have: controls, line breaks, noncharacters, and placeholders for what isn't text. */
const FORBIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\ufff9-\ufffc]/gu;

/** Whether this may be a person's own name (rule N11). Total. */
export function isNormalPersonName(text: string): boolean {
  return isNormalLine(text, PERSON_BYTES_MAX);
}

/** Whether this may be a note (rule N11). Total. */
export function isNormalNote(text: string): boolean {
  return isNormalLine(text, NOTE_BYTES_MAX);
}

/** Brings a person's own name into normal form (rule N11); undefined if nothing is left. Total and idempotent. */
export function cleanPersonName(text: string): string | undefined {
  return cleanLine(text, PERSON_BYTES_MAX);
}

/** Brings a note into normal form (rule N11); undefined if nothing is left. Total and idempotent. */
export function cleanNote(text: string): string | undefined {
  return cleanLine(text, NOTE_BYTES_MAX);
}

function isNormalLine(text: string, bytes: number): boolean {
  // Count characters first, so that a text that is far too long is not processed.
  return (
    text !== '' && text.length <= bytes && escapedLength(text) <= bytes && text === swept(text)
  );
}

// What is too long loses its end.
function cleanLine(text: string, bytes: number): string | undefined {
  let line = settled(text.slice(0, LOOKED_AT_MAX));
  while (escapedLength(line) > bytes) line = settled(cutEnd(line, bytes));
  return line === '' ? undefined : line;
}

// One sweep can create new work for another, as with file names.
function settled(text: string): string {
  let line = text;
  for (let next = swept(line); next !== line; next = swept(line)) line = next;
  return line;
}

function swept(text: string): string {
  return trimmed(visibleText(text.toWellFormed().replace(FORBIDDEN, ' ')));
}

function cutEnd(text: string, bytes: number): string {
  let room = bytes - utf8Length(ELLIPSIS);
  let head = '';
  for (const character of text) {
    room -= escapedLength(character);
    if (room < 0) break;
    head += character;
  }
  return trimmed(head) + ELLIPSIS;
}

/** Bytes of a text inside of a JSON string. */
function escapedLength(text: string): number {
  return utf8Length(JSON.stringify(text)) - 2;
}
