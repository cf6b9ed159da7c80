import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { PIECE_BYTES } from '../../src/constants.ts';
import {
  deliveryStateOf,
  receiverDeliveryMachine,
  type DeliveryCommand,
  type ReceiverDeliveryEvent,
} from '../../src/delivery/index.ts';
import { emptyPieces, piecesOf } from '../../src/pieces/piece-set.ts';
import {
  MANIFEST,
  OFFER,
  RECEIVER_COURSES,
  receiverEvents,
  strewn,
} from '../support/delivery-events.ts';
import { Stepper } from '../support/stepper.ts';

const releasesOf = (commands: readonly DeliveryCommand[]): readonly string[] =>
  commands.flatMap((command) => (command.type === 'delivery.release' ? [command.sink] : []));

describe('the receiver’s delivery, once the connection is lost', () => {
  test('X3: complete without the last message, it keeps connecting until the sender knows', () => {
    const confirmations: readonly ReceiverDeliveryEvent[] = [
      { type: 'complete.received', digest: '' },
      { type: 'cancel.received' },
      { type: 'failed.received', code: 'sender.ended' },
      { type: 'connection.failed', code: 'sender.ended' },
      { type: 'signaling.refused', code: 'replaced' },
    ];
    for (const event of confirmations) {
      const stepper = new Stepper(receiverDeliveryMachine, undefined);
      for (const before of RECEIVER_COURSES.at(-1)?.slice(0, -OFFER.length - 4) ?? [])
        stepper.send(before);
      expect(deliveryStateOf(stepper.snapshot)).toBe('complete');
      expect(releasesOf(stepper.commands)).toEqual([]);
      const [offer, page] = OFFER;
      if (offer === undefined || page === undefined) return expect.fail('no offer');
      expect(stepper.send(offer)).toEqual([
        { type: 'verified.send', digest: stepper.context.digest },
      ]);
      stepper.sendInVain(page);
      expect(stepper.send(event)).toEqual([{ type: 'delivery.release', sink: 'keep' }]);
      stepper.sendInVain(event);
      stepper.sendInVain(offer);
      expect(stepper.send({ type: 'visit.ended' })).toEqual([
        { type: 'delivery.release', sink: 'close' },
      ]);
    }
  });

  test('X3: complete, and refused its seat before, it releases everything: it can’t connect again', () => {
    const stepper = new Stepper(receiverDeliveryMachine, undefined);
    for (const event of RECEIVER_COURSES[0]?.slice(0, -3) ?? []) stepper.send(event);
    stepper.send({ type: 'signaling.refused', code: 'room.idle' });
    expect(stepper.send({ type: 'connection.lost' })).toEqual([
      { type: 'delivery.release', sink: 'keep' },
    ]);
    expect(deliveryStateOf(stepper.snapshot)).toBe('complete');
  });

  test('S11: a receiver that waits for a place does so until there is a connection', () => {
    const stepper = new Stepper(receiverDeliveryMachine, undefined);
    const joined = { type: 'signaling.joined', peers: ['sender'] } as const;
    const seen: string[] = [];
    for (const event of [
      joined,
      { type: 'signaling.waiting', code: 'limit' },
      joined,
      { type: 'signaling.lost' },
      { type: 'signaling.waiting', code: 'room.full' },
      joined,
      { type: 'peer.online' },
      { type: 'retry.scheduled', delay: 500 },
      { type: 'connection.established' },
    ] as const) {
      stepper.send(event);
      seen.push(deliveryStateOf(stepper.snapshot));
    }
    expect(seen).toEqual([
      'connecting',
      'waiting',
      'connecting',
      'connecting',
      'waiting',
      'waiting',
      'waiting',
      'waiting',
      'connecting',
    ]);
  });

  test('S11: a receiver that is put out waits until it is connected, whatever was shown or accepted before', () => {
    const putOut = [
      { type: 'connection.lost' },
      { type: 'signaling.waiting', code: 'room.full' },
    ] as const;
    const around = [
      { type: 'signaling.joined', peers: ['sender'] },
      { type: 'peer.online' },
      { type: 'retry.scheduled', delay: 500 },
    ] as const;
    const seen = new Set<string>();
    fc.assert(
      fc.property(strewn(RECEIVER_COURSES, receiverEvents), fc.nat(), (events, length) => {
        const stepper = new Stepper(receiverDeliveryMachine, undefined);
        for (const event of events.slice(0, length % (events.length + 1))) stepper.send(event);
        const before = deliveryStateOf(stepper.snapshot);
        for (const event of putOut) stepper.send(event);
        if (stepper.isOver || !stepper.snapshot.matches('open')) return;
        seen.add(before);
        for (const event of [undefined, ...around]) {
          if (event !== undefined) stepper.send(event);
          expect(deliveryStateOf(stepper.snapshot)).toBe('waiting');
        }
        stepper.send({ type: 'connection.established' });
        expect(deliveryStateOf(stepper.snapshot)).not.toBe('waiting');
      }),
    );
    expect([...seen]).toEqual(expect.arrayContaining(['connecting', 'offered', 'moving']));
  });

  test('G9: while the sender is away, it waits for the sender and not for the next attempt', () => {
    const waits: readonly (readonly [ReceiverDeliveryEvent, string])[] = [
      [{ type: 'signaling.joined', peers: ['sender'] }, 'retry'],
      [{ type: 'peer.offline' }, 'sender'],
      [{ type: 'signaling.lost' }, 'server'],
    ];
    for (const [event, waitingFor] of waits) {
      const stepper = new Stepper(receiverDeliveryMachine, undefined);
      stepper.send(event);
      stepper.send({ type: 'retry.scheduled', delay: 500 });
      expect(stepper.context.waitingFor).toBe(waitingFor);
    }
  });

  test('R1 P2 R5: resumed, it accepts the same entries without asking, and repeats itself', () => {
    const held = piecesOf([{ first: 0, end: 2 }]);
    const stepper = new Stepper(receiverDeliveryMachine, {
      window: 9,
      resumed: { manifest: { ...MANIFEST, name: 'another' }, pieces: held },
    });
    expect(deliveryStateOf(stepper.snapshot)).toBe('interrupted');
    expect(stepper.context.bytes).toBe(2 * PIECE_BYTES);
    const accept = (): readonly DeliveryCommand[] => {
      stepper.send({ type: 'connection.established' });
      for (const event of OFFER) stepper.send(event);
      // P2: the sender is told after `accept`, and not before.
      expect(stepper.send({ type: 'pause.requested' })).toEqual([]);
      const manifest = { ...MANIFEST, name: 'another' };
      expect(stepper.send({ type: 'sink.listed', pieces: held })).toEqual([
        { type: 'inflow.start', manifest, held, leftOut: emptyPieces, window: 9 },
      ]);
      return stepper.send({ type: 'inflow.started' });
    };
    const start = [
      { type: 'acceptance.announce' },
      { type: 'leave.send', leftOut: emptyPieces },
      { type: 'held.send', pieces: held },
      { type: 'accept.send', credit: 9, entries: 3 },
    ];
    const pause = { type: 'pause.send', reason: 'person' };
    expect(accept()).toEqual([...start, pause]);
    stepper.send({ type: 'file.failed', file: 1, code: 'skipped' });
    stepper.send({ type: 'file.failed', file: 0, code: 'source.changed' });
    stepper.send({ type: 'inflow.stalled' });
    expect(stepper.send({ type: 'connection.lost' })).toEqual([{ type: 'inflow.stop' }]);
    expect(accept()).toEqual([
      ...start,
      { type: 'skip.send', file: 1 },
      pause,
      { type: 'pause.send', reason: 'disk.full' },
    ]);
    expect(stepper.context.failedFiles).toEqual([]);
    expect(stepper.send({ type: 'resume.requested' })).toEqual([
      { type: 'resume.send' },
      { type: 'store.retry' },
    ]);
    expect(deliveryStateOf(stepper.snapshot)).toBe('moving');
  });

  test('R1: other entries than those that were accepted are a violation', () => {
    const [first, ...others] = MANIFEST.entries;
    const [text, ...rest] = others;
    if (first?.kind !== 'file' || text?.kind !== 'text') return expect.fail('no file, or no text');
    const { path, size } = text;
    const entries = [
      [{ ...first, size: 3 }, ...others],
      [{ ...first, modified: 2 }, ...others],
      [{ ...first, path: 'c.txt' }, ...others],
      [{ kind: 'folder' as const, path: first.path }, ...others],
      [first, { ...text, size: 6 }, ...rest],
      [first, { kind: 'file' as const, path, size, modified: null, mediaType: '' }, ...rest],
      [first, { kind: 'folder' as const, path }, ...rest],
      [first],
    ];
    for (const accepted of entries) {
      const manifest = { ...MANIFEST, entries: accepted };
      const resumed = { manifest, pieces: emptyPieces };
      const stepper = new Stepper(receiverDeliveryMachine, { resumed });
      for (const event of OFFER) stepper.send(event);
      expect(stepper.context.failure).toBe('protocol');
      expect(stepper.commands).toEqual([
        { type: 'failed.send', code: 'protocol' },
        { type: 'delivery.release', sink: 'discard' },
      ]);
    }
  });

  test('R6 X4: if files changed or were skipped, no stored pieces stay that can’t be used', () => {
    for (const code of ['source.changed', 'skipped'] as const) {
      const held = piecesOf([{ first: 0, end: 2 }]);
      const stepper = new Stepper(receiverDeliveryMachine, {
        resumed: { manifest: MANIFEST, pieces: held },
      });
      for (const event of OFFER) stepper.send(event);
      stepper.send({ type: 'sink.listed', pieces: held });
      stepper.send({ type: 'inflow.started' });
      stepper.send({ type: 'inflow.failed', code });
      expect(deliveryStateOf(stepper.snapshot)).toBe('failed');
      expect(releasesOf(stepper.commands)).toEqual(['discard']);
    }
  });

  test('R7: coming back to a delivery that is over keeps the stored pieces', () => {
    for (const type of ['connection.failed', 'failed.received'] as const) {
      const stepper = new Stepper(receiverDeliveryMachine, {
        resumed: { manifest: MANIFEST, pieces: piecesOf([{ first: 0, end: 2 }]) },
      });
      if (type === 'failed.received') for (const event of OFFER) stepper.send(event);
      stepper.send({ type, code: 'sender.ended' });
      expect(stepper.context.failure).toBe('sender.ended');
      expect(releasesOf(stepper.commands)).toEqual(['close']);
    }
  });

  test('G9: a refusal ends it when the connection is lost, and keeps the stored pieces', () => {
    const stepper = new Stepper(receiverDeliveryMachine, undefined);
    for (const event of RECEIVER_COURSES[0]?.slice(0, -7) ?? []) stepper.send(event);
    stepper.send({ type: 'signaling.refused', code: 'replaced' });
    expect(deliveryStateOf(stepper.snapshot)).toBe('moving');
    stepper.send({ type: 'connection.lost' });
    expect(stepper.context.failure).toBe('replaced');
    expect(releasesOf(stepper.commands)).toEqual(['close']);
  });
});
