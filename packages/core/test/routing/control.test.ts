import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { toBase64Url } from '../../src/bytes.ts';
import { RANGES_MAX } from '../../src/constants.ts';
import { piecesOf, emptyPieces } from '../../src/pieces/piece-set.ts';
import {
  isFromReceiver,
  isFromSender,
  type ControlMessage,
} from '../../src/protocol/control-messages.ts';
import { pagesOf } from '../../src/protocol/manifest.ts';
import type { LaneSignal } from '../../src/protocol/types.ts';
import type { Role, Routed, Source } from '../../src/routing/types.ts';
import { controlMessages } from '../../src/testing/arbitraries.ts';
import { GIFTS, MANIFEST } from '../support/delivery-events.ts';
import { routeAt } from '../support/route-at.ts';
import { MISBEHAVED, routeOf, type TableOf } from './route-table.ts';
import { digestOfAll } from '../support/digest-of-all.ts';

const heard = 'connection: traffic.received';
const leaves = new Uint8Array(32);
const digest = digestOfAll(new Uint8Array(32).fill(3));
const ranges = [{ first: 2, end: 5 }];
const link = GIFTS[0]!;
/** More ranges than one message carries. */
const SCATTERED = Array.from({ length: RANGES_MAX + 1 }, (_, index) => ({
  first: 2 * index,
  end: 2 * index + 1,
}));

const description = {
  type: 'description',
  generation: 4,
  round: 1,
  kind: 'offer',
  sdp: 'v=0',
} as const;
const candidate = {
  type: 'candidate',
  generation: 4,
  round: 1,
  candidate: 'c',
  mid: '0',
  line: 0,
} as const;

// C1: which role may send what. The other role misbehaves by sending it.
const control: TableOf<'control'> = {
  offer: [
    { type: 'offer', name: '', files: 0, bytes: 0, pages: 0 },
    MISBEHAVED,
    `${heard}, delivery: offer.received`,
  ],
  page: [{ type: 'page', page: 0, entries: [] }, MISBEHAVED, `${heard}, delivery: page.received`],
  held: [{ type: 'held', first: 0, leaves }, `${heard}, delivery: held.received`, MISBEHAVED],
  leave: [{ type: 'leave', ranges, more: false }, `${heard}, delivery: leave.received`, MISBEHAVED],
  accept: [
    { type: 'accept', credit: 1, entries: 5 },
    `${heard}, delivery: accept.received`,
    MISBEHAVED,
  ],
  take: [
    { type: 'take', ranges },
    `${heard}, delivery: wish.received, outflow: entries.taken`,
    MISBEHAVED,
  ],
  taken: [
    { type: 'taken', ranges },
    MISBEHAVED,
    `${heard}, inflow: taken.received, delivery: entries.taken`,
  ],
  give: [{ type: 'give', link }, `${heard}, delivery: gift.received`, MISBEHAVED],
  decline: [{ type: 'decline' }, `${heard}, delivery: decline.received`, MISBEHAVED],
  credit: [
    { type: 'credit', upTo: 2, settled: 1 },
    `${heard}, delivery: credit.received, outflow: credit.received`,
    MISBEHAVED,
  ],
  again: [
    { type: 'again', ranges },
    MISBEHAVED,
    `${heard}, delivery: again.received, inflow: again.received`,
  ],
  missing: [
    { type: 'missing', ranges, more: true },
    `${heard}, delivery: missing.received, outflow: missing.received`,
    MISBEHAVED,
  ],
  'file.failed': [
    { type: 'file.failed', file: 0, code: 'source.changed' },
    MISBEHAVED,
    `${heard}, inflow: file.failed.received, delivery: file.failed`,
  ],
  'file.retried': [
    { type: 'file.retried', file: 0 },
    MISBEHAVED,
    `${heard}, inflow: file.retried.received, delivery: file.retried`,
  ],
  'file.skip': [
    { type: 'file.skip', file: 0 },
    `${heard}, delivery: wish.received, outflow: file.skipped`,
    MISBEHAVED,
  ],
  'file.retry': [
    { type: 'file.retry', file: 0 },
    `${heard}, delivery: wish.received, outflow: file.retried`,
    MISBEHAVED,
  ],
  compared: [{ type: 'compared', pieces: 64 }, MISBEHAVED, `${heard}, delivery: compared.received`],
  sent: [
    { type: 'sent', digest: '' },
    MISBEHAVED,
    `${heard}, delivery: sent.received, inflow: sent.received`,
  ],
  verified: [{ type: 'verified', digest: '' }, `${heard}, delivery: verified.received`, MISBEHAVED],
  complete: [{ type: 'complete', digest: '' }, MISBEHAVED, `${heard}, delivery: complete.received`],
  pause: [{ type: 'pause', reason: 'person' }, `${heard}, delivery: pause.received`],
  resume: [{ type: 'resume' }, `${heard}, delivery: resume.received`],
  cancel: [{ type: 'cancel' }, `${heard}, delivery: cancel.received`],
  failed: [{ type: 'failed', code: 'internal' }, `${heard}, delivery: failed.received`],
  beat: [{ type: 'beat' }, heard],
  'lane.signals': [
    {
      type: 'lane.signals',
      signals: [
        { type: 'description', lane: 1, kind: 'offer', sdp: '' },
        { type: 'candidate', lane: 1, candidate: '', mid: null, line: null },
      ],
    },
    `${heard}, delivery: lane.received, lanes: lane.message.received, lanes: lane.message.received`,
  ],
  'lane.close': [
    { type: 'lane.close', lane: 1, chunks: 2 },
    MISBEHAVED,
    `${heard}, delivery: lane.received, lanes: lane.close.received`,
  ],
  'lane.closed': [
    { type: 'lane.closed', lane: 1, chunks: 2 },
    `${heard}, outflow: lane.closed, delivery: lane.received, lanes: lane.closed`,
    MISBEHAVED,
  ],
};

