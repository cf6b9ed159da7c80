import {
  CHUNK_BYTES,
  encodeFrame,
  FRAME_HEADER_BYTES,
  pieceAt,
  type OutflowCommand,
  type OutflowEvent,
  type PieceRange,
  type Plan,
} from '@burritoshare/core';
import { createGoodputMeter, type GoodputMeter } from './goodput-meter.ts';
import type { Runtime } from './runtime.ts';
import { codeOf, type Source } from './ports.ts';

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

/** How far the bytes have got that were handed to channels. */
export interface Departed {
  /** Bytes that have left their queues. */
  readonly bytes: number;
  /** Bytes that are still queued. */
  readonly queued: number;
}

/** What a channel has been given. */
interface Given {
  readonly bytes: number;
  readonly meter: GoodputMeter;
}

export interface OutflowPump {
  /** Carries a command out; false where it is somebody else's. */
  carryOut(command: OutflowCommand): boolean;
  departed(): Departed;
  /** Lets go of the bytes in memory. The source stays, for the next generation. */
  close(): void;
}

/** Carries out what the outflow machine decides: reads pieces, cuts them into frames, watches the queue. */
export function createOutflowPump({
  runtime,
  plan,
  source,
  theirLeaf,
  channelOf,
  tell,
}: OutflowPumpOptions): OutflowPump {
  // The pieces that are in memory; null while one is being read.
  const pieces = new Map<number, Uint8Array | null>();
  // Channels copy what they are given: one frame's memory serves all.
  const room = new Uint8Array(FRAME_HEADER_BYTES + CHUNK_BYTES);
  // The channels that have been given something, and how many bytes.
  const channels = new Map<RTCDataChannel, Given>();
  let allowanceTimer: unknown;

  const load = (ordinal: number): void => {
    const piece = pieceAt(plan, ordinal);
    pieces.set(ordinal, null);
    source.load(piece).then(
      (bytes) => {
        if (!pieces.has(ordinal)) return;
        pieces.set(ordinal, bytes);
        tell({ type: 'piece.read', ordinal });
      },
      (error: unknown) => {
        if (!pieces.has(ordinal)) return;
        tell({ type: 'read.failed', file: piece.file, code: codeOf(error, 'source.unreadable') });
      },
    );
  };

  const check = async ({ first, end }: PieceRange): Promise<void> => {
    const different: PieceRange[] = [];
    for (let ordinal = first; ordinal < end; ordinal++) {
      const piece = pieceAt(plan, ordinal);
      try {
        if (!(await source.matches(piece, theirLeaf(ordinal))))
          different.push({ first: ordinal, end: ordinal + 1 });
      } catch (error) {
        // One file, in one range: the rest of it can't be compared either.
        tell({ type: 'read.failed', file: piece.file, code: codeOf(error, 'source.unreadable') });
        break;
      }
    }
    tell({ type: 'pieces.checked', different });
  };

  // Before anything is queued behind: a queue that is empty by now has run dry.
  const look = (lane: number, bulk: RTCDataChannel, { bytes, meter }: Given): void => {
    const { bufferedAmount } = bulk;
    const queue = bufferedAmount > 0 ? 'filled' : 'dry';
    const goodput = meter.look(bytes - bufferedAmount, runtime.now(), queue);
    if (goodput !== undefined) tell({ type: 'goodput.measured', lane, ...goodput });
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
    const before = channels.get(bulk) ?? { bytes: 0, meter: createGoodputMeter() };
    look(lane, bulk, before);
    let { bytes: given } = before;
    for (let chunk = from; chunk < to; chunk++) {
      const start = chunk * CHUNK_BYTES;
      const payload = bytes.subarray(start, start + CHUNK_BYTES);
      const frame = encodeFrame(file, offset + start, payload, room);
      bulk.send(frame);
      given += frame.length;
    }
    channels.set(bulk, { ...before, bytes: given });
    tell({ type: 'chunks.sent', lane, buffered: bulk.bufferedAmount });
  };

  const awaitDrain = ({ lane, low }: Extract<OutflowCommand, { type: 'buffer.await' }>): void => {
    const bulk = channelOf(lane);
    if (bulk === undefined) return;
    const drained = (): void => {
      bulk.onbufferedamountlow = null;
      tell({ type: 'buffer.drained', lane, buffered: bulk.bufferedAmount });
    };
    bulk.bufferedAmountLowThreshold = low;
    // The event comes on a downward crossing alone: look before waiting.
    if (bulk.bufferedAmount <= low) drained();
    else bulk.onbufferedamountlow = drained;
  };

  // Timers come late, in hidden tabs by up to a second: what counts is the time that has really passed.
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
          pieces.delete(command.ordinal);
          return true;
        default:
          return false;
      }
    },
    departed() {
      let [bytes, queued] = [0, 0];
      for (const [channel, given] of channels) {
        bytes += given.bytes - channel.bufferedAmount;
        if (channel.readyState === 'open') queued += channel.bufferedAmount;
      }
      return { bytes, queued };
    },
    close() {
      pieces.clear();
      runtime.clock.clearTimeout(allowanceTimer);
      for (const channel of channels.keys()) channel.onbufferedamountlow = null;
    },
  };
}
