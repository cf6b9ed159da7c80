import {
  ARRIVED_STEP,
  CHUNK_BYTES,
  FRAME_HEADER_BYTES,
  PACK_SPAN,
  PIECE_BYTES,
} from '../constants.ts';
import { LocalProtocolError, RemoteProtocolError } from '../errors.ts';

/** Byte 0 of a frame (rules F1, F7). */
const DATA = 1;
const PACKED = 2;

/** Bytes of a pack's bitmap, at most. */
const BITMAP_BYTES_MAX = PACK_SPAN / 8;

const NO_BITMAP = new Uint8Array();

const UINT32 = 2 ** 32;

/** One bulk frame. */
export interface Frame {
  /** Index in the manifest; of a pack, that of its first file. */
  readonly file: number;
  /** Bytes from the file's start, or from the pack's. */
  readonly offset: number;
  /** Which files behind the first one are in the pack, a bit for each; empty if the frame is of no pack. */
  readonly bitmap: Uint8Array;
  /** A view of the message, 1 byte to 1 MiB. */
  readonly payload: Uint8Array;
}

/**
 * Writes a bulk frame (rules F1, F7). The payload is copied.
 *
 * @param file - index in the manifest; of a pack, that of its first file.
 * @param offset - bytes from the file's start, or from the pack's: a multiple of the chunk.
 * @param payload - whole chunks of one piece or pack, or the rest of it.
 * @param room - where to write, so that a frame that is sent at once costs no memory of its own; the frame is a
 *   view of its beginning. At least as long as the header, the bitmap and the payload.
 * @param bitmap - of a pack; empty for a frame of one file.
 * @throws LocalProtocolError `argument` if no receiver would take it, whatever the manifest, or without room.
 */
export function encodeFrame(
  file: number,
  offset: number,
  payload: Uint8Array,
  room?: Uint8Array<ArrayBuffer>,
  bitmap: Uint8Array = NO_BITMAP,
): Uint8Array<ArrayBuffer> {
  const head = FRAME_HEADER_BYTES + bitmap.length;
  const length = head + payload.length;
  const into = room ?? new Uint8Array(length);
  const isAddress =
    Number.isInteger(file) && file >= 0 && file < UINT32 && Number.isSafeInteger(offset);
  const isBitmap = bitmap.length === 0 || isWritten(bitmap);
  if (!isAddress || !isBitmap || !hasShape(offset, payload.length) || into.length < length) {
    throw new LocalProtocolError(
      'argument',
      `no frame: file ${file}, offset ${offset}, ${payload.length} bytes`,
    );
  }
  const message = into.subarray(0, length);
  const type = bitmap.length === 0 ? DATA * 0x1000000 : PACKED * 0x1000000 + bitmap.length;
  writeUint32(message, 0, type);
  writeUint32(message, 4, file);
  writeUint32(message, 8, Math.floor(offset / UINT32));
  writeUint32(message, 12, offset % UINT32);
  message.set(bitmap, FRAME_HEADER_BYTES);
  message.set(payload, head);
  return message;
}

/**
 * Reads a bulk frame, with the checks that need no manifest (rules F1, F2, F7); `checkFrame` does the others. The
 * message isn't changed, and the payload and the bitmap are views of it.
 *
 * @throws RemoteProtocolError `malformed`
 */
export function parseFrame(message: Uint8Array): Frame {
  const bitmap = bitmapIn(message);
  const offset = readUint32(message, 8) * UINT32 + readUint32(message, 12);
  const payload = message.subarray(FRAME_HEADER_BYTES + bitmap.length);
  if (!Number.isSafeInteger(offset) || !hasShape(offset, payload.length)) {
    throw new RemoteProtocolError('malformed', 'a frame that is no run of chunks of one piece');
  }
  return { file: readUint32(message, 4), offset, payload, bitmap };
}

/**
 * How many chunks a bulk frame brings, by its length alone (rules W3, W4). Any message counts, whatever is in it, as
 * one at least.
 */
export function chunksInFrame(message: Uint8Array): number {
  const bitmap = message[0] === PACKED ? ((message[2] ?? 0) << 8) | (message[3] ?? 0) : 0;
  const payload = message.length - FRAME_HEADER_BYTES - bitmap;
  return Math.max(1, Math.ceil(payload / CHUNK_BYTES));
}

// F7: its length is the low half of the first four bytes, and its last byte isn't zero, so that each pack has one.
function bitmapIn(message: Uint8Array): Uint8Array {
  const type = readUint32(message, 0);
  if (type === DATA * 0x1000000) return NO_BITMAP;
  const length = type - PACKED * 0x1000000;
  const bitmap = message.subarray(FRAME_HEADER_BYTES, FRAME_HEADER_BYTES + Math.max(0, length));
  if (bitmap.length !== length || !isWritten(bitmap))
    throw new RemoteProtocolError('malformed', 'a frame of an unknown type');
  return bitmap;
}

function isWritten(bitmap: Uint8Array): boolean {
  return bitmap.length > 0 && bitmap.length <= BITMAP_BYTES_MAX && bitmap.at(-1) !== 0;
}

/**
 * Writes a receiver's report on a bulk channel (rule F6): the bytes of messages that have arrived since its last
 * report.
 */
export function encodeArrived(bytes: number): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(4);
  writeUint32(message, 0, bytes);
  return message;
}

/**
 * Reads a receiver's report on a bulk channel (rule F6).
 *
 * @returns bytes, ARRIVED_STEP or more.
 * @throws RemoteProtocolError `malformed`
 */
export function parseArrived(message: Uint8Array): number {
  const bytes = readUint32(message, 0);
  if (message.length !== 4 || bytes < ARRIVED_STEP)
    throw new RemoteProtocolError('malformed', 'not what has arrived');
  return bytes;
}

// Whether it is a run of chunks: it begins at one, is not empty and stays within one piece. If its length is no
// multiple of the chunk, it must end the file, which only the manifest can show.
function hasShape(offset: number, length: number): boolean {
  return (
    offset >= 0 &&
    offset % CHUNK_BYTES === 0 &&
    length > 0 &&
    (offset % PIECE_BYTES) + length <= PIECE_BYTES
  );
}

function readUint32(bytes: Uint8Array, at: number): number {
  const low = ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
  return (bytes[at] ?? 0) * 0x1000000 + low;
}

// A typed array keeps the low eight bits of what is stored.
function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
