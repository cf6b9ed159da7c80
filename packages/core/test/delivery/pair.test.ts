import { deepEqual, equal, ok } from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  deliveryStateOf,
  receiverDeliveryMachine,
  senderDeliveryMachine,
  type DeliveryState,
  type Pause,
} from '../../src/delivery/index.ts';
import type { Role } from '../../src/routing/types.ts';
import { DeliveryPair } from './delivery-pair.ts';

const kinds = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom('hear', 'task', 'frame') },
  { weight: 4, arbitrary: fc.constantFrom('cut', 'notice', 'connect', 'connect', 'accept') },
  { weight: 3, arbitrary: fc.constantFrom('pause', 'resume', 'skip', 'retry', 'full', 'empty') },
  { weight: 1, arbitrary: fc.constantFrom('alter', 'unreadable') },
);
const moves = fc.array(
  fc.record({ kind: kinds, by: fc.constantFrom<Role>('sender', 'receiver'), pick: fc.nat(99) }),
  { maxLength: 100, size: 'max' },
);
const end = fc.constantFrom('none', 'none', 'none', 'cancel', 'decline', 'platform', 'misbehaved');

type Move = typeof moves extends fc.Arbitrary<readonly (infer M)[]> ? M : never;

function make(pair: DeliveryPair, { kind, by, pick }: Move): void {
  const tell = (event: Parameters<DeliveryPair['deliver']>[1]['event']): void =>
    pair.deliver(by, { to: 'delivery', event } as Parameters<DeliveryPair['deliver']>[1]);
  switch (kind) {
    case 'hear':
      return void pair.hearFrom(by);
    case 'task':
      return void pair.runTask(pick);
    case 'frame':
      return void pair.takeFrame();
    case 'cut':
      return pair.cut();
    case 'notice':
      return pair.notice(by);
    case 'connect':
      return pair.connect(by);
    case 'accept':
      return pair.deliver('receiver', { to: 'delivery', event: { type: 'accept.requested' } });
    case 'pause':
      return tell({ type: 'pause.requested' });
    case 'resume':
      return tell({ type: 'resume.requested' });
    case 'skip':
      return tell({ type: 'skip.requested', file: pick % 3 });
    case 'retry':
      return tell({ type: 'retry.requested', file: pick % 3 });
    case 'full':
    case 'empty':
      pair.isFull = kind === 'full';
      return;
    case 'alter':
      // A change of the source is found only when pieces are compared, so make it between two connections. While the
      // receiver compares the whole bundle's digest, a change is damage, and ends the delivery.
      if (pair.isConnected || pair.receiver.store.pending > 0) return;
      if (stateOf(pair, 'receiver') !== 'verifying') pair.receiver.store.alter(pick);
      return;
    case 'unreadable':
      pair.unreadable.add(pick % 3);
  }
}

const stateOf = (pair: DeliveryPair, role: Role): DeliveryState =>
  deliveryStateOf(pair[role].delivery.snapshot);

const MIRRORED: Readonly<Record<Pause, Pause>> = { me: 'them', them: 'me', disk: 'disk' };

function check(pair: DeliveryPair): void {
  const { sender, receiver } = pair;
  const [here, there] = [sender.delivery.context, receiver.delivery.context];
  const areMoving =
    sender.delivery.snapshot.matches({ open: 'moving' }) &&
    receiver.delivery.snapshot.matches({ open: 'moving' });
  if (areMoving && pair.isConnected && pair.isQuiet) {
    // P1, P2: each end knows the other's pauses, and which files failed.
    deepEqual(new Set(here.pauses.map((pause) => MIRRORED[pause])), new Set(there.pauses));
    deepEqual(here.failedFiles, there.failedFiles);
  }
  if (sender.delivery.snapshot.matches({ open: 'moving' }))
    equal(sender.flow?.context.flow, here.pauses.length > 0 ? 'paused' : 'running');
  if (stateOf(pair, 'sender') === 'complete') {
    // I12: the receiver has verified it, and sent `verified`.
    deepEqual(there.digest, here.digest);
    ok(receiver.delivery.commands.some(({ type }) => type === 'verified.send'));
  }
  for (const role of ['sender', 'receiver'] as const) {
    const releases = pair[role].delivery.commands.filter(({ type }) => type === 'delivery.release');
    ok(releases.length <= 1, 'I11: it is let go of once');
    ok(stateOf(pair, role) !== 'failed' || pair[role].delivery.context.failure !== undefined);
  }
}

