import {
  addPiece,
  bitmapOf,
  BUFFER_HIGH_BYTES,
  CHUNK_BYTES,
  concatBytes,
  emptyPieces,
  encodeFrame,
  FRAME_CHUNKS_MAX,
  FRAME_HEADER_BYTES,
  PACK_SPAN,
  parcelOf,
  parseArrived,
  pieceAt,
  piecesInParcel,
  rangesOfParcel,
  RemoteProtocolError,
  type OutflowCommand,
  type OutflowEvent,
  type Parcel,
  type PieceRange,
  type Plan,
} from '@burritoshare/core';
import type { Runtime } from '../runtime.ts';
import { codeOf, type Source } from '../storage/ports.ts';
import { createInFlight, type InFlight, type RecentFlight } from './in-flight.ts';

/** Bytes that a channel may still hold for the receiver's report of arrivals to be believed. */
const HELD_MAX = 2 * BUFFER_HIGH_BYTES;

export interface OutflowPumpOptions {
  readonly runtime: Runtime;
  readonly plan: Plan;
  readonly source: Source;
  /** The leaf that the receiver presented for a piece that it says it holds. */
  readonly theirLeaf: (ordinal: number) => Uint8Array;
  /** A lane's bulk channel; undefined once it is gone. */
  readonly channelOf: (lane: number) => RTCDataChannel | undefined;
  readonly tell: (event: OutflowEvent) => void;
}

/** How many of the bytes that were handed to channels have arrived. */
export interface Arrivals {
  /** Bytes that have arrived. */
  readonly bytes: number;
  /** Bytes in flight on open lanes that take more only once fewer are in flight. */
  readonly inFlight: number;
  /** Milliseconds of the shortest round trip on any open lane; undefined before the first one. */
  readonly roundTrip: number | undefined;
}

export interface OutflowPump {
  /** Carries a command out. Returns false if it is the host's. */
  carryOut(command: OutflowCommand): boolean;
  /** Takes the receiver's message from a bulk channel. Returns false if it breaks the rules. */
  hear(bulk: RTCDataChannel, message: ArrayBuffer): boolean;
  arrivals(): Arrivals;
  /** What was seen since it was last asked. */
  recent(): RecentFlight;
  /** Lets go of the bytes in memory. The source stays open, for the next generation. */
  close(): void;
}

/** A parcel as it goes over the wire. */
interface Packed {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Index of its first file, and bytes from that file's start, or from the pack's. */
  readonly file: number;
  readonly offset: number;
  readonly bitmap: Uint8Array;
}

