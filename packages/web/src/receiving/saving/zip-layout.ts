// The records of a ZIP (APPNOTE 6.3.10) with uncompressed entries. Pure, except that DOS times depend on the local time
// zone. A file's sum is known only after its bytes, so it follows them in a data descriptor. Only fields that overflow
// move into the ZIP64 extra field, since 7-Zip reports any other as an error.
import { encodeUtf8 } from '@burritoshare/core';

/** A file or a folder of a ZIP; a folder has no bytes. */
export interface ZipItem {
  readonly kind: 'file' | 'folder';
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** The records around the files' bytes. A file's bytes come between its `header` and its `descriptor`. */
export interface ZipLayout {
  /** Bytes of the whole ZIP. */
  readonly size: number;
  header(index: number): Uint8Array<ArrayBuffer>;
  descriptor(index: number, sum: number): Uint8Array<ArrayBuffer>;
  /** The central directory and the ZIP's end. */
  directory(sums: readonly number[]): Uint8Array<ArrayBuffer>;
}

/** The mark of a field whose value is in the ZIP64 field. Values from here on have to be there. */
const MAX_16 = 0xffff;
const MAX_32 = 0xffff_ffff;

/** ZIP 2.0, or 4.5 with ZIP64. */
const VERSION = 20;
const VERSION_64 = 45;
/** Says that the file attributes are Unix's. */
const MADE_BY = (3 << 8) | VERSION_64;
/** Bit 3: sums and sizes are in a data descriptor. Bit 11: names are in UTF-8. */
const FLAGS = 0x0808;
/** Type and permissions, `-rw-r--r--` and `drwxr-xr-x`. A folder has DOS's bit too. */
const FILE_ATTRIBUTES = 0o100644 * 0x1_0000;
const FOLDER_ATTRIBUTES = 0o040755 * 0x1_0000 + 0x10;

interface Placed {
  readonly item: ZipItem;
  readonly name: Uint8Array;
  /** The offset of its header. */
  readonly offset: number;
}

/** Lays a ZIP out. All offsets follow from the names and the sizes. */
export function layOutZip(items: readonly ZipItem[]): ZipLayout {
  const placed: Placed[] = [];
  let offset = 0;
  for (const item of items) {
    const one = { item, name: nameOf(item), offset };
    placed.push(one);
    offset += headerOf(one).length + item.size + descriptorOf(item, 0).length;
  }
  const directory = (sums: readonly number[]): Uint8Array<ArrayBuffer> => {
    const records = placed.map((one, index) => recordOf(one, sums[index] ?? 0));
    const bytes = records.reduce((sum, { length }) => sum + length, 0);
    return joined([...records, endOf(placed.length, bytes, offset)]);
  };
  const at = (index: number): Placed => {
    const one = placed[index];
    if (one === undefined) throw new RangeError(`no entry ${index}`);
    return one;
  };
  return {
    size: offset + directory([]).length,
    header: (index) => headerOf(at(index)),
    descriptor: (index, sum) => descriptorOf(at(index).item, sum),
    directory,
  };
}

function nameOf({ kind, path }: ZipItem): Uint8Array {
  // A slash at the end marks a folder.
  return encodeUtf8(kind === 'folder' ? `${path}/` : path);
}

function headerOf({ item, name }: Placed): Uint8Array<ArrayBuffer> {
  const isLarge = item.size >= MAX_32;
  const size = isLarge ? MAX_32 : 0;
  const extra = [...(isLarge ? longField([0, 0]) : []), ...unixTime(item)];
  return joined([
    fields([4, 0x04034b50], [2, isLarge ? VERSION_64 : VERSION], [2, FLAGS], [2, 0]),
    fields([4, dosTime(item)], [4, 0], [4, size], [4, size], [2, name.length], [2, extra.length]),
    name,
    new Uint8Array(extra),
  ]);
}

function descriptorOf({ kind, size }: ZipItem, sum: number): Uint8Array<ArrayBuffer> {
  const width = size >= MAX_32 ? 8 : 4;
  return fields([4, 0x08074b50], [4, kind === 'folder' ? 0 : sum], [width, size], [width, size]);
}

function recordOf({ item, name, offset }: Placed, sum: number): Uint8Array<ArrayBuffer> {
  const long = [item.size, item.size, offset].filter((value) => value >= MAX_32);
  const extra = [...longField(long), ...unixTime(item), ...windowsTimes(item)];
  const size = Math.min(item.size, MAX_32);
  const version = long.length > 0 ? VERSION_64 : VERSION;
  return joined([
    fields([4, 0x02014b50], [2, MADE_BY], [2, version], [2, FLAGS], [2, 0], [4, dosTime(item)]),
    fields([4, item.kind === 'folder' ? 0 : sum], [4, size], [4, size], [2, name.length]),
    fields([2, extra.length], [2, 0], [2, 0], [2, 0]),
    fields([4, item.kind === 'folder' ? FOLDER_ATTRIBUTES : FILE_ATTRIBUTES]),
    fields([4, Math.min(offset, MAX_32)]),
    name,
    new Uint8Array(extra),
  ]);
}

function endOf(count: number, bytes: number, offset: number): Uint8Array<ArrayBuffer> {
  const isLarge = count >= MAX_16 || bytes >= MAX_32 || offset >= MAX_32;
  const end = offset + bytes;
  return joined([
    ...(isLarge
      ? [
          fields([4, 0x06064b50], [8, 44], [2, MADE_BY], [2, VERSION_64], [4, 0], [4, 0]),
          fields([8, count], [8, count], [8, bytes], [8, offset]),
          // The offset of that record.
          fields([4, 0x07064b50], [4, 0], [8, end], [4, 1]),
        ]
      : []),
    fields([4, 0x06054b50], [2, 0], [2, 0]),
    fields([2, Math.min(count, MAX_16)], [2, Math.min(count, MAX_16)]),
    fields([4, Math.min(bytes, MAX_32)], [4, Math.min(offset, MAX_32)], [2, 0]),
  ]);
}

function longField(values: readonly number[]): Uint8Array {
  if (values.length === 0) return new Uint8Array();
  return fields([2, 0x0001], [2, 8 * values.length], ...values.map((value) => [8, value] as const));
}

/** 1980-01-01T00:00:00 and 2107-12-31T23:59:58. */
const DOS_FIRST = 0x0021_0000;
const DOS_LAST = 0xff9f_bf7d;

/** Local date and time, to two seconds, from 1980 to 2107. */
function dosTime({ modified }: ZipItem): number {
  const date = new Date(modified);
  const year = date.getFullYear();
  if (modified < 0 || year < 1980) return DOS_FIRST;
  // The year is NaN beyond the range of Date.
  if (!(year <= 2107)) return DOS_LAST;
  const day = ((year - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate();
  const time = (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1);
  return ((day << 16) | time) >>> 0;
}

/** The extended timestamp, in UTC: signed seconds since 1970 in 32 bits, so from 1901 to 2038. */
function unixTime({ modified }: ZipItem): Uint8Array {
  const seconds = Math.floor(modified / 1000);
  if (seconds < -(2 ** 31) || seconds >= 2 ** 31) return new Uint8Array();
  return fields([2, 0x5455], [2, 5], [1, 1], [4, seconds]);
}

/** Milliseconds from 1601, where Windows' time begins, to 1970. */
const WINDOWS_EPOCH = 11_644_473_600_000;
/** Milliseconds since 1601 of the last date in Windows: it counts units of 100 ns in 63 bits. */
const WINDOWS_END = 922_337_203_685_477;

/** The times of NTFS, in UTC, for every year from 1601. The times of the last access and of creation are unknown. */
function windowsTimes({ modified }: ZipItem): Uint8Array {
  const time = Math.floor(modified) + WINDOWS_EPOCH;
  if (time < 0 || time > WINDOWS_END) return new Uint8Array();
  const ticks = BigInt(time) * 10_000n;
  return fields([2, 0x000a], [2, 32], [4, 0], [2, 1], [2, 24], [8, ticks], [8, ticks], [8, ticks]);
}

type Field = readonly [width: 1 | 2 | 4 | 8, value: number | bigint];

/** Encodes numbers in little-endian order. */
function fields(...list: readonly Field[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(list.reduce((sum, [width]) => sum + width, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [width, value] of list) {
    if (width === 1) view.setUint8(at, Number(value));
    if (width === 2) view.setUint16(at, Number(value), true);
    if (width === 4) view.setUint32(at, Number(value), true);
    if (width === 8) view.setBigUint64(at, BigInt(value), true);
    at += width;
  }
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
