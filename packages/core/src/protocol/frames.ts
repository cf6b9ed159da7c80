import { ARRIVED_STEP, CHUNK_BYTES, FRAME_HEADER_BYTES, PIECE_BYTES } from '../constants.ts';
import { LocalProtocolError, RemoteProtocolError } from '../errors.ts';

/** Byte 0 of a frame (rule F1). */
const DATA = 1;

const UINT32 = 2 ** 32;

/** One bulk frame. */
export interface Frame {
  /** Index in the manifest. */
  readonly file: number;
  /** Bytes from the file's start. */
  readonly offset: number;
  /** A view of the message, 1 byte to 1 MiB. */
  readonly payload: Uint8Array;
}

/**
 * Writes a bulk frame (rule F1). The payload is copied.
 *
 * @param file - index in the manifest.
 * @param offset - bytes from the file's start, a multiple of the chunk.
 * @param payload - whole chunks of one piece, or the rest of the file.
 * @param room - where to write, so that a frame that is sent at once costs no memory of its own; the frame is a
 *   view of its beginning. At least as long as the header and the payload.
 * @throws LocalProtocolError `argument` if no receiver would take it, whatever the manifest, or without room.
 */
export function encodeFrame(
  file: number,
  offset: number,
  payload: Uint8Array,
  room: Uint8Array<ArrayBuffer> = new Uint8Array(FRAME_HEADER_BYTES + payload.length),
): Uint8Array<ArrayBuffer> {
  const length = FRAME_HEADER_BYTES + payload.length;
  const isAddress =
    Number.isInteger(file) && file >= 0 && file < UINT32 && Number.isSafeInteger(offset);
  if (!isAddress || !hasShape(offset, payload.length) || room.length < length) {
    throw new LocalProtocolError(
      'argument',
      `no frame: file ${file}, offset ${offset}, ${payload.length} bytes`,
    );
  }
  const message = room.subarray(0, length);
  writeUint32(message, 0, DATA * 0x1000000);
  writeUint32(message, 4, file);
  writeUint32(message, 8, Math.floor(offset / UINT32));
  writeUint32(message, 12, offset % UINT32);
  message.set(payload, FRAME_HEADER_BYTES);
  return message;
}

/**
 * Reads a bulk frame, with the checks that need no manifest (rules F1, F2); `checkFrame` does the others. The message
 * isn't changed, and the payload is a view of it.
 *
 * @throws RemoteProtocolError `malformed`
 */
export function parseFrame(message: Uint8Array): Frame {
  const isData = message[0] === DATA && message[1] === 0 && message[2] === 0 && message[3] === 0;
  if (!isData) throw new RemoteProtocolError('malformed', 'a frame of an unknown type');
  const offset = readUint32(message, 8) * UINT32 + readUint32(message, 12);
  if (!Number.isSafeInteger(offset) || !hasShape(offset, message.length - FRAME_HEADER_BYTES)) {
    throw new RemoteProtocolError('malformed', 'a frame that is no run of chunks of one piece');
  }
  return { file: readUint32(message, 4), offset, payload: message.subarray(FRAME_HEADER_BYTES) };
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
