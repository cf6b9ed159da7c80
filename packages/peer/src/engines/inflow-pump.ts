import {
  bareParcel,
  concatBytes,
  createAssembler,
  isInParcel,
  lengthOfParcel,
  PIECE_BYTES,
  piecesInParcel,
  RemoteProtocolError,
  type EntrySet,
  type InflowCommand,
  type InflowEvent,
  type Parcel,
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
  /** Entries that were left out. */
  readonly leftOut: EntrySet;
  readonly sink: PieceSink;
  readonly tell: (event: InflowEvent) => void;
  /** The digest can't be computed, or pieces can't be forgotten. */
  readonly failed: (error: unknown) => void;
}

interface WholeParcel {
  readonly parcel: Parcel;
  readonly bytes: Uint8Array<ArrayBuffer>;
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
  leftOut,
  sink,
  tell,
  failed,
}: InflowPumpOptions): InflowPump {
  // Memory that the sink gave back. The next pieces go into it, which spares the garbage collector.
  const spare: Uint8Array<ArrayBuffer>[] = [];
  const allocate = (length: number): Uint8Array<ArrayBuffer> =>
    (length === PIECE_BYTES ? spare.pop() : undefined) ?? new Uint8Array(length);
  const assembler = createAssembler({ plan, credit: window, held, leftOut, allocate });
  // Whole parcels that wait for the machine's command.
  const parcels = new Map<number, WholeParcel>();

  // Bytes of pieces that are whole and not stored yet.
  let wholeBytes = 0;

  // What is wanted, or not, of a pack is known by one of its pieces.
  const takeWhole = ({ ordinal }: Parcel): WholeParcel | undefined => {
    const whole = [...parcels.values()].find(({ parcel }) => isInParcel(parcel, ordinal));
    if (whole !== undefined) parcels.delete(whole.parcel.ordinal);
    return whole;
  };

  const settle = (parcel: Parcel, storing: Promise<unknown>): void => {
    storing.then(
      () => {
        wholeBytes -= lengthOfParcel(plan, parcel);
        tell({ type: 'piece.stored', ...parcel });
      },
      (error: unknown) => {
        tell({ type: 'store.failed', ...parcel, code: storeCodeOf(error) });
      },
    );
  };

  const store = (wanted: Parcel): void => {
    const whole = takeWhole(wanted);
    if (whole === undefined) return;
    const bytes = bytesOfWanted(plan, whole, wanted);
    wholeBytes -= whole.bytes.length - bytes.length;
    const storing = sink.store(wanted, bytes).then((memory) => {
      if (memory?.length === PIECE_BYTES) spare.push(memory);
    });
    settle(wanted, storing);
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
          const { kind: _, bytes, ...parcel } = assembled;
          parcels.set(parcel.ordinal, { parcel, bytes });
          wholeBytes += bytes.length;
          tell({ type: 'piece.assembled', ...parcel });
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
          store(bareParcel(command));
          return true;
        case 'piece.store.again':
          settle(bareParcel(command), sink.storeAgain(bareParcel(command)));
          return true;
        case 'pieces.forget':
          forget(command.ranges);
          return true;
        case 'file.readmit':
          assembler.readmitFile(command.file, command.ranges);
          return true;
        case 'entries.admit':
          assembler.admitEntries(command.ranges);
          return true;
        case 'piece.discard':
          wholeBytes -= takeWhole(command)?.bytes.length ?? 0;
          return true;
        case 'file.discard':
          assembler.discardFile(command.file);
          return false;
        case 'credit.send':
          assembler.allow(command.upTo);
          return false;
        case 'digest.compute':
          sink.digest(command.absent).then((digest) => {
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
      parcels.clear();
      spare.length = 0;
    },
  };
}

// The bytes of a parcel's pieces that are wanted: all of them, but where a file of a pack has failed.
function bytesOfWanted(
  plan: Plan,
  { parcel, bytes }: WholeParcel,
  wanted: Parcel,
): Uint8Array<ArrayBuffer> {
  if (lengthOfParcel(plan, wanted) === bytes.length) return bytes;
  const ordinals = new Set(piecesInParcel(plan, wanted).map(({ ordinal }) => ordinal));
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const { ordinal, length } of piecesInParcel(plan, parcel)) {
    if (ordinals.has(ordinal)) parts.push(bytes.subarray(at, at + length));
    at += length;
  }
  return concatBytes(...parts);
}
