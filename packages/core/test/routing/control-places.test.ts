// C1: a control message that a state doesn't allow is a violation. Tests every message, in every state, at both ends.

import { describe, expect, test } from 'vitest';
import type { AnyStateNode } from 'xstate';

import { toBase64Url } from '../../src/bytes.ts';
import { CREDIT_WINDOW_BYTES, LEAF_BYTES, QUIET_TIMEOUT } from '../../src/constants.ts';
import {
  receiverDeliveryMachine,
  senderDeliveryMachine,
  type ReceiverDeliveryEvent,
  type SenderDeliveryEvent,
} from '../../src/delivery/index.ts';
import { emptyPieces, piecesOf } from '../../src/pieces/piece-set.ts';
import { pagesOf } from '../../src/protocol/manifest.ts';
import type { ControlMessage } from '../../src/protocol/control-messages.ts';
import type { Role } from '../../src/routing/types.ts';
import { ControlWorld } from './control-world.ts';
import { DIGEST, GIFTS, MANIFEST, OFFER } from '../support/delivery-events.ts';

type Type = ControlMessage['type'];
type Bring = (world: ControlWorld) => void;

interface Situation {
  readonly role: Role;
  readonly bring: Bring;
  /** The messages that the state allows. */
  readonly places: readonly Type[];
}

const digest = toBase64Url(DIGEST.all);
const [offer, page] = pagesOf(MANIFEST) as [ControlMessage, ControlMessage];

/** One of each, as valid as it can be, so that only its state is wrong. */
const MESSAGES: { readonly [T in Type]: Extract<ControlMessage, { type: T }> } = {
  offer: offer as Extract<ControlMessage, { type: 'offer' }>,
  page: page as Extract<ControlMessage, { type: 'page' }>,
  held: { type: 'held', first: 2, leaves: new Uint8Array(LEAF_BYTES) },
  leave: { type: 'leave', ranges: [{ first: 1, end: 2 }], more: false },
  accept: { type: 'accept', credit: CREDIT_WINDOW_BYTES, entries: MANIFEST.entries.length },
  take: { type: 'take', ranges: [{ first: 1, end: 2 }] },
  taken: { type: 'taken', ranges: [{ first: 1, end: 2 }] },
  give: { type: 'give', link: GIFTS[0]! },
  decline: { type: 'decline' },
  credit: { type: 'credit', upTo: CREDIT_WINDOW_BYTES + 1, settled: 0 },
  again: { type: 'again', ranges: [{ first: 0, end: 1 }] },
  missing: { type: 'missing', ranges: [], more: false },
  compared: { type: 'compared', pieces: 1 },
  'file.failed': { type: 'file.failed', file: 1, code: 'source.changed' },
  'file.retried': { type: 'file.retried', file: 0 },
  'file.skip': { type: 'file.skip', file: 1 },
  'file.retry': { type: 'file.retry', file: 1 },
  sent: { type: 'sent', digest },
  verified: { type: 'verified', digest },
  complete: { type: 'complete', digest },
  pause: { type: 'pause', reason: 'person' },
  resume: { type: 'resume' },
  cancel: { type: 'cancel' },
  failed: { type: 'failed', code: 'internal' },
  beat: { type: 'beat' },
  'lane.signals': {
    type: 'lane.signals',
    signals: [
      { type: 'description', lane: 1, kind: 'offer', sdp: 'v=0' },
      { type: 'candidate', lane: 1, candidate: '', mid: null, line: null },
    ],
  },
  'lane.close': { type: 'lane.close', lane: 1, chunks: 0 },
  'lane.closed': { type: 'lane.closed', lane: 1, chunks: 0 },
};
const TYPES = Object.keys(MESSAGES) as Type[];

/** Allowed everywhere while the delivery goes on. */
const ANYWHERE: readonly Type[] = ['beat', 'cancel', 'failed'];

const happen =
  (...events: readonly (SenderDeliveryEvent | ReceiverDeliveryEvent)[]): Bring =>
  (world) => {
    for (const event of events) world.happen(event);
  };
const hear =
  (...messages: readonly ControlMessage[]): Bring =>
  (world) => {
    for (const message of messages) world.hear(message);
  };
const all =
  (...steps: readonly Bring[]): Bring =>
  (world) => {
    for (const step of steps) step(world);
  };
const wait: Bring = (world) => world.clock.advance(QUIET_TIMEOUT);

const established = happen({ type: 'connection.established' });
const lost = happen({ type: 'connection.lost' });

// ── the receiver ──

