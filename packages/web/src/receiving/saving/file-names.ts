import { utf8Length } from '@burritoshare/core';

/** Bytes. The browser first writes a file as `name.crswap`, and disks allow 255. */
const NUMBERED_BYTES_MAX = 248;

/** The last segment of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A numbered name for a file or a folder, `name (2).txt`, still short enough for a file system. */
export function numberedName(name: string, number: number): string {
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot) : '';
  const stem = Array.from(name.slice(0, name.length - extension.length));
  const suffix = ` (${number})${extension}`;
  while (stem.length > 1 && utf8Length(stem.join('') + suffix) > NUMBERED_BYTES_MAX) stem.pop();
  return stem.join('') + suffix;
}

/**
 * `Content-Disposition` of a download (RFC 6266): the exact name in `filename*` (RFC 8187), and an ASCII form for
 * readers that don't know that.
 */
export function contentDisposition(name: string): string {
  const ascii = name.replaceAll(/[^ -~]|["\\%]/gu, '_');
  // RFC 8187 also encodes these, which encodeURIComponent leaves as they are.
  const encoded = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

/** Types that browsers save and never show: programs and archives. XML is not among them. */
const SAVED_TYPES =
  /^application\/(?:gzip|zip|x-7z-compressed|x-bzip2|x-tar|x-xz|epub\+zip|vnd\.[a-z0-9.-]+)$/;

/**
 * The media type under which a received file is handed to the browser. The sender's type is never trusted: any type
 * that a browser might render, and so run in this page's origin, becomes plain bytes.
 */
export function downloadType(mediaType: string): string {
  return SAVED_TYPES.test(mediaType) ? mediaType : 'application/octet-stream';
}
