import {
  createAssembler,
  CREDIT_WINDOW_BYTES,
  pieceAt,
  RemoteProtocolError,
  type InflowCommand,
  type InflowEvent,
  type Plan,
} from '@burritoshare/core';
import { storeCodeOf, type Sink } from './ports.ts';

export interface InflowPumpOptions {
  readonly plan: Plan;
  readonly sink: Sink;
  readonly tell: (event: InflowEvent) => void;
  /** The other side broke the rules of the bulk channel. */
  readonly misbehaved: () => void;
  /** The digest can't be had. */
  readonly failed: (error: unknown) => void;
}

export interface InflowPump {
  /** One message of the bulk channel. */
  push(message: ArrayBuffer): void;
  handle(command: InflowCommand): void;
  close(): void;
}

/** Carries out what the inflow machine decides: assembles pieces, stores them, hands out credit. */
export function createInflowPump({
  plan,
  sink,
  tell,
  misbehaved,
  failed,
}: InflowPumpOptions): InflowPump {
  const assembler = createAssembler({ plan, credit: CREDIT_WINDOW_BYTES });
  // The pieces that are whole and wait for the machine's word.
  const pieces = new Map<number, Uint8Array<ArrayBuffer>>();

  const store = (ordinal: number): void => {
    const bytes = pieces.get(ordinal);
    pieces.delete(ordinal);
    if (bytes === undefined) return;
    sink.store(pieceAt(plan, ordinal), bytes).then(
      () => {
        tell({ type: 'piece.stored', ordinal });
      },
      (error: unknown) => {
        tell({ type: 'store.failed', code: storeCodeOf(error) });
      },
    );
  };

  return {
    push(message) {
      try {
        const assembled = assembler.push(new Uint8Array(message));
        if (assembled.kind === 'piece') {
          pieces.set(assembled.ordinal, assembled.bytes);
          tell({ type: 'piece.assembled', ordinal: assembled.ordinal });
        } else if (assembled.kind === 'discarded') {
          tell({ type: 'piece.discarded', ordinal: assembled.ordinal });
        }
      } catch (error) {
        if (!(error instanceof RemoteProtocolError)) throw error;
        misbehaved();
      }
    },
    handle(command) {
      switch (command.type) {
        case 'piece.store':
          return store(command.ordinal);
        case 'piece.discard':
          pieces.delete(command.ordinal);
          return;
        case 'file.discard':
          assembler.discardFile(command.file);
          return;
        case 'credit.send':
          assembler.allow(command.upTo);
          return;
        case 'digest.compute':
          sink.digest(command.failedFiles).then((digest) => {
            tell({ type: 'digest.computed', digest });
          }, failed);
          return;
        default:
          return;
      }
    },
    close() {
      assembler.release();
      pieces.clear();
    },
  };
}
