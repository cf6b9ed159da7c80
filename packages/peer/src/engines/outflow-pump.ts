import {
  BUFFER_HIGH_BYTES,
  CHUNK_BYTES,
  encodeFrame,
  FRAME_HEADER_BYTES,
  parseArrived,
  pieceAt,
  RemoteProtocolError,
  type OutflowCommand,
  type OutflowEvent,
  type PieceRange,
  type Plan,
} from '@burritoshare/core';
import type { Runtime } from '../runtime.ts';
import { codeOf, type Source } from '../storage/ports.ts';
import { createInFlight, type InFlight } from './in-flight.ts';

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
  /** Bytes in flight on all open lanes. */
  readonly outstanding: number;
  /** Milliseconds of the shortest round trip on any open lane; undefined before the first one. */
  readonly roundTrip: number | undefined;
}

export interface OutflowPump {
  /** Carries a command out. Returns false if it is the host's. */
  carryOut(command: OutflowCommand): boolean;
  /** Takes the receiver's message from a bulk channel. Returns false if it breaks the rules. */
  hear(bulk: RTCDataChannel, message: ArrayBuffer): boolean;
  arrivals(): Arrivals;
  /** Lets go of the bytes in memory. The source stays open, for the next generation. */
  close(): void;
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
  // Channels copy what they are given: one frame's memory serves all.
  const room = new Uint8Array(FRAME_HEADER_BYTES + CHUNK_BYTES);
  // The channels that have been given something.
  const channels = new Map<RTCDataChannel, InFlight>();
  // Bytes that the receiver reports as arrived, on channels that still hold too much for it to be believed.
  const doubted = new Map<RTCDataChannel, number>();
  let allowanceTimer: unknown;

  const load = (ordinal: number): void => {
    const piece = pieceAt(plan, ordinal);
    pieces.set(ordinal, null);
    source.load(piece).then(
      (bytes) => {
        if (!pieces.has(ordinal)) return source.release(bytes);
        pieces.set(ordinal, bytes);
        tell({ type: 'piece.read', ordinal });
      },
      (error: unknown) => {
        if (!pieces.has(ordinal)) return;
        tell({ type: 'read.failed', file: piece.file, code: codeOf(error, 'source.unreadable') });
      },
    );
  };

  const release = (ordinal: number): void => {
    const bytes = pieces.get(ordinal) ?? undefined;
    pieces.delete(ordinal);
    if (bytes !== undefined) source.release(bytes);
  };

  const check = async ({ first, end }: PieceRange): Promise<void> => {
    const different: PieceRange[] = [];
    for (let ordinal = first; ordinal < end; ordinal++) {
      const piece = pieceAt(plan, ordinal);
      try {
        if (!(await source.matches(piece, theirLeaf(ordinal))))
          different.push({ first: ordinal, end: ordinal + 1 });
      } catch (error) {
        // The range lies in one file, so the rest of it can't be compared either.
        tell({ type: 'read.failed', file: piece.file, code: codeOf(error, 'source.unreadable') });
        break;
      }
    }
    tell({ type: 'pieces.checked', different });
  };

  const inFlightOf = (bulk: RTCDataChannel): InFlight => {
    const known = channels.get(bulk) ?? createInFlight(() => runtime.now());
    channels.set(bulk, known);
    return known;
  };

  const send = ({
    lane,
    ordinal,
    from,
    to,
  }: Extract<OutflowCommand, { type: 'chunks.send' }>): void => {
    const bytes = pieces.get(ordinal);
    const { file, offset } = pieceAt(plan, ordinal);
    const bulk = channelOf(lane);
    if (bytes === undefined || bytes === null || bulk?.readyState !== 'open') return;
    const inFlight = inFlightOf(bulk);
    for (let chunk = from; chunk < to; chunk++) {
      const start = chunk * CHUNK_BYTES;
      const payload = bytes.subarray(start, start + CHUNK_BYTES);
      const frame = encodeFrame(file, offset + start, payload, room);
      bulk.send(frame);
      const goodput = inFlight.add(frame.length);
      if (goodput !== undefined) tell({ type: 'goodput.measured', lane, ...goodput });
    }
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
          load(command.ordinal);
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
          release(command.ordinal);
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
    arrivals() {
      let [bytes, inFlight, outstanding, roundTrip] = [0, 0, 0, Infinity];
      for (const [{ readyState }, channel] of channels) {
        bytes += channel.arrived;
        if (readyState !== 'open') continue;
        outstanding += channel.bytes;
        if (channel.isAwaited) inFlight += channel.bytes;
        roundTrip = Math.min(roundTrip, channel.roundTrip ?? Infinity);
      }
      return {
        bytes,
        inFlight,
        outstanding,
        roundTrip: roundTrip < Infinity ? roundTrip : undefined,
      };
    },
    close() {
      for (const ordinal of pieces.keys()) release(ordinal);
      runtime.clock.clearTimeout(allowanceTimer);
      for (const bulk of doubted.keys()) bulk.onbufferedamountlow = null;
      doubted.clear();
      channels.clear();
    },
  };
}
