import {
  bytesOfPieces,
  createPlan,
  foldRecord,
  formatFragment,
  parseDeliveryRecord,
  readJournal,
  RemoteProtocolError,
} from '@burritoshare/core';
import type {
  AbsentEntry,
  BundleDigest,
  DeliveryRecord,
  EntrySet,
  JournalState,
  Link,
  Manifest,
  PieceSet,
  Plan,
} from '@burritoshare/core';

import { onceUnchanged, readFile } from './opfs-folder.ts';

/** A delivery that is kept in the origin's private file system. */
export interface StoredDelivery {
  /** Its name in this browser, for as long as it is kept. */
  readonly id: string;
  /** Its id on the wire, 16 bytes in base64url. Equal to {@link StoredDelivery.id} until the delivery is renewed. */
  readonly delivery: string;
  readonly link: Link;
  /** The link's fragment, `#2.` and 88 characters. The page's address and this make the whole link. */
  readonly linkText: string;
  /** The seat's token, 32 bytes. */
  readonly token: Uint8Array<ArrayBuffer>;
  readonly manifest: Manifest;
  /** The highest generation that it has used; 0 before the first. */
  readonly generation: number;
  /** The pieces that are safely here. */
  readonly pieces: PieceSet;
  /** Entries that the person has left out. */
  readonly leftOut: EntrySet;
  /** Bytes of these pieces. */
  readonly bytes: number;
  /** `finished`: all entries except absent ones are here, verified and ready to be saved. */
  readonly state: 'unfinished' | 'finished';
  /** Empty while unfinished: the sender reports the failed files again, and `leftOut` says the rest. */
  readonly absent: readonly AbsentEntry[];
  /** The bundle's digest; undefined while unfinished. */
  readonly digest: BundleDigest | undefined;
  /** Bytes that it takes on the disk: its pieces, its record and its journal. */
  readonly space: number;
  /** When its journal last changed, or when it was made: milliseconds since 1970. */
  readonly changed: number;
  /** When bytes last arrived. */
  readonly progressed: number;
  /** When it was last handed over; undefined if it never was. */
  readonly handedOver: number | undefined;
}

/** Reads a kept delivery. Undefined if its record can't be read: it is a leftover, or is just being made. */
export function readStored(id: string): Promise<StoredDelivery | undefined> {
  return onceUnchanged(() => read(id));
}

async function read(id: string): Promise<StoredDelivery | undefined> {
  const recordFile = await readFile(id, 'record.json');
  const record = recordFile && parsed(await recordFile.text());
  if (recordFile === undefined || record === undefined) return undefined;
  const { link, manifest } = record;
  const plan = createPlan(manifest);
  const journalFile = await readFile(id, 'journal');
  const container = await readFile(id, 'data');
  const state = await stateOf(plan, journalFile, container);
  const { pieces, generation, finished, leftOut, renewed } = state;
  const bytes = bytesOfPieces(plan, pieces);
  return {
    id,
    delivery: renewed?.delivery ?? id,
    token: renewed?.token ?? record.token,
    link,
    linkText: formatFragment(link),
    manifest,
    generation,
    pieces,
    leftOut,
    bytes,
    state: finished === undefined ? 'unfinished' : 'finished',
    absent: finished?.absent ?? [],
    digest: finished?.digest,
    space: bytes + recordFile.size + (journalFile?.size ?? 0),
    changed: journalFile?.lastModified ?? record.created,
    progressed: container?.lastModified ?? record.created,
    handedOver: finished?.handedOver,
  };
}

/**
 * The state of a journal whose container is not as long as the bundle: the recorded bytes were lost, so no piece
 * counts.
 */
export function withoutPieces(state: JournalState, plan: Plan): JournalState {
  return foldRecord(state, { type: 'forgotten', ranges: [{ first: 0, end: plan.pieces }] });
}

async function stateOf(
  plan: Plan,
  journal: File | undefined,
  container: File | undefined,
): Promise<JournalState> {
  const { state } = readJournal(new Uint8Array((await journal?.arrayBuffer()) ?? []), plan);
  return (container?.size ?? 0) === plan.bytes ? state : withoutPieces(state, plan);
}

function parsed(text: string): DeliveryRecord | undefined {
  try {
    return parseDeliveryRecord(text);
  } catch (error) {
    if (error instanceof RemoteProtocolError) return undefined;
    throw error;
  }
}
