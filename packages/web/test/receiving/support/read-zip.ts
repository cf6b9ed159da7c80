// A strict reader of ZIPs, written only from APPNOTE. Repeated fields must agree, nothing may lie between two records,
// and a ZIP64 field must hold exactly the values that overflow, as 7-Zip demands. It reads a file in parts, so that
// gigabytes of zeros take no memory.
import { crc32 } from 'node:zlib';

/** A part of a ZIP: bytes, or the number of bytes of contents that are left out. */
export type ZipPart = Uint8Array | number;

export interface ReadEntry {
  readonly name: string;
  readonly isFolder: boolean;
  readonly size: number;
  readonly sum: number;
  /** Local time, such as `2020-02-03T04:05:06`. */
  readonly dosTime: string;
  /** Seconds since 1970 in the extended timestamp; undefined without one. */
  readonly unixTime: number | undefined;
  /** Milliseconds since 1970 in the field of NTFS; undefined without one. */
  readonly windowsTime: number | undefined;
}

export function readZip(parts: readonly ZipPart[]): readonly ReadEntry[] {
  const file = sparseFile(parts);
  const end = file.size - 22;
  check(file.number(end, 4) === 0x06054b50, 'no end of the central directory');
  const { count, bytes, start, directoryEnd } = readEnd(file, end);
  check(start + bytes === directoryEnd, 'the central directory ends elsewhere');
  const entries: ReadEntry[] = [];
  let at = start;
  let contentsEnd = 0;
  while (entries.length < count) {
    const [entry, next, behind] = readRecord(file, at, contentsEnd);
    entries.push(entry);
    at = next;
    contentsEnd = behind;
  }
  check(at === directoryEnd, 'something behind the last record');
  check(contentsEnd === start, 'something before the central directory');
  return entries;
}

function readEnd(file: SparseFile, end: number) {
  const small = {
    count: file.number(end + 10, 2),
    bytes: file.number(end + 12, 4),
    start: file.number(end + 16, 4),
    directoryEnd: end,
  };
  check(file.number(end + 8, 2) === small.count, 'two counts');
  const overflows = [small.count === 0xffff, small.bytes === MAX, small.start === MAX];
  if (!overflows.includes(true)) return small;
  check(file.number(end - 20, 4) === 0x07064b50, 'no locator');
  const at = file.number(end - 12, 8);
  check(at + 56 === end - 20, 'a record of another length');
  check(file.number(at, 4) === 0x06064b50 && file.number(at + 4, 8) === 44, 'no ZIP64 end');
  const large = {
    count: file.number(at + 32, 8),
    bytes: file.number(at + 40, 8),
    start: file.number(at + 48, 8),
    directoryEnd: at,
  };
  check(file.number(at + 24, 8) === large.count, 'two counts');
  check(saturated(large.count, 0xffff) === small.count, 'two counts');
  check(saturated(large.bytes, MAX) === small.bytes, 'two sizes');
  check(saturated(large.start, MAX) === small.start, 'two starts');
  return large;
}

function readRecord(
  file: SparseFile,
  at: number,
  contentsEnd: number,
): [entry: ReadEntry, next: number, contentsEnd: number] {
  check(file.number(at, 4) === 0x02014b50, 'no record');
  check(file.number(at + 8, 2) === 0x0808, 'other flags');
  check(file.number(at + 10, 2) === 0, 'compressed');
  const [nameLength, extraLength] = [file.number(at + 28, 2), file.number(at + 30, 2)];
  const name = file.text(at + 46, nameLength);
  const extra = readExtra(file, at + 46 + nameLength, extraLength);
  const isFolder = name.endsWith('/');
  check(((file.number(at + 38, 4) & 0x10) !== 0) === isFolder, 'attributes of another kind');
  const short = [file.number(at + 24, 4), file.number(at + 20, 4), file.number(at + 42, 4)];
  const long = longValues(extra);
  const values = short.map((value) => (value === MAX ? Number(long.shift()) : value));
  check(long.length === 0, 'a ZIP64 field with more than overflows');
  const [size = NaN, stored = NaN, offset = NaN] = values;
  check(size === stored && Number.isSafeInteger(size), 'two sizes');
  check(offset === contentsEnd, 'a gap, or an overlap');
  const isLong = short.includes(MAX);
  check(file.number(at + 6, 2) === (isLong ? 45 : 20), 'another version');
  const sum = file.number(at + 16, 4);
  const time = file.number(at + 12, 4);
  const behind = readContents(file, offset, { name, size, sum, time, extra });
  const entry = { name, isFolder, size, sum, dosTime: dosTime(time), ...timesOf(extra) };
  return [entry, at + 46 + nameLength + extraLength, behind];
}

type Extra = ReadonlyMap<number, DataView>;

interface Expected {
  readonly name: string;
  readonly size: number;
  readonly sum: number;
  readonly time: number;
  readonly extra: Extra;
}