/** Troubles end: all pauses end, and the ends connect as often as it takes. */
function endWell(pair: DeliveryPair): void {
  pair.isFull = false;
  for (let turn = 0; turn < 4; turn++) {
    pair.connect('sender');
    pair.settle();
    pair.deliver('receiver', { to: 'delivery', event: { type: 'accept.requested' } });
    pair.settle();
    for (const role of ['sender', 'receiver'] as const)
      pair.deliver(role, { to: 'delivery', event: { type: 'resume.requested' } });
    pair.settle();
    check(pair);
    // An end that is over closes the connection once its last message has been sent.
    if (pair.isReleased('sender') || pair.isReleased('receiver')) pair.cut();
    pair.notice('sender');
    pair.notice('receiver');
  }
}

/** The states in which the two ends may finish, sender first. */
const COMPLETE = ['complete', 'complete'];

describe('both deliveries, joined by route', () => {
  test('I2 I8 I11 I12 P1 P2 R1 R5 X3: both ends complete alike, or all files failed', () => {
    const ends = new Map<string, number>();
    fc.assert(
      fc.property(moves, (course) => {
        const pair = new DeliveryPair(senderDeliveryMachine, receiverDeliveryMachine);
        pair.connect('sender');
        for (const move of course) {
          make(pair, move);
          check(pair);
        }
        endWell(pair);
        const [here, there] = [stateOf(pair, 'sender'), stateOf(pair, 'receiver')];
        ends.set(here, (ends.get(here) ?? 0) + 1);
        const { failedFiles, failure } = pair.sender.delivery.context;
        if (failedFiles.length === pair.files) {
          deepEqual([here, there], ['failed', 'failed']);
          ok(['skipped', 'source.unreadable'].includes(failure ?? ''));
          return;
        }
        deepEqual([here, there], COMPLETE);
        deepEqual(pair.receiver.delivery.context.failedFiles, failedFiles);
        const failed = new Set(failedFiles.map(({ file }) => file));
        for (const [file, bytes] of pair.source.entries())
          if (!failed.has(file)) deepEqual(pair.receiver.store.disk[file], bytes);
      }),
      { numRuns: 500 },
    );
    expect(ends.get('complete')).toBeGreaterThan(200);
  });

  test('I11 C4: whichever end ends it, and whenever, the other end also ends, or waits', () => {
    fc.assert(
      fc.property(moves, end, fc.constantFrom<Role>('sender', 'receiver'), (course, how, by) => {
        const pair = new DeliveryPair(senderDeliveryMachine, receiverDeliveryMachine);
        pair.connect('receiver');
        for (const move of course) {
          make(pair, move);
          check(pair);
        }
        if (how === 'cancel')
          pair.deliver(by, { to: 'delivery', event: { type: 'cancel.requested' } });
        if (how === 'decline')
          pair.deliver('receiver', { to: 'delivery', event: { type: 'decline.requested' } });
        if (how === 'platform')
          pair.deliver(by, {
            to: 'delivery',
            event: { type: 'platform.failed', code: 'internal' },
          });
        if (how === 'misbehaved')
          pair.deliver(by, { to: 'delivery', event: { type: 'remote.misbehaved' } });
        endWell(pair);
        const [here, there] = [stateOf(pair, 'sender'), stateOf(pair, 'receiver')];
        // It was over before, or its last message was in flight already.
        if (here === 'complete' || there === 'complete') return;
        ok(['cancelled', 'declined', 'failed'].includes(there), there);
        ok(['cancelled', 'declined', 'failed', 'interrupted'].includes(here), here);
        // C7: a no is one on both ends, or was not heard.
        if (here === 'declined') equal(there, 'declined');
      }),
      { numRuns: 300 },
    );
  });
});
