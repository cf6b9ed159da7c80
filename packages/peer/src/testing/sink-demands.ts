// The bundle that the scenarios of sink-contract.ts store, and the demands that they make.

import {
  addPiece,
  concatBytes,
  emptyPieces,
  equalBytes,
  hasPiece,
  LocalProtocolError,
  PIECE_BYTES,
  type BundleDigest,
  type Parcel,
  type Piece,
  type PieceSet,
} from '@burritoshare/core';
import { createFileSource } from '../storage/file-source.ts';
import { PlatformError, type Held, type Sink, type Source } from '../storage/ports.ts';
import type { WebBlob } from '../web-types.ts';
import { bundleOf, bytesOf, patterned, piecesOf } from './bundle.ts';

/** A sink that was made for one scenario, and that nobody else uses. */
export interface MadeSink {
  readonly sink: Sink;
  /** The bytes of a file as they are handed over, by its index in the manifest; asked for after `seal`. */
  readonly fileBytes: (file: number) => Promise<Uint8Array>;
}

/** A file of one piece, one of three, one of none, and a text, whose piece is the last. */
export const BUNDLE = bundleOf([
  patterned(5),
  patterned(2 * PIECE_BYTES + 17, 1),
  patterned(0),
  patterned(11, 2),
]);
const PIECES = piecesOf(BUNDLE.manifest);

/** The ordinals of all pieces. */
export const ALL = PIECES.map(({ ordinal }) => ordinal);

/** The file of three pieces, which are the second to the fourth of the bundle. */
export const LONG = { file: 1, first: 1, end: 4 } as const;

export function pieceAt(ordinal: number): Piece {
  const piece = PIECES[ordinal];
  if (piece === undefined) throw new RangeError(`no piece ${ordinal}`);
  return piece;
}

export function store(sink: Sink, ordinal: number): ReturnType<Sink['store']> {
  const piece = pieceAt(ordinal);
  return sink.store(piece, bytesOf(BUNDLE, piece));
}

/** Both small files, whose pieces don't follow one another. */
export const PACK: Parcel = { ordinal: 0, pack: [0, 4].reduce(addPiece, emptyPieces) };

/** Stores both small files as a pack. */
export function storePack(sink: Sink): ReturnType<Sink['store']> {
  return sink.store(PACK, concatBytes(...[0, 4].map((one) => bytesOf(BUNDLE, pieceAt(one)))));
}

/** Stores these pieces, all at once. */
export async function storeAll(sink: Sink, ordinals: readonly number[]): Promise<void> {
  await Promise.all(ordinals.map((ordinal) => store(sink, ordinal)));
}

export function elsewhere(): Source {
  const { manifest, contents } = BUNDLE;
  return createFileSource({ manifest, files: contents.map((bytes) => new Blob([bytes])) });
}

export async function digestElsewhere(
  absent: Parameters<Source['digest']>[0] = [],
): Promise<BundleDigest> {
  const source = elsewhere();
  for (const piece of PIECES) await source.load(piece);
  return source.digest(absent);
}

/** Everything is there, leaf by leaf, byte by byte, and as a digest. */
export async function demandWhole({ sink, fileBytes }: MadeSink): Promise<void> {
  await demandHeld(sink, ALL);
  demandSameDigest(await sink.digest([]), await digestElsewhere());
  await sink.seal([]);
  for (const file of BUNDLE.contents.keys()) await demandFile(fileBytes, file);
}

/** These pieces are held and no others, with the leaves of their bytes. */
export async function demandHeld(sink: Sink, ordinals: readonly number[]): Promise<void> {
  const held = await sink.list();
  demandPieces(held.pieces, ordinals, 'it holds');
  const source = elsewhere();
  for (const ordinal of ordinals) {
    const isLeaf = await source.matches(pieceAt(ordinal), held.leafOf(ordinal));
    demand(isLeaf, `the leaf of piece ${ordinal} is that of its bytes`);
  }
}

export function demandPieces(
  found: PieceSet | undefined,
  ordinals: readonly number[],
  what: string,
): void {
  const held = PIECES.map(({ ordinal }) => ordinal).filter(
    (ordinal) => found !== undefined && hasPiece(found, ordinal),
  );
  demand(
    held.join() === ordinals.join() && found?.size === ordinals.length,
    `${what} ${ordinals.join()}, and not ${held.join()}`,
  );
}

export function demandNoLeaf(held: Held, ordinal: number): void {
  try {
    held.leafOf(ordinal);
  } catch (error) {
    demand(error instanceof LocalProtocolError && error.code === 'argument', String(error));
    return;
  }
  demand(false, `piece ${ordinal} has no leaf`);
}

export async function demandFile(fileBytes: MadeSink['fileBytes'], file: number): Promise<void> {
  demand(
    equalBytes(await fileBytes(file), BUNDLE.contents[file] ?? new Uint8Array()),
    `file ${file} is as it was`,
  );
}

/** Each file can be read, except those that are absent; an entry that doesn't exist can't. */
export async function demandReads(sink: Sink, absent: readonly number[] = []): Promise<void> {
  for (const file of BUNDLE.contents.keys()) {
    if (absent.includes(file)) await demandMisuse(sink.read(file), 'argument');
    else await demandFile(async (one) => bytesIn(await sink.read(one)), file);
  }
  await demandMisuse(sink.read(BUNDLE.contents.length), 'argument');
}

async function bytesIn(blob: WebBlob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}

/** It was the caller's mistake, and is called that. */
export async function demandMisuse(
  work: Promise<unknown>,
  code: LocalProtocolError['code'],
): Promise<void> {
  const error = await failureOf(work);
  demand(
    error instanceof LocalProtocolError && error.code === code,
    `a mistake of the caller, ${code}, and not ${String(error)}`,
  );
}

export function demandSameDigest(found: BundleDigest, expected: BundleDigest): void {
  demand(equalBytes(found.all, expected.all), 'the digest of all is that of the same bytes');
  demand(equalBytes(found.present, expected.present), 'and so is that of what is present');
}

export async function demandFailed(
  work: Promise<unknown>,
  code: PlatformError['code'],
): Promise<void> {
  const error = await failureOf(work);
  demand(
    error instanceof PlatformError && error.code === code,
    `${code}, and not ${String(error)}`,
  );
}

export async function demandRefused(work: Promise<unknown>, what: string): Promise<void> {
  demand((await failureOf(work)) !== undefined, `${what} is refused`);
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

export function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`the contract of sinks: ${what}`);
}