/** Checks a header, the bytes and the descriptor behind them. Returns the offset of their end. */
function readContents(file: SparseFile, at: number, record: Expected): number {
  check(file.number(at, 4) === 0x04034b50, 'no header');
  check(file.number(at + 6, 2) === 0x0808, 'other flags');
  check(file.number(at + 10, 4) === record.time, 'two times');
  const isLong = record.size >= MAX;
  check(file.number(at + 4, 2) === (isLong ? 45 : 20), 'another version');
  const [nameLength, extraLength] = [file.number(at + 26, 2), file.number(at + 28, 2)];
  check(file.text(at + 30, nameLength) === record.name, 'two names');
  const extra = readExtra(file, at + 30 + nameLength, extraLength);
  check(extra.has(0x0001) === isLong, 'a ZIP64 field in a header without need, or none');
  check(longValues(extra).length === (isLong ? 2 : 0), 'not two sizes');
  for (const place of [18, 22]) check(file.number(at + place, 4) === (isLong ? MAX : 0), 'a size');
  const times = [timesOf(extra), timesOf(record.extra)].map(({ unixTime }) => unixTime);
  check(times[0] === times[1], 'two extended timestamps');
  const start = at + 30 + nameLength + extraLength;
  const bytes = file.contents(start, record.size);
  if (bytes !== undefined) check(crc32(bytes) === record.sum, 'a wrong sum');
  const descriptor = start + record.size;
  const width = isLong ? 8 : 4;
  check(file.number(descriptor, 4) === 0x08074b50, 'no descriptor');
  check(file.number(descriptor + 4, 4) === record.sum, 'two sums');
  check(file.number(descriptor + 8, width) === record.size, 'two sizes');
  check(file.number(descriptor + 8 + width, width) === record.size, 'two sizes');
  return descriptor + 8 + 2 * width;
}

function readExtra(file: SparseFile, start: number, length: number): Extra {
  const extra = new Map<number, DataView>();
  let at = start;
  while (at < start + length) {
    const [id, size] = [file.number(at, 2), file.number(at + 2, 2)];
    check(!extra.has(id), 'a field twice');
    extra.set(id, file.view(at + 4, size));
    at += 4 + size;
  }
  check(at === start + length, 'a field that is cut');
  return extra;
}

function longValues(extra: Extra): bigint[] {
  const view = extra.get(0x0001);
  if (view === undefined) return [];
  check(view.byteLength % 8 === 0 && view.byteLength > 0, 'a ZIP64 field of another length');
  return Array.from({ length: view.byteLength / 8 }, (_, index) =>
    view.getBigUint64(8 * index, true),
  );
}

function timesOf(extra: Extra): Pick<ReadEntry, 'unixTime' | 'windowsTime'> {
  const unix = extra.get(0x5455);
  const windows = extra.get(0x000a);
  check(unix === undefined || (unix.byteLength === 5 && unix.getUint8(0) === 1), 'other times');
  check(windows === undefined || windows.getUint16(4, true) === 1, 'another tag');
  return {
    unixTime: unix?.getInt32(1, true),
    windowsTime: windows && Number(windows.getBigUint64(8, true) / 10_000n) - 11_644_473_600_000,
  };
}

function dosTime(value: number): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const [date, time] = [value >>> 16, value & MAX_16];
  const day = `${1980 + (date >> 9)}-${two((date >> 5) & 15)}-${two(date & 31)}`;
  return `${day}T${two(time >> 11)}:${two((time >> 5) & 63)}:${two((time & 31) * 2)}`;
}

const MAX_16 = 0xffff;
const MAX = 0xffff_ffff;

function saturated(value: number, max: number): number {
  return Math.min(value, max);
}

interface SparseFile {
  readonly size: number;
  view(at: number, length: number): DataView;
  number(at: number, width: 1 | 2 | 4 | 8): number;
  text(at: number, length: number): string;
  /** Undefined if the contents are left out. */
  contents(at: number, length: number): Uint8Array | undefined;
}

function sparseFile(parts: readonly ZipPart[]): SparseFile {
  const placed: { readonly start: number; readonly part: ZipPart }[] = [];
  let size = 0;
  for (const part of parts) {
    placed.push({ start: size, part });
    size += typeof part === 'number' ? part : part.length;
  }
  // Finds the last part that begins at or before an offset, by bisection.
  const find = (at: number) => {
    let [low, high] = [0, placed.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((placed[middle]?.start ?? 0) <= at) low = middle;
      else high = middle;
    }
    return placed[low];
  };
  const bytesAt = (at: number, length: number): Uint8Array => {
    const { start, part } = find(at) ?? { start: 0, part: 0 };
    check(typeof part !== 'number', `a record at ${at}, inside of contents`);
    const bytes = part.subarray(at - start, at - start + length);
    check(bytes.length === length, `a record at ${at} that is cut`);
    return bytes;
  };
  const view = (at: number, length: number): DataView => {
    const { buffer, byteOffset } = bytesAt(at, length);
    return new DataView(buffer, byteOffset, length);
  };
  return {
    size,
    view,
    number(at, width) {
      const bytes = view(at, width);
      if (width === 1) return bytes.getUint8(0);
      if (width === 2) return bytes.getUint16(0, true);
      return width === 4 ? bytes.getUint32(0, true) : Number(bytes.getBigUint64(0, true));
    },
    text: (at, length) =>
      length === 0 ? '' : new TextDecoder('utf-8', { fatal: true }).decode(bytesAt(at, length)),
    contents(at, length) {
      if (length === 0) return new Uint8Array();
      return find(at)?.part === length ? undefined : bytesAt(at, length);
    },
  };
}

function check(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Error(`not a ZIP: ${message}`);
}