const preparing = all(
  established,
  happen(...OFFER, { type: 'sink.probed', sink: { kind: 'memory' } }, { type: 'accept.requested' }),
);
const HELD = piecesOf([{ first: 0, end: 2 }]);
// The real inflow reports that it has started.
const moving = all(preparing, happen({ type: 'sink.listed', pieces: HELD }));
const movingWithNothing = all(preparing, happen({ type: 'sink.listed', pieces: emptyPieces }));
const allStored: Bring = (world) => {
  for (const ordinal of [2, 3]) {
    world.happenToFlow({ type: 'piece.assembled', ordinal });
    world.happenToFlow({ type: 'piece.stored', ordinal });
  }
};
const comparing = all(moving, allStored, hear(MESSAGES.sent));
const sealing = all(comparing, (world) =>
  world.happenToFlow({ type: 'digest.computed', digest: DIGEST }),
);
const confirming = all(sealing, happen({ type: 'sink.sealed' }));
const unconfirmed = all(confirming, lost);
const complete = all(confirming, hear(MESSAGES.complete));

const WHILE_MOVING: readonly Type[] = [
  'pause',
  'resume',
  'compared',
  'file.failed',
  'lane.signals',
  'lane.close',
];
// C6, and messages about lanes that are closing.
const AFTER_MOVING: readonly Type[] = ['pause', 'resume', 'lane.signals', 'lane.close'];

const RECEIVER: Readonly<Record<string, Omit<Situation, 'role'>>> = {
  'without a connection': { bring: all(), places: ['offer'] },
  'with a connection': { bring: established, places: ['offer'] },
  'amid the offer': { bring: all(established, hear(offer)), places: ['page'] },
  'before its person accepts': { bring: all(established, happen(...OFFER)), places: [] },
  'making room': { bring: preparing, places: [] },
  'making ready for bytes': {
    // While the flow is elsewhere and has not answered.
    bring: all(
      preparing,
      (world) => world.holdFlow(),
      happen({ type: 'sink.listed', pieces: HELD }),
    ),
    places: [],
  },
  'moving, with pieces that it holds': { bring: moving, places: [...WHILE_MOVING, 'again'] },
  'moving, with nothing': { bring: movingWithNothing, places: WHILE_MOVING },
  'moving, with a file that failed': {
    bring: all(
      movingWithNothing,
      hear({ type: 'file.failed', file: 0, code: 'source.unreadable' }),
    ),
    places: [...WHILE_MOVING, 'file.retried'],
  },
  'moving, with everything': {
    bring: all(moving, allStored),
    places: [...WHILE_MOVING, 'again', 'sent'],
  },
  'moving, with a lane': {
    bring: all(moving, hear(MESSAGES['lane.signals'])),
    places: [...WHILE_MOVING, 'again'],
  },
  'moving, and quiet': { bring: all(moving, wait), places: [...WHILE_MOVING, 'again'] },
  'paused by its person': {
    bring: all(moving, happen({ type: 'pause.requested' })),
    places: [...WHILE_MOVING, 'again'],
  },
  'paused by the sender': {
    bring: all(moving, hear(MESSAGES.pause)),
    places: [...WHILE_MOVING, 'again'],
  },
  'paused by its disk': {
    bring: all(moving, happen({ type: 'inflow.stalled' })),
    places: [...WHILE_MOVING, 'again'],
  },
  comparing: { bring: comparing, places: AFTER_MOVING },
  sealing: { bring: sealing, places: AFTER_MOVING },
  'waiting for the last word': { bring: confirming, places: [...AFTER_MOVING, 'complete'] },
  'interrupted, without a connection': { bring: all(moving, lost), places: ['offer'] },
  'interrupted, with a connection': { bring: all(moving, lost, established), places: ['offer'] },
  'interrupted, amid the offer': {
    bring: all(moving, lost, established, hear(offer)),
    places: ['page'],
  },
  // C1's exception: a receiver that has everything needs nothing more, and no message harms it.
  'complete, and the sender doesn’t know': { bring: unconfirmed, places: TYPES },
  complete: { bring: complete, places: TYPES },
};

// ── the sender ──

const accepted = all(established, hear(MESSAGES.accept));
const finished = all(accepted, (world) => world.finishOutflow());
const compared = all(finished, happen({ type: 'digest.computed', digest: DIGEST }));

const WISHES: readonly Type[] = ['file.skip', 'file.retry', 'take'];
const WHILE_SENDING: readonly Type[] = ['credit', ...WISHES, 'give', 'pause', 'resume'];
const AFTER_SENDING = WHILE_SENDING;
/** C7: `decline` answers an offer as `accept` does, also one that is on its way. */
const ANSWERS: readonly Type[] = ['held', 'accept', 'decline', 'verified'];

