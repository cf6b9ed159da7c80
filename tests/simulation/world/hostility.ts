import {
  CHUNK_BYTES,
  encodeControlMessage,
  encodeFrame,
  toBase64Url,
  type ControlMessage,
  type LaneSignal,
} from '@burritoshare/core';
import { mutateBytes, mutateText, swapJson, type Random } from '@burritoshare/core/testing';

/** One message, on the channel on which it was to be sent (`same`), or on a named one. */
export interface Sent {
  readonly on: 'same' | 'control' | 'bulk';
  readonly data: string | Uint8Array;
}

/** Returns the messages that are sent in place of one. */
export type Mutate = (data: string | Uint8Array) => readonly Sent[];

const digest = toBase64Url(new Uint8Array(32));

const laneSignals = (...signals: readonly LaneSignal[]): ControlMessage => ({
  type: 'lane.signals',
  signals,
});

export type HostileRole = 'sender' | 'receiver';

// Sound messages that hardly ever come at a right moment.
const MISPLACED: Readonly<Record<HostileRole, readonly ControlMessage[]>> = {
  sender: [
    { type: 'offer', name: 'a', files: 1, bytes: 0, pages: 1 },
    { type: 'page', page: 0, entries: [{ kind: 'folder', path: 'a' }] },
    { type: 'again', ranges: [{ first: 0, end: 1 }] },
    { type: 'file.failed', file: 0, code: 'source.changed' },
    { type: 'file.failed', file: 99, code: 'source.changed' },
    { type: 'file.retried', file: 0 },
    { type: 'file.retried', file: 99 },
    { type: 'sent', digest },
    { type: 'compared', pieces: 1 },
    { type: 'complete', digest },
    { type: 'pause', reason: 'person' },
    { type: 'resume' },
    { type: 'failed', code: 'source.unreadable' },
    laneSignals({ type: 'description', lane: 9, kind: 'offer', sdp: 'v=0' }),
    laneSignals({ type: 'description', lane: 99, kind: 'answer', sdp: 'v=0' }),
    laneSignals(),
    { type: 'lane.close', lane: 1, chunks: 1_000_000 },
    { type: 'lane.close', lane: 99, chunks: 0 },
  ] as readonly ControlMessage[],
  receiver: [
    { type: 'held', first: 0, leaves: new Uint8Array(32) },
    { type: 'held', first: 1_000, leaves: new Uint8Array(32) },
    { type: 'accept', credit: 1, entries: 1 },
    { type: 'accept', credit: 16 * 1024 * 1024, entries: 1 },
    { type: 'credit', upTo: Number.MAX_SAFE_INTEGER, settled: 0 },
    { type: 'credit', upTo: Number.MAX_SAFE_INTEGER, settled: Number.MAX_SAFE_INTEGER },
    { type: 'decline' },
    { type: 'missing', ranges: [{ first: 0, end: 1 }], more: false },
    { type: 'file.skip', file: 0 },
    { type: 'file.retry', file: 0 },
    { type: 'verified', digest },
    { type: 'pause', reason: 'person' },
    { type: 'pause', reason: 'disk.full' },
    { type: 'resume' },
    { type: 'failed', code: 'disk.failed' },
    laneSignals({ type: 'description', lane: 1, kind: 'offer', sdp: 'v=0' }),
    { type: 'lane.closed', lane: 1, chunks: 0 },
    { type: 'lane.closed', lane: 1, chunks: 1_000_000 },
    { type: 'lane.closed', lane: 99, chunks: 0 },
  ] as readonly ControlMessage[],
};

/** Messages on which most depends: an attacker would begin with them. */
const MOMENTS: Readonly<Record<HostileRole, readonly string[]>> = {
  sender: ['offer', 'page', 'again', 'file.failed', 'file.retried', 'sent', 'complete'],
  receiver: ['accept', 'held', 'missing', 'credit', 'verified'],
};

/** Lets a peer with the link break the rules: at any time, or only at one moment. */
export function createMutation(random: Random, role: HostileRole): Mutate {
  const chance = random.chance(0.5) ? 0.02 : 0.2;
  const moments = MOMENTS[role];
  const moment = random.chance(0.7) ? moments[random.below(moments.length)] : undefined;
  return (data) => {
    if (typeof data !== 'string')
      return moment === undefined && random.chance(chance)
        ? mutateBulk(random, role, data)
        : same(data);
    const isNow = moment === undefined || data.startsWith(`{"type":"${moment}"`);
    const isDone = isNow && random.chance(moment === undefined ? chance : 0.8);
    return isDone ? mutateControl(random, role, data) : same(data);
  };
}

function same(...messages: readonly (string | Uint8Array)[]): readonly Sent[] {
  return messages.map((data) => ({ on: 'same', data }));
}

function mutateControl(random: Random, role: HostileRole, data: string): readonly Sent[] {
  if (data.includes('"digest"') && random.chance(0.3))
    return same(data.replace(/"digest":"[^"]*"/, `"digest":"${digest}"`));
  if (random.chance(0.7)) return mutateOrder(random, role, data);
  // An offer that differs from the one before, and is as sound.
  if (random.chance(0.5)) return same(data.replaceAll('"modified":null', '"modified":1'));
  if (random.chance(0.3)) return same(mutateText(data, [drawMutation(random)]));
  const json = ['0', '-1', 'null', '"x"', '[]', '1e300'][random.below(6)]!;
  return same(swapJson(data, random.below(20), json));
}

function drawMisplaced(random: Random, role: HostileRole): string {
  const messages = MISPLACED[role];
  return encodeControlMessage(messages[random.below(messages.length)]!);
}

function mutateOrder(random: Random, role: HostileRole, data: string): readonly Sent[] {
  const misplaced = drawMisplaced(random, role);
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

function mutateBulk(random: Random, role: HostileRole, data: Uint8Array): readonly Sent[] {
  if (random.chance(0.4))
    return [{ on: 'control', data: drawMisplaced(random, role) }, ...same(data)];
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
