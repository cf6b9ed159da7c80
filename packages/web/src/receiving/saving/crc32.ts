/** The polynomial of ZIP's CRC-32 (ISO 3309), with its bits reversed. */
const POLYNOMIAL = 0xedb88320;

/** Bytes taken in one step: the eight table look-ups don't depend on each other. */
const STEP = 8;

const TABLES = createTables();

/** Continues a CRC-32 over more bytes. The sum of no bytes is 0. */
export function crc32(bytes: Uint8Array, sum = 0): number {
  const stepsEnd = bytes.length - (bytes.length % STEP);
  let crc = ~sum;
  let at = 0;
  for (; at < stepsEnd; at += STEP) {
    const low = crc ^ wordAt(bytes, at);
    const high = wordAt(bytes, at + 4);
    crc = tableOf(low, 7) ^ tableOf(high, 3);
  }
  for (; at < bytes.length; at++) {
    crc = (crc >>> 8) ^ (TABLES[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  }
  return ~crc >>> 0;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}

// Looks up a word's four bytes: the first in table `first`, the others in the tables below it.
function tableOf(word: number, first: number): number {
  const table = first << 8;
  return (
    (TABLES[table + (word & 0xff)] ?? 0) ^
    (TABLES[table - 256 + ((word >>> 8) & 0xff)] ?? 0) ^
    (TABLES[table - 512 + ((word >>> 16) & 0xff)] ?? 0) ^
    (TABLES[table - 768 + (word >>> 24)] ?? 0)
  );
}

// Table 0 is the usual one. Table n is for a byte that n more bytes follow.
function createTables(): Int32Array {
  const tables = new Int32Array(STEP * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
    tables[byte] = crc;
  }
  for (let at = 256; at < tables.length; at++) {
    const before = tables[at - 256] ?? 0;
    tables[at] = (before >>> 8) ^ (tables[before & 0xff] ?? 0);
  }
  return tables;
}