/** Carries out what the outflow machine decides: reads pieces, cuts them into frames, watches what is in flight. */
export function createOutflowPump({
  runtime,
  plan,
  source,
  theirLeaf,
  channelOf,
  tell,
}: OutflowPumpOptions): OutflowPump {
  // The pieces that are in memory; null while one is being read.
  const pieces = new Map<number, Uint8Array<ArrayBuffer> | null>();
  // The packs that are open, as they go over the wire.
  const packs = new Map<number, Packed>();
  // Channels copy what they are given: one frame's memory serves all.
  const room = new Uint8Array(FRAME_HEADER_BYTES + PACK_SPAN / 8 + FRAME_CHUNKS_MAX * CHUNK_BYTES);
  // The channels that have been given something.
  const channels = new Map<RTCDataChannel, InFlight>();
  // Bytes that the receiver reports as arrived, on channels that still hold too much for it to be believed.
  const doubted = new Map<RTCDataChannel, number>();
  let allowanceTimer: unknown;
  let peak = 0;
  let last = { at: runtime.now(), bytes: 0 };

  const arrived = (): number => {
    let bytes = 0;
    for (const channel of channels.values()) bytes += channel.arrived;
    return bytes;
  };

  const outstanding = (): number => {
    let bytes = 0;
    for (const [{ readyState }, channel] of channels)
      if (readyState === 'open') bytes += channel.bytes;
    return bytes;
  };

  const load = async (parcel: Parcel): Promise<void> => {
    const wanted = piecesInParcel(plan, parcel);
    for (const { ordinal } of wanted) pieces.set(ordinal, null);
    const reads = await Promise.allSettled(wanted.map((piece) => source.load(piece)));
    let read = emptyPieces;
    for (const [index, result] of reads.entries()) {
      const { ordinal = 0, file = 0 } = wanted[index] ?? {};
      const isWanted = pieces.has(ordinal);
      if (result.status === 'rejected') {
        const code = codeOf(result.reason, 'source.unreadable');
        if (isWanted) tell({ type: 'read.failed', file, code });
      } else if (isWanted) {
        pieces.set(ordinal, result.value);
        read = addPiece(read, ordinal);
      } else source.release(result.value);
    }
    const loaded = parcelOf(read);
    if (loaded !== undefined) tell({ type: 'piece.read', ...loaded });
  };

  const release = (parcel: Parcel): void => {
    packs.delete(parcel.ordinal);
    for (const { first, end } of rangesOfParcel(parcel))
      for (let ordinal = first; ordinal < end; ordinal++) {
        const bytes = pieces.get(ordinal) ?? undefined;
        pieces.delete(ordinal);
        if (bytes !== undefined) source.release(bytes);
      }
  };

  // Whether a piece differs; undefined if it can't be read.
  const differs = async (ordinal: number): Promise<boolean | undefined> => {
    const piece = pieceAt(plan, ordinal);
    try {
      return !(await source.matches(piece, theirLeaf(ordinal)));
    } catch (error) {
      tell({ type: 'read.failed', file: piece.file, code: codeOf(error, 'source.unreadable') });
      return undefined;
    }
  };

  const check = async ({ first, end }: PieceRange): Promise<void> => {
    const ordinals = Array.from({ length: end - first }, (_, index) => first + index);
    const isOneFile = pieceAt(plan, first).file === pieceAt(plan, end - 1).file;
    // Small files are read together. Of a large one, the rest can't be compared either if one piece can't.
    const results: (boolean | undefined)[] = isOneFile
      ? []
      : await Promise.all(ordinals.map(differs));
    for (const ordinal of isOneFile ? ordinals : []) {
      const result = await differs(ordinal);
      if (result === undefined) break;
      results.push(result);
    }
    const different = ordinals
      .filter((_, index) => results[index] === true)
      .map((ordinal) => ({ first: ordinal, end: ordinal + 1 }));
    tell({ type: 'pieces.checked', different });
  };

  const packedOf = (parcel: Parcel): Packed | undefined => {
    const { ordinal, pack } = parcel;
    const piece = pieceAt(plan, ordinal);
    if (pack === undefined) {
      const bytes = pieces.get(ordinal) ?? undefined;
      return bytes && { bytes, offset: piece.offset, file: piece.file, bitmap: new Uint8Array() };
    }
    const known = packs.get(ordinal);
    if (known !== undefined) return known;
    const parts = piecesInParcel(plan, parcel).map((part) => pieces.get(part.ordinal) ?? undefined);
    if (!parts.every((part) => part !== undefined)) return undefined;
    const packed = {
      bytes: concatBytes(...parts),
      offset: 0,
      file: piece.file,
      bitmap: bitmapOf(plan, pack),
    };
    packs.set(ordinal, packed);
    return packed;
  };

  const inFlightOf = (bulk: RTCDataChannel): InFlight => {
    const known = channels.get(bulk) ?? createInFlight(() => runtime.now());
    channels.set(bulk, known);
    return known;
  };

  const send = (burst: Extract<OutflowCommand, { type: 'chunks.send' }>): void => {
    const { lane, from, to, frame: most } = burst;
    const packed = packedOf(burst);
    const bulk = channelOf(lane);
    if (packed === undefined || bulk?.readyState !== 'open') return;
    const { bytes, file, offset, bitmap } = packed;
    const inFlight = inFlightOf(bulk);
    for (let chunk = from; chunk < to; chunk += most) {
      const start = chunk * CHUNK_BYTES;
      const payload = bytes.subarray(start, Math.min(to, chunk + most) * CHUNK_BYTES);
      const frame = encodeFrame(file, offset + start, payload, room, bitmap);
      bulk.send(frame);
      const goodput = inFlight.add(frame.length);
      if (goodput !== undefined) tell({ type: 'goodput.measured', lane, ...goodput });
    }
    peak = Math.max(peak, outstanding());
    tell({ type: 'chunks.sent', lane, buffered: inFlight.bytes });
  };

  const awaitDrain = ({ lane, low }: Extract<OutflowCommand, { type: 'buffer.await' }>): void => {
    const bulk = channelOf(lane);
    if (bulk === undefined) return;
    const inFlight = inFlightOf(bulk);
    inFlight.await(low, () => {
      tell({ type: 'buffer.drained', lane, buffered: inFlight.bytes });
    });
  };

  // F6: bytes that a channel still holds can't have arrived. But `bufferedAmount` may fall later than the receiver
  // reports: in Firefox it was 8 MiB when 7 of them had arrived (m). So the report isn't refused, and counts once the
  // figure has fallen.
  const doubt = (bulk: RTCDataChannel): void => {
    inFlightOf(bulk).requireSent(doubted.get(bulk) ?? 0);
    bulk.bufferedAmountLowThreshold = HELD_MAX;
    bulk.onbufferedamountlow = () => believe(bulk);
  };

  const believe = (bulk: RTCDataChannel): void => {
    const bytes = doubted.get(bulk) ?? 0;
    doubted.delete(bulk);
    bulk.onbufferedamountlow = null;
    inFlightOf(bulk).remove(bytes);
  };

  // Timers are late, by up to a second in hidden tabs: report the time that has really passed.
  const awaitAllowance = (milliseconds: number): void => {
    const since = runtime.now();
    runtime.clock.clearTimeout(allowanceTimer);
    allowanceTimer = runtime.clock.setTimeout(() => {
      tell({ type: 'allowance.grown', milliseconds: runtime.now() - since });
    }, milliseconds);
  };

  return {
    carryOut(command) {
      switch (command.type) {
        case 'piece.load':
          void load(command);
          return true;
        case 'pieces.check':
          void check(command);
          return true;
        case 'chunks.send':
          send(command);
          return true;
        case 'buffer.await':
          awaitDrain(command);
          return true;
        case 'allowance.await':
          awaitAllowance(command.milliseconds);
          return true;
        case 'piece.release':
          release(command);
          return true;
        default:
          return false;
      }
    },
    hear(bulk, message) {
      try {
        doubted.set(bulk, (doubted.get(bulk) ?? 0) + parseArrived(new Uint8Array(message)));
        if (bulk.bufferedAmount <= HELD_MAX) believe(bulk);
        else doubt(bulk);
        return true;
      } catch (error) {
        if (!(error instanceof RemoteProtocolError)) throw error;
        return false;
      }
    },
    recent() {
      const inFlight = Math.max(peak, outstanding());
      peak = 0;
      const now = { at: runtime.now(), bytes: arrived() };
      const seconds = (now.at - last.at) / 1000;
      const rate = seconds > 0 ? (now.bytes - last.bytes) / seconds : 0;
      last = now;
      const seen = [...channels].flatMap(([{ readyState }, channel]) => {
        const recent = readyState === 'open' ? channel.takeRecent() : undefined;
        return recent ?? [];
      });
      const shortest = Math.min(...seen.map((recent) => recent.shortest));
      const longest = Math.max(...seen.map((recent) => recent.longest));
      return { inFlight, rate, roundTrips: seen.length > 0 ? { shortest, longest } : undefined };
    },
    arrivals() {
      let [inFlight, roundTrip] = [0, Infinity];
      for (const [{ readyState }, channel] of channels) {
        if (readyState !== 'open') continue;
        if (channel.isAwaited) inFlight += channel.bytes;
        roundTrip = Math.min(roundTrip, channel.roundTrip ?? Infinity);
      }
      return {
        bytes: arrived(),
        inFlight,
        roundTrip: roundTrip < Infinity ? roundTrip : undefined,
      };
    },
    close() {
      for (const ordinal of pieces.keys()) release({ ordinal });
      packs.clear();
      runtime.clock.clearTimeout(allowanceTimer);
      for (const bulk of doubted.keys()) bulk.onbufferedamountlow = null;
      doubted.clear();
      channels.clear();
    },
  };
}
