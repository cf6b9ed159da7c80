import {
  createAssembler,
  PIECE_BYTES,
  pieceAt,
  RemoteProtocolError,
  type InflowCommand,
  type InflowEvent,
  type PieceRange,
  type PieceSet,
  type Plan,
} from '@burritoshare/core';
import { storeCodeOf, type PieceSink } from '../storage/ports.ts';

export interface InflowPumpOptions {
  readonly plan: Plan;
  /** Bytes of the first credit window. */
  readonly window: number;
  /** The pieces that the sink holds already. */
  readonly held: PieceSet;
  readonly sink: PieceSink;
  readonly tell: (event: InflowEvent) => void;
  /** The digest can't be computed, or pieces can't be forgotten. */
  readonly failed: (error: unknown) => void;
}

export interface InflowPump {
  /** Takes one message of the bulk channel: `dropped` if it brings nothing new, `refused` if it breaks the rules. */
  push(message: ArrayBuffer): 'new' | 'dropped' | 'refused';
  /** Carries a command out. Returns false if the host has to act on it, alone or as well. */
  carryOut(command: InflowCommand): boolean;
  /** Bytes that have come and aren't stored yet. */
  readonly unstoredBytes: number;
  close(): void;
}

/** Carries out what the inflow machine decides: assembles pieces, stores them, hands out credit. */
export function createInflowPump({
  plan,
  window,
  held,
  sink,
  tell,
  failed,
}: InflowPumpOptions): InflowPump {
  // Memory that the sink gave back. The next pieces go into it, which spares the garbage collector.
  const spare: Uint8Array<ArrayBuffer>[] = [];
  const allocate = (length: number): Uint8Array<ArrayBuffer> =>
    (length === PIECE_BYTES ? spare.pop() : undefined) ?? new Uint8Array(length);
  const assembler = createAssembler({ plan, credit: window, held, allocate });
  // Whole pieces that wait for the machine's command.
  const pieces = new Map<number, Uint8Array<ArrayBuffer>>();

  // Bytes of pieces that are whole and not stored yet.
  let wholeBytes = 0;

  const settle = (ordinal: number, storing: Promise<void>): void => {
    storing.then(
      () => {
        wholeBytes -= pieceAt(plan, ordinal).length;
        tell({ type: 'piece.stored', ordinal });
      },
      (error: unknown) => {
        tell({ type: 'store.failed', ordinal, code: storeCodeOf(error) });
      },
    );
  };

  const store = (ordinal: number): void => {
    const bytes = pieces.get(ordinal);
    pieces.delete(ordinal);
    if (bytes === undefined) return;
    const storing = sink.store(pieceAt(plan, ordinal), bytes).then((memory) => {
      if (memory?.length === PIECE_BYTES) spare.push(memory);
    });
    settle(ordinal, storing);
  };

  const forget = (ranges: readonly PieceRange[]): void => {
    assembler.reopen(ranges);
    sink.forget(ranges).then(() => {
      tell({ type: 'pieces.forgotten', ranges });
    }, failed);
  };

  return {
    push(message) {
      try {
        const assembled = assembler.push(new Uint8Array(message));
        if (assembled.kind === 'piece') {
          pieces.set(assembled.ordinal, assembled.bytes);
          wholeBytes += assembled.bytes.length;
          tell({ type: 'piece.assembled', ordinal: assembled.ordinal });
        } else if (assembled.kind === 'discarded') {
          tell({ type: 'piece.discarded', ordinal: assembled.ordinal });
        }
        return assembled.kind === 'dropped' ? 'dropped' : 'new';
      } catch (error) {
        if (!(error instanceof RemoteProtocolError)) throw error;
        return 'refused';
      }
    },
    carryOut(command) {
      switch (command.type) {
        case 'piece.store':
          store(command.ordinal);
          return true;
        case 'piece.store.again':
          settle(command.ordinal, sink.storeAgain(pieceAt(plan, command.ordinal)));
          return true;
        case 'pieces.forget':
          forget(command.ranges);
          return true;
        case 'file.readmit':
          assembler.readmitFile(command.file, command.ranges);
          return true;
        case 'piece.discard':
          if (pieces.delete(command.ordinal)) wholeBytes -= pieceAt(plan, command.ordinal).length;
          return true;
        case 'file.discard':
          assembler.discardFile(command.file);
          return false;
        case 'credit.send':
          assembler.allow(command.upTo);
          return false;
        case 'digest.compute':
          sink.digest(command.failedFiles).then((digest) => {
            tell({ type: 'digest.computed', digest });
          }, failed);
          return false;
        default:
          return false;
      }
    },
    get unstoredBytes() {
      return wholeBytes + assembler.arrivedBytes;
    },
    close() {
      assembler.release();
      pieces.clear();
      spare.length = 0;
    },
  };
}
