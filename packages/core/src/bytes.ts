import { LocalProtocolError, RemoteProtocolError } from './errors.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const VALUES = new Map(Array.from(ALPHABET, (character, value) => [character, value]));

/** Joins byte strings into a new one. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Compares two byte strings without leaving early, so that timing doesn't show where they differ. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index++) difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
  return difference === 0;
}

/** Unpadded base64url (RFC 4648, section 5). */
export function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const left = bytes.length - index;
    const group =
      ((bytes[index] ?? 0) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    const characters = left >= 3 ? 4 : left + 1;
    for (let place = 0; place < characters; place++)
      text += ALPHABET[(group >> (18 - 6 * place)) & 63];
  }
  return text;
}

/**
 * Reads unpadded base64url strictly: one spelling for each byte string, so that no two texts name the
 * same room.
 *
 * @throws RemoteProtocolError `malformed` on a foreign character, padding, an impossible length or
 *   spare bits that are not zero.
 */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  if (text.length % 4 === 1)
    throw new RemoteProtocolError('malformed', 'base64url of an impossible length');
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let offset = 0;
  for (const character of text) {
    const value = VALUES.get(character);
    if (value === undefined)
      throw new RemoteProtocolError('malformed', 'a character outside base64url');
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[offset++] = (held >> bits) & 0xff;
    }
  }
  if ((held & ((1 << bits) - 1)) !== 0)
    throw new RemoteProtocolError('malformed', 'base64url with spare bits set');
  return bytes;
}

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/**
 * UTF-8 of a well-formed string.
 *
 * @throws LocalProtocolError `argument` on a lone surrogate, which UTF-8 can't carry.
 */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  if (!text.isWellFormed())
    throw new LocalProtocolError('argument', 'a lone surrogate has no UTF-8');
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000)
      bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else {
      bytes.push(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 63),
        0x80 | ((code >> 6) & 63),
        0x80 | (code & 63),
      );
    }
  }
  return Uint8Array.from(bytes);
}

/**
 * Strict UTF-8: no overlong form, no surrogate, nothing above U+10FFFF, nothing cut off.
 *
 * @throws RemoteProtocolError `malformed`
 */
export function decodeUtf8(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length;) {
    const first = bytes[index] ?? 0;
    const length =
      first < 0x80
        ? 1
        : first < 0xc2
          ? 0
          : first < 0xe0
            ? 2
            : first < 0xf0
              ? 3
              : first < 0xf5
                ? 4
                : 0;
    if (length === 0 || index + length > bytes.length) throw invalidUtf8();
    let code = length === 1 ? first : first & (0x7f >> length);
    for (let place = 1; place < length; place++) {
      const next = bytes[index + place] ?? 0;
      if ((next & 0xc0) !== 0x80) throw invalidUtf8();
      code = (code << 6) | (next & 63);
    }
    const tooShort = (length === 3 && code < 0x800) || (length === 4 && code < 0x10000);
    if (tooShort || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw invalidUtf8();
    text += String.fromCodePoint(code);
    index += length;
  }
  return text;
}

/** How many bytes a string takes in UTF-8; a lone surrogate counts three. */
export function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

function invalidUtf8(): RemoteProtocolError {
  return new RemoteProtocolError('malformed', 'bytes that are not UTF-8');
}
