import {
  CHUNK_BYTES,
  encodeControlMessage,
  encodeFrame,
  toBase64Url,
  type ControlMessage,
} from '@burritoshare/core';
import { mutateBytes, mutateText, swapJson, type Random } from '@burritoshare/core/testing';

/** One message: on the channel on which it was to be sent, or on the bulk channel. */
export interface Sent {
  readonly on: 'same' | 'bulk';
  readonly data: string | Uint8Array;
}

/** What is sent in the place of one message. */
export type Mutate = (data: string | Uint8Array) => readonly Sent[];

const digest = toBase64Url(new Uint8Array(32));

// Each is sound, and hardly ever in its place.
const MISPLACED: readonly ControlMessage[] = [
  { type: 'offer', name: 'a', files: 1, bytes: 0, pages: 1 },
  { type: 'page', page: 0, entries: [{ kind: 'folder', path: 'a' }] },
  { type: 'again', ranges: [{ first: 0, end: 1 }] },
  { type: 'file.failed', file: 0, code: 'source.changed' },
  { type: 'file.failed', file: 99, code: 'source.changed' },
  { type: 'file.retried', file: 0 },
  { type: 'sent', digest },
  { type: 'complete', digest },
  { type: 'held', first: 0, leaves: new Uint8Array(32) },
  { type: 'held', first: 1_000, leaves: new Uint8Array(32) },
  { type: 'accept', credit: 1 },
  { type: 'accept', credit: 16 * 1024 * 1024 },
  { type: 'credit', upTo: Number.MAX_SAFE_INTEGER },
  { type: 'missing', ranges: [{ first: 0, end: 1 }], more: false },
  { type: 'file.skip', file: 0 },
  { type: 'file.retry', file: 0 },
  { type: 'verified', digest },
  { type: 'pause', reason: 'person' },
  { type: 'pause', reason: 'disk.full' },
  { type: 'resume' },
  { type: 'failed', code: 'disk.failed' },
] as readonly ControlMessage[];

/** Messages around which most is decided: somebody who wants to do harm would begin there. */
const MOMENTS =
  /^\{"type":"(?:accept|sent|verified|complete|held|page|again|missing|file\.retried)"/;

/** Somebody with the link who doesn't keep to the rules, once in a while. */
export function createMutation(random: Random): Mutate {
  const chance = random.chance(0.5) ? 0.02 : 0.2;
  return (data) => {
    const isMoment = typeof data === 'string' && MOMENTS.test(data);
    if (!random.chance(isMoment ? 4 * chance : chance)) return same(data);
    return typeof data === 'string' ? mutateControl(random, data) : mutateBulk(random, data);
  };
}

function same(...messages: readonly (string | Uint8Array)[]): readonly Sent[] {
  return messages.map((data) => ({ on: 'same', data }));
}

function mutateControl(random: Random, data: string): readonly Sent[] {
  if (random.chance(0.7)) return mutateOrder(random, data);
  // Another offer than before, and as sound.
  if (random.chance(0.5)) return same(data.replaceAll('"modified":null', '"modified":1'));
  if (random.chance(0.3)) return same(mutateText(data, [drawMutation(random)]));
  const json = ['0', '-1', 'null', '"x"', '[]', '1e300'][random.below(6)]!;
  return same(swapJson(data, random.below(20), json));
}

function mutateOrder(random: Random, data: string): readonly Sent[] {
  const misplaced = encodeControlMessage(MISPLACED[random.below(MISPLACED.length)]!);
  const frame = encodeFrame(0, 0, new Uint8Array(CHUNK_BYTES));
  switch (random.below(5)) {
    case 0:
      return same(data, data);
    case 1:
      return [{ on: 'bulk', data: frame }, ...same(data)];
    case 2:
      return same(misplaced, data);
    default:
      return same(data, misplaced);
  }
}

function mutateBulk(random: Random, data: Uint8Array): readonly Sent[] {
  if (random.chance(0.3)) return same(data, data);
  if (random.chance(0.3)) return same(data, encodeFrame(0, 0, new Uint8Array(CHUNK_BYTES)));
  return same(mutateBytes(data, [drawMutation(random)]));
}

function drawMutation(random: Random) {
  return {
    kind: (['flip', 'cut', 'duplicate', 'insert'] as const)[random.below(4)]!,
    at: random.below(2 ** 16),
    length: 1 + random.below(8),
    value: random.below(256),
  };
}