describe('a control message', () => {
  test.each(Object.entries(control))(
    'C1: %s goes where it belongs',
    (_, [command, sender, receiver]) => {
      const source: Source = { from: 'control', command };
      expect(routeOf('sender', source)).toBe(sender);
      expect(routeOf('receiver', source)).toBe(receiver ?? sender);
    },
  );

  test('C, C1: every message is a sign of life, unless its role may not send it', () => {
    fc.assert(
      fc.property(controlMessages, fc.constantFrom<Role>('sender', 'receiver'), (command, role) => {
        const routed = routeAt(role, 'own', { from: 'control', command });
        const isAllowed = role === 'sender' ? isFromReceiver : isFromSender;
        expect(routed[0]?.event.type).toBe(
          isAllowed(command) ? 'traffic.received' : 'remote.misbehaved',
        );
        if (!isAllowed(command)) expect(routed).toHaveLength(1);
      }),
    );
  });

  test('its fields are carried over', () => {
    fc.assert(
      fc.property(controlMessages, fc.constantFrom<Role>('sender', 'receiver'), (command, role) => {
        const events = routeAt(role, 'own', { from: 'control', command }).map(({ event }) => event);
        if (events.some(({ type }) => type === 'remote.misbehaved')) return;
        for (const carried of carriedBy(command)) {
          // At least one of the events has all of them.
          const whole = events.filter(
            (event) => expect.objectContaining(carried).asymmetricMatch(event) as boolean,
          );
          expect(whole.length).toBeGreaterThan(0);
        }
      }),
    );
  });
});

// A negotiation's message on a further lane has the lane's number as its generation (W1).
function carriedBy(command: ControlMessage): readonly object[] {
  const { type: _, ...carried } = command;
  if (command.type !== 'lane.signals') return [carried];
  return command.signals.map(({ lane, ...message }) => ({
    lane,
    message: { ...message, generation: lane, round: 1 },
  }));
}

function laneSignal(signal: LaneSignal): ControlMessage {
  return { type: 'lane.signals', signals: [signal] };
}

