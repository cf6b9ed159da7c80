import { crc32 } from 'node:zlib';

/** A file or a folder in a ZIP. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: Buffer;
  /** Local time, to two seconds: `2020-02-03T04:05:06`. */
  readonly modified: string;
}

/**
 * Reads a ZIP by its central directory, like other programs, and checks every sum. Knows only uncompressed entries
 * below 4 GiB, with names in UTF-8.
 */
export function unzip(zip: Buffer): readonly ZipEntry[] {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  if (at + zip.readUInt32LE(end + 12) !== end)
    throw new Error('the central directory ends elsewhere');
  return Array.from({ length: count }, () => {
    const nameLength = zip.readUInt16LE(at + 28);
    const entry = readEntry(zip, at, nameLength);
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    return entry;
  });
}

function readEntry(zip: Buffer, at: number, nameLength: number): ZipEntry {
  if (zip.readUInt32LE(at) !== 0x02014b50) throw new Error('no central directory header');
  if (zip.readUInt16LE(at + 10) !== 0) throw new Error('a compressed entry');
  if ((zip.readUInt16LE(at + 8) & 0x0800) === 0) throw new Error('a name that is not in UTF-8');
  const size = zip.readUInt32LE(at + 24);
  const local = zip.readUInt32LE(at + 42);
  if (zip.readUInt32LE(local) !== 0x04034b50) throw new Error('no local header');
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const bytes = zip.subarray(start, start + size);
  if (crc32(bytes) !== zip.readUInt32LE(at + 16)) throw new Error('a wrong sum');
  return {
    name: zip.toString('utf8', at + 46, at + 46 + nameLength),
    bytes,
    modified: timeOf(zip.readUInt16LE(at + 14), zip.readUInt16LE(at + 12)),
  };
}

function timeOf(date: number, time: number): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${1980 + (date >> 9)}-${two((date >> 5) & 15)}-${two(date & 31)}`;
  return `${day}T${two(time >> 11)}:${two((time >> 5) & 63)}:${two((time & 31) * 2)}`;
}
