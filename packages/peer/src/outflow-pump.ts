import {
  CHUNK_BYTES,
  encodeFrame,
  pieceAt,
  type OutflowCommand,
  type OutflowEvent,
  type Plan,
} from '@burritoshare/core';
import { codeOf, type Source } from './ports.ts';

export interface OutflowPumpOptions {
  readonly plan: Plan;
  readonly source: Source;
  readonly bulk: RTCDataChannel;
  readonly tell: (event: OutflowEvent) => void;
}

export interface OutflowPump {
  handle(command: OutflowCommand): void;
  /** Lets go of the bytes in memory and of the source. */
  close(): void;
}

/** Carries out what the outflow machine decides: reads pieces, cuts them into frames, watches the queue. */
export function createOutflowPump({ plan, source, bulk, tell }: OutflowPumpOptions): OutflowPump {
  // The pieces that are in memory; null while one is being read.
  const pieces = new Map<number, Uint8Array | null>();
  let isClosed = false;

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
        if (isClosed) return;
        tell({ type: 'read.failed', file: piece.file, code: codeOf(error, 'source.unreadable') });
      },
    );
  };

  const send = ({
    lane,
    ordinal,
    from,
    to,
  }: Extract<OutflowCommand, { type: 'chunks.send' }>): void => {
    const bytes = pieces.get(ordinal);
    const { file, offset } = pieceAt(plan, ordinal);
    if (bytes === undefined || bytes === null || bulk.readyState !== 'open') return;
    for (let chunk = from; chunk < to; chunk++) {
      const start = chunk * CHUNK_BYTES;
      bulk.send(encodeFrame(file, offset + start, bytes.subarray(start, start + CHUNK_BYTES)));
    }
    tell({ type: 'chunks.sent', lane, buffered: bulk.bufferedAmount });
  };

  const awaitDrain = ({ lane, low }: Extract<OutflowCommand, { type: 'buffer.await' }>): void => {
    const drained = (): void => {
      bulk.onbufferedamountlow = null;
      tell({ type: 'buffer.drained', lane, buffered: bulk.bufferedAmount });
    };
    bulk.bufferedAmountLowThreshold = low;
    // The event comes on a downward crossing alone: look before waiting.
    if (bulk.bufferedAmount <= low) drained();
    else bulk.onbufferedamountlow = drained;
  };

  return {
    handle(command) {
      switch (command.type) {
        case 'piece.load':
          return load(command.ordinal);
        case 'chunks.send':
          return send(command);
        case 'buffer.await':
          return awaitDrain(command);
        case 'piece.release':
          pieces.delete(command.ordinal);
          return;
        default:
          return;
      }
    },
    close() {
      isClosed = true;
      pieces.clear();
      bulk.onbufferedamountlow = null;
      source.close();
    },
  };
}