const SENDER: Readonly<Record<string, Omit<Situation, 'role'>>> = {
  'without a connection': { bring: all(), places: ['decline'] },
  'with its offer out': { bring: established, places: ['leave', ...ANSWERS] },
  'amid what the receiver leaves out': {
    bring: all(established, hear({ type: 'leave', ranges: [{ first: 0, end: 1 }], more: true })),
    places: ['leave', 'decline', 'verified'],
  },
  'told what the receiver leaves out': {
    bring: all(established, hear(MESSAGES.leave)),
    places: ANSWERS,
  },
  'amid what the receiver holds': {
    bring: all(established, hear({ type: 'held', first: 0, leaves: new Uint8Array(LEAF_BYTES) })),
    places: ANSWERS,
  },
  moving: { bring: accepted, places: WHILE_SENDING },
  'moving, and quiet': { bring: all(accepted, wait), places: WHILE_SENDING },
  'moving, with a question out': {
    bring: all(
      established,
      hear({ type: 'held', first: 0, leaves: new Uint8Array(2 * LEAF_BYTES) }),
      hear(MESSAGES.accept),
      (world) => world.happenToFlow({ type: 'pieces.checked', different: [{ first: 0, end: 1 }] }),
    ),
    places: [...WHILE_SENDING, 'missing'],
  },
  'paused by its person': {
    bring: all(accepted, happen({ type: 'pause.requested' })),
    places: WHILE_SENDING,
  },
  'paused by the receiver': { bring: all(accepted, hear(MESSAGES.pause)), places: WHILE_SENDING },
  'computing its digest': {
    bring: finished,
    places: [...AFTER_SENDING, 'lane.signals', 'lane.closed'],
  },
  'waiting for the receiver’s digest': {
    bring: compared,
    places: [...AFTER_SENDING, 'lane.signals', 'lane.closed', 'verified'],
  },
  interrupted: { bring: all(accepted, lost), places: ['decline'] },
  'with its offer out again': {
    bring: all(accepted, lost, established),
    places: ['leave', ...ANSWERS],
  },
};

const SITUATIONS: readonly (readonly [string, Situation])[] = [
  ...Object.entries(RECEIVER).map(
    ([name, situation]) => [`the receiver, ${name}`, { role: 'receiver', ...situation }] as const,
  ),
  ...Object.entries(SENDER).map(
    ([name, situation]) => [`the sender, ${name}`, { role: 'sender', ...situation }] as const,
  ),
];

function worldOf({ role, bring }: Situation): ControlWorld {
  const world = new ControlWorld(role);
  bring(world);
  return world;
}

describe.each(SITUATIONS)('C1, C2, C6: %s', (_, situation) => {
  test.each(TYPES)('receives `%s`', (type) => {
    const world = worldOf(situation);
    expect(world.failure, 'it is a sound situation').toBeUndefined();
    world.hear(MESSAGES[type]);
    const isRefused = world.failure === 'protocol';
    const hasPlace = ANYWHERE.includes(type) || situation.places.includes(type);
    expect(isRefused ? 'a violation' : 'taken').toBe(hasPlace ? 'taken' : 'a violation');
    // C2: an end that refuses a message says so.
    if (isRefused) expect(world.said).toContainEqual({ type: 'failed', code: 'protocol' });
  });
});

/** The states that a snapshot can be in, as paths. */
function leavesOf(node: AnyStateNode): readonly string[] {
  const children = Object.values(node.states);
  if (children.length > 0) return children.flatMap(leavesOf);
  // A state that is left again in the step that enters it can't receive anything, nor can a final one.
  const isPassing =
    node.always !== undefined && node.ownEvents.length === 0 && node.after.length === 0;
  return isPassing || node.type === 'final' ? [] : [node.path.join('.')];
}

function pathOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[key, inner] = ['', '']] = Object.entries(value as object);
  return `${key}.${pathOf(inner)}`;
}

test.each([
  ['receiver', receiverDeliveryMachine],
  ['sender', senderDeliveryMachine],
] as const)('C1: every state of the %s’s delivery is among them', (role, machine) => {
  const seen = new Set(
    SITUATIONS.filter(([, situation]) => situation.role === role).map(([, situation]) =>
      pathOf(worldOf(situation).value),
    ),
  );
  const missed = leavesOf(machine.root).filter((path) => !seen.has(path));
  // The sender doesn't see what the person does with the files.
  expect(missed.filter((path) => !path.startsWith('complete.'))).toEqual([]);
});
