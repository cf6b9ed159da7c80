// Decides how a file is shown, from its name, its size and its first bytes. All three come from a stranger: a file is
// shown as what its name says, and only if its bytes agree.
import { formatOf, type Format } from './formats.ts';
import { pixelsIn } from './pixels.ts';

const MEBIBYTE = 1024 * 1024;

/** Bytes of a text that are shown; more would make the page slow. Also as many as a decision looks at. */
export const HEAD_BYTES = 256 * 1024;

/** Bytes. A picture is decoded in the tab's memory. */
export const IMAGE_BYTES_MAX = 64 * MEBIBYTE;

/** Bytes. It becomes a part of an address, and its shapes are drawn one by one. */
export const SVG_BYTES_MAX = 4 * MEBIBYTE;

/** Bytes. A PDF is read into memory as a whole. */
export const PDF_BYTES_MAX = 128 * MEBIBYTE;

/** Pixels, each of which takes four bytes once it is decoded: a small file can be a picture that no tab has room for. */
export const PIXELS_MAX = 100_000_000;

/** How a file is shown. */
export type Decision =
  | { readonly as: 'image' | 'audio' | 'video'; readonly type: string }
  | { readonly as: 'svg' | 'pdf' }
  | { readonly as: 'text'; readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' }
  | { readonly as: 'nothing'; readonly why: Refusal };

/** Why a file isn't shown: `other` is not what its name says, `unknown` has a name that says nothing. */
export type Refusal = 'unknown' | 'other' | 'large';

/** Formats that a browser has an element for, and the media type under which that gets them. */
const MEDIA: Readonly<Partial<Record<Format, Extract<Decision, { readonly type: string }>>>> = {
  png: { as: 'image', type: 'image/png' },
  jpeg: { as: 'image', type: 'image/jpeg' },
  gif: { as: 'image', type: 'image/gif' },
  webp: { as: 'image', type: 'image/webp' },
  avif: { as: 'image', type: 'image/avif' },
  bmp: { as: 'image', type: 'image/bmp' },
  mp3: { as: 'audio', type: 'audio/mpeg' },
  m4a: { as: 'audio', type: 'audio/mp4' },
  ogg: { as: 'audio', type: 'audio/ogg' },
  wav: { as: 'audio', type: 'audio/wav' },
  flac: { as: 'audio', type: 'audio/flac' },
  mp4: { as: 'video', type: 'video/mp4' },
  webm: { as: 'video', type: 'video/webm' },
  // Of the same family, and browsers that refuse the name of this one play its files.
  mov: { as: 'video', type: 'video/mp4' },
};

/**
 * How to show a file.
 *
 * @param size - bytes of the whole file.
 * @param head - its first {@link HEAD_BYTES}, or all of it.
 */
export function decide(path: string, size: number, head: Uint8Array): Decision {
  const format = formatOf(path);
  if (format === undefined) return nothing('unknown');
  if (format === 'text') {
    const encoding = encodingOf(head);
    return encoding === undefined ? nothing('other') : { as: 'text', encoding };
  }
  if (!BEGINS[format](head)) return nothing('other');
  if (format === 'svg') return size > SVG_BYTES_MAX ? nothing('large') : { as: 'svg' };
  if (format === 'pdf') return size > PDF_BYTES_MAX ? nothing('large') : { as: 'pdf' };
  const media = MEDIA[format];
  if (media === undefined) return nothing('unknown');
  if (media.as !== 'image') return media;
  const isLarge = size > IMAGE_BYTES_MAX || (pixelsIn(format, head) ?? 0) > PIXELS_MAX;
  return isLarge ? nothing('large') : media;
}

function nothing(why: Refusal): Decision {
  return { as: 'nothing', why };
}

type Test = (head: Uint8Array) => boolean;

/** What the first bytes of each format are. Sources: the formats' own specifications, and MIME Sniffing (WHATWG). */
const BEGINS: Readonly<Record<Exclude<Format, 'text'>, Test>> = {
  png: startsWith('\x89PNG\r\n\x1a\n'),
  jpeg: startsWith('\xff\xd8\xff'),
  gif: either(startsWith('GIF87a'), startsWith('GIF89a')),
  webp: (head) => has(head, 0, 'RIFF') && has(head, 8, 'WEBPVP8'),
  avif: (head) => has(head, 4, 'ftyp') && /avi[fs]/.test(brandsOf(head)),
  bmp: startsWith('BM'),
  // Text without a beginning of its own. It is only ever drawn as a picture, where nothing in it runs.
  svg: (head) => /<svg[\s>]/i.test(latin(head, 0, 4096)),
  mp3: either(startsWith('ID3'), (head) => head[0] === 0xff && ((head[1] ?? 0) & 0xe6) === 0xe2),
  m4a: (head) => has(head, 4, 'ftyp'),
  ogg: startsWith('OggS'),
  wav: (head) => has(head, 0, 'RIFF') && has(head, 8, 'WAVE'),
  flac: either(startsWith('fLaC'), startsWith('ID3')),
  mp4: (head) => has(head, 4, 'ftyp'),
  webm: startsWith('\x1a\x45\xdf\xa3'),
  // Old ones begin with any of these boxes.
  mov: (head) => /^(?:ftyp|moov|mdat|wide|free|skip)$/.test(latin(head, 4, 8)),
  // Programs that make PDFs put something before it, and readers have always let them.
  pdf: (head) => latin(head, 0, 1024).includes('%PDF-'),
};

function startsWith(text: string): Test {
  return (head) => has(head, 0, text);
}

function either(...tests: readonly Test[]): Test {
  return (head) => tests.some((test) => test(head));
}

/** Whether these bytes stand here; each character of the text is one. */
function has(head: Uint8Array, at: number, text: string): boolean {
  return latin(head, at, at + text.length) === text;
}

function latin(head: Uint8Array, from: number, to: number): string {
  return Array.from(head.subarray(from, to), (byte) => String.fromCharCode(byte)).join('');
}

/** The brands that a file of the ISO family names (ISO/IEC 14496-12): its first box, which is short. */
function brandsOf(head: Uint8Array): string {
  const [a = 0, b = 0, c = 0, d = 0] = head;
  return latin(head, 8, Math.min(256, ((a << 24) | (b << 16) | (c << 8) | d) >>> 0));
}

/** How a text is written; undefined for what is no text: that has zeros in it. */
function encodingOf(head: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | undefined {
  if (has(head, 0, '\xff\xfe')) return 'utf-16le';
  if (has(head, 0, '\xfe\xff')) return 'utf-16be';
  return head.includes(0) ? undefined : 'utf-8';
}