/** The messages of each end, by their sources. */
const sayings: readonly (readonly [Role, Source, readonly ControlMessage[]])[] = [
  [
    'sender',
    { from: 'delivery', command: { type: 'offer.send', manifest: MANIFEST } },
    pagesOf(MANIFEST),
  ],
  [
    'sender',
    { from: 'delivery', command: { type: 'sent.send', digest } },
    [{ type: 'sent', digest: toBase64Url(digest.all) }],
  ],
  [
    'sender',
    { from: 'delivery', command: { type: 'complete.send', digest, isWhole: true } },
    [{ type: 'complete', digest: toBase64Url(digest.all) }],
  ],
  [
    'receiver',
    { from: 'delivery', command: { type: 'verified.send', digest } },
    [{ type: 'verified', digest: toBase64Url(digest.all) }],
  ],
  [
    'receiver',
    { from: 'delivery', command: { type: 'accept.send', credit: 7, entries: 5 } },
    [{ type: 'accept', credit: 7, entries: 5 }],
  ],
  ['receiver', { from: 'delivery', command: { type: 'leave.send', leftOut: emptyPieces } }, []],
  [
    'receiver',
    { from: 'delivery', command: { type: 'leave.send', leftOut: piecesOf(ranges) } },
    [{ type: 'leave', ranges, more: false }],
  ],
  [
    'receiver',
    { from: 'delivery', command: { type: 'leave.send', leftOut: piecesOf(SCATTERED) } },
    [
      { type: 'leave', ranges: SCATTERED.slice(0, RANGES_MAX), more: true },
      { type: 'leave', ranges: SCATTERED.slice(RANGES_MAX), more: false },
    ],
  ],
  [
    'receiver',
    { from: 'delivery', command: { type: 'take.send', ranges: SCATTERED } },
    [
      { type: 'take', ranges: SCATTERED.slice(0, RANGES_MAX) },
      { type: 'take', ranges: SCATTERED.slice(RANGES_MAX) },
    ],
  ],
  [
    'sender',
    { from: 'outflow', command: { type: 'entries.take', ranges } },
    [{ type: 'taken', ranges }],
  ],
  [
    'receiver',
    { from: 'delivery', command: { type: 'gift.send', link } },
    [{ type: 'give', link }],
  ],
  [
    'receiver',
    { from: 'delivery', command: { type: 'skip.send', file: 3 } },
    [{ type: 'file.skip', file: 3 }],
  ],
  [
    'receiver',
    { from: 'delivery', command: { type: 'retry.send', file: 3 } },
    [{ type: 'file.retry', file: 3 }],
  ],
  ['receiver', { from: 'delivery', command: { type: 'decline.send' } }, [{ type: 'decline' }]],
  ...(['sender', 'receiver'] as const).flatMap((role): (typeof sayings)[number][] => [
    [
      role,
      { from: 'delivery', command: { type: 'pause.send', reason: 'disk.full' } },
      [{ type: 'pause', reason: 'disk.full' }],
    ],
    [role, { from: 'delivery', command: { type: 'resume.send' } }, [{ type: 'resume' }]],
    [role, { from: 'delivery', command: { type: 'cancel.send' } }, [{ type: 'cancel' }]],
    [
      role,
      { from: 'delivery', command: { type: 'failed.send', code: 'protocol' } },
      [{ type: 'failed', code: 'protocol' }],
    ],
    [role, { from: 'connection', command: { type: 'beat.send' } }, [{ type: 'beat' }]],
  ]),
  [
    'sender',
    { from: 'outflow', command: { type: 'again.send', ranges } },
    [{ type: 'again', ranges }],
  ],
  [
    'sender',
    { from: 'outflow', command: { type: 'compared.send', pieces: 64 } },
    [{ type: 'compared', pieces: 64 }],
  ],
  [
    'sender',
    { from: 'outflow', command: { type: 'file.fail', file: 3, code: 'skipped' } },
    [{ type: 'file.failed', file: 3, code: 'skipped' }],
  ],
  [
    'sender',
    { from: 'outflow', command: { type: 'file.retry', file: 3 } },
    [{ type: 'file.retried', file: 3 }],
  ],
  ...(['sender', 'receiver'] as const).flatMap((role): (typeof sayings)[number][] => [
    [
      role,
      { from: 'lane', lane: 4, command: { type: 'message.send', message: description } },
      [laneSignal({ type: 'description', lane: 4, kind: 'offer', sdp: 'v=0' })],
    ],
    [
      role,
      { from: 'lane', lane: 4, command: { type: 'message.send', message: candidate } },
      [laneSignal({ type: 'candidate', lane: 4, candidate: 'c', mid: '0', line: 0 })],
    ],
  ]),
  [
    'sender',
    { from: 'lanes', command: { type: 'lane.withdraw', lane: 4 } },
    [{ type: 'lane.close', lane: 4, chunks: 0 }],
  ],
  [
    'sender',
    { from: 'outflow', command: { type: 'lane.close', lane: 4, chunks: 9 } },
    [{ type: 'lane.close', lane: 4, chunks: 9 }],
  ],
  [
    'receiver',
    { from: 'lanes', command: { type: 'closed.send', lane: 4, chunks: 9 } },
    [{ type: 'lane.closed', lane: 4, chunks: 9 }],
  ],
  [
    'receiver',
    { from: 'inflow', command: { type: 'credit.send', upTo: 9, settled: 4 } },
    [{ type: 'credit', upTo: 9, settled: 4 }],
  ],
  [
    'receiver',
    { from: 'inflow', command: { type: 'missing.send', ranges, more: true } },
    [{ type: 'missing', ranges, more: true }],
  ],
];

const isSaid = (routed: Routed): routed is Extract<Routed, { readonly to: 'control' }> =>
  routed.to === 'control';

describe('the messages of one end', () => {
  test.each(sayings)('the %s’s %j', (role, source, messages) => {
    const said = routeAt(role, 'own', source).filter(isSaid);
    expect(said.map(({ event }) => event)).toEqual(messages);
    // C1: the other end may receive it.
    const other = role === 'sender' ? 'receiver' : 'sender';
    for (const { event } of said)
      expect(routeOf(other, { from: 'control', command: event })).not.toBe(MISBEHAVED);
  });

  test('C: every kind of message is sent by one end, except those that a sink’s host makes (R2)', () => {
    const said = new Set(sayings.flatMap(([, , messages]) => messages.map(({ type }) => type)));
    expect(Object.keys(control).filter((type) => !said.has(type as never))).toEqual(['held']);
  });
});
