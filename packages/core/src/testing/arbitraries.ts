import * as fc from 'fast-check';

import { concatBytes, toBase64Url } from '../bytes.ts';
import {
  CHUNK_BYTES,
  FILES_MAX,
  LEAF_BYTES,
  PIECE_BYTES,
  PIECE_CHUNKS,
  PROTOCOL_VERSION,
} from '../constants.ts';
import { addPiece, emptyPieces, rangesOf } from '../pieces/piece-set.ts';
import type { Frame } from '../protocol/frames.ts';
import { cleanName } from '../protocol/names.ts';
import { cleanNote, cleanPersonName } from '../protocol/person-texts.ts';
import { pieceAt, type Plan } from '../pieces/plan.ts';
import type { ControlMessage } from '../protocol/control-messages.ts';
import { formatGift } from '../protocol/link.ts';
import {
  FAILURE_CODES,
  GOODBYE_REASONS,
  PAUSE_REASONS,
  REFUSAL_CODES,
  SENDER,
  type ClientMessage,
  type IceServer,
  type ManifestEntry,
  type PeerId,
  type PieceRange,
  type ServerMessage,
  type SessionMessage,
  type Summary,
} from '../protocol/types.ts';

// One arbitrary for each type of a union, so that a new message without one doesn't compile.
type ByType<Message extends { readonly type: string }> = {
  readonly [Type in Message['type']]: fc.Arbitrary<Extract<Message, { readonly type: Type }>>;
};

function anyOf<Message extends { readonly type: string }>(
  byType: ByType<Message>,
): fc.Arbitrary<Message> {
  return fc.oneof(...Object.values<fc.Arbitrary<Message>>(byType));
}

function typed<Type extends string>(type: Type): fc.Arbitrary<Type> {
  return fc.constant(type);
}

/** Byte strings of one length. */
export function bytesOf(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}

/** Byte strings of one length, in base64url. */
export function base64UrlOf(length: number): fc.Arbitrary<string> {
  return bytesOf(length).map(toBase64Url);
}

/** The protocol's whole numbers: small, large and largest. */
export const wholes: fc.Arbitrary<number> = fc.oneof(
  fc.nat(),
  fc.maxSafeNat(),
  fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER),
);

/** Any strings: in every script, and with lone surrogates. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.array(fc.nat(0xffff), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
);

const counted = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const ids = base64UrlOf(16);
const digests = base64UrlOf(32);
const tags = base64UrlOf(4);
const peers: fc.Arbitrary<PeerId> = fc.oneof(fc.constant(SENDER), ids);
const data = fc.uint8Array({ maxLength: 200 }).map(toBase64Url);
const codes = fc.constantFrom(...FAILURE_CODES);
const iceUrl = fc
  .tuple(fc.constantFrom('stun:', 'stuns:', 'turn:', 'turns:'), fc.domain())
  .map(([scheme, host]) => scheme + host);

const iceServers: fc.Arbitrary<IceServer> = fc.record(
  {
    urls: fc.oneof(iceUrl, fc.array(iceUrl, { minLength: 1, maxLength: 3 })),
    username: fc.string(),
    credential: fc.string(),
  },
  { requiredKeys: ['urls'] },
);

/** All messages of a client to the signaling server. */
export const clientMessages: fc.Arbitrary<ClientMessage> = anyOf<ClientMessage>({
  join: fc.record({
    type: typed('join'),
    version: fc.constant(PROTOCOL_VERSION),
    role: fc.constantFrom('sender', 'receiver'),
    room: ids,
    token: digests,
  }),
  relay: fc.record({ type: typed('relay'), to: peers, session: ids, seq: wholes, data }),
  accepted: fc.record({ type: typed('accepted') }),
  admit: fc.record({ type: typed('admit'), member: ids }),
  dismiss: fc.record({ type: typed('dismiss'), member: ids }),
  leave: fc.record({ type: typed('leave') }),
  pong: fc.record({ type: typed('pong') }),
});

/** All messages of the signaling server. */
export const serverMessages: fc.Arbitrary<ServerMessage> = anyOf<ServerMessage>({
  joined: fc.oneof(
    fc.record({
      type: typed('joined'),
      version: fc.constant(PROTOCOL_VERSION),
      member: ids,
      peers: fc.array(peers, { maxLength: 8 }),
      iceServers: fc.array(iceServers, { maxLength: 3 }),
    }),
    fc
      .tuple(
        fc.array(fc.tuple(peers, tags), { maxLength: 8 }),
        counted,
        fc.array(iceServers, { maxLength: 3 }),
      )
      .map(([others, seats, servers]) => ({
        type: 'joined' as const,
        version: PROTOCOL_VERSION,
        member: SENDER,
        peers: others.map(([peer]) => peer),
        tags: others.map(([, tag]) => tag),
        seats,
        iceServers: servers,
      })),
  ),
  'peer.online': fc.record(
    { type: typed('peer.online'), peer: peers, tag: tags },
    { requiredKeys: ['type', 'peer'] },
  ),
  'peer.offline': fc.record({ type: typed('peer.offline'), peer: peers }),
  relay: fc.record({ type: typed('relay'), from: peers, session: ids, seq: wholes, data }),
  refused: fc.record({
    type: typed('refused'),
    code: fc.constantFrom(...REFUSAL_CODES),
    message: texts,
  }),
  replaced: fc.record({ type: typed('replaced') }),
  restarting: fc.record({ type: typed('restarting') }),
  ping: fc.record({ type: typed('ping') }),
});

const descriptions = { kind: fc.constantFrom('offer' as const, 'answer' as const), sdp: texts };
const candidates = {
  candidate: texts,
  mid: fc.option(fc.string({ maxLength: 4 })),
  line: fc.option(fc.nat(0xffff)),
};
const laneSignals = fc.oneof(
  fc.record({ type: typed('description'), lane: counted, ...descriptions }),
  fc.record({ type: typed('candidate'), lane: counted, ...candidates }),
);

/** All summaries. */
export const summaries: fc.Arbitrary<Summary> = fc.record({
  name: texts.map(cleanName),
  senderName: texts.map(cleanPersonName),
  note: texts.map(cleanNote),
  files: fc.nat(FILES_MAX),
  bytes: wholes,
});

/** All messages inside a session. */
export const sessionMessages: fc.Arbitrary<SessionMessage> = anyOf<SessionMessage>({
  hello: fc.record({
    type: typed('hello'),
    version: fc.constant(PROTOCOL_VERSION),
    delivery: ids,
    generation: counted,
    receiverName: texts.map(cleanPersonName),
  }),
  description: fc.record({
    type: typed('description'),
    generation: counted,
    round: counted,
    ...descriptions,
  }),
  candidate: fc.record({
    type: typed('candidate'),
    generation: counted,
    round: counted,
    ...candidates,
  }),
  wait: fc.record({ type: typed('wait'), senderName: texts.map(cleanPersonName) }),
  'restart.wanted': fc.record({ type: typed('restart.wanted'), generation: counted }),
  'reconnect.wanted': fc.record({ type: typed('reconnect.wanted'), generation: counted }),
  summary: summaries.map((summary) => ({ type: 'summary' as const, ...summary })),
  goodbye: fc.record({ type: typed('goodbye'), reason: fc.constantFrom(...GOODBYE_REASONS) }),
});

const entries: fc.Arbitrary<ManifestEntry> = fc.oneof(
  fc.record({
    kind: fc.constant('file' as const),
    path: texts,
    size: wholes,
    modified: fc.option(fc.oneof(wholes, fc.integer({ max: -1 }))),
    mediaType: fc.string(),
  }),
  fc.record({ kind: fc.constant('text' as const), path: texts, size: wholes }),
  fc.record({ kind: fc.constant('folder' as const), path: texts }),
);

// Ascending, none empty, with a gap between every two.
const ranges: fc.Arbitrary<readonly PieceRange[]> = fc
  .array(fc.nat({ max: 2 ** 20 }), { maxLength: 12 })
  .map((ordinals) => rangesOf(ordinals.reduce(addPiece, emptyPieces)));

/** All links as they are handed back. */
export const gifts: fc.Arbitrary<string> = fc
  .record({ roomBytes: bytesOf(16), secret: bytesOf(16), publicKey: bytesOf(32) })
  .map(formatGift);

/** All control messages of a valid shape; paths and sums are arbitrary. */
export const controlMessages: fc.Arbitrary<ControlMessage> = anyOf<ControlMessage>({
  offer: fc.record({
    type: typed('offer'),
    name: texts,
    files: wholes,
    bytes: wholes,
    pages: wholes,
  }),
  page: fc.record({
    type: typed('page'),
    page: wholes,
    entries: fc.array(entries, { maxLength: 5 }),
  }),
  held: fc.record({
    type: typed('held'),
    first: wholes,
    leaves: fc
      .array(fc.uint8Array({ minLength: LEAF_BYTES, maxLength: LEAF_BYTES }), {
        minLength: 1,
        maxLength: 4,
      })
      .map((leaves) => concatBytes(...leaves)),
  }),
  again: fc.record({ type: typed('again'), ranges }),
  missing: fc.record({ type: typed('missing'), ranges, more: fc.boolean() }),
  'file.retried': fc.record({ type: typed('file.retried'), file: wholes }),
  'file.skip': fc.record({ type: typed('file.skip'), file: wholes }),
  'file.retry': fc.record({ type: typed('file.retry'), file: wholes }),
  pause: fc.record({ type: typed('pause'), reason: fc.constantFrom(...PAUSE_REASONS) }),
  resume: fc.record({ type: typed('resume') }),
  leave: fc.record({ type: typed('leave'), ranges, more: fc.boolean() }),
  accept: fc.record({ type: typed('accept'), credit: wholes, entries: wholes }),
  take: fc.record({ type: typed('take'), ranges }),
  taken: fc.record({ type: typed('taken'), ranges }),
  give: fc.record({ type: typed('give'), link: gifts }),
  decline: fc.record({ type: typed('decline') }),
  credit: fc.record({ type: typed('credit'), upTo: wholes, settled: wholes }),
  'file.failed': fc.record({ type: typed('file.failed'), file: wholes, code: codes }),
  compared: fc.record({ type: typed('compared'), pieces: counted }),
  sent: fc.record({ type: typed('sent'), digest: digests }),
  verified: fc.record({ type: typed('verified'), digest: digests }),
  complete: fc.record({ type: typed('complete'), digest: digests }),
  cancel: fc.record({ type: typed('cancel') }),
  failed: fc.record({ type: typed('failed'), code: codes }),
  beat: fc.record({ type: typed('beat') }),
  'lane.signals': fc.record({
    type: typed('lane.signals'),
    signals: fc.array(laneSignals, { minLength: 1, maxLength: 6 }),
  }),
  'lane.close': fc.record({ type: typed('lane.close'), lane: counted, chunks: wholes }),
  'lane.closed': fc.record({ type: typed('lane.closed'), lane: counted, chunks: wholes }),
});

/** Frames that keep to every rule that needs no manifest. */
export const frames: fc.Arbitrary<Frame> = fc
  .tuple(
    fc.nat(2 ** 32 - 1),
    fc.nat(2 ** 33 - 2),
    fc.nat(PIECE_CHUNKS - 1),
    fc.nat(2 * CHUNK_BYTES),
    fc.nat(255),
  )
  .map(([file, piece, chunk, more, fill]) => {
    const room = (PIECE_CHUNKS - chunk) * CHUNK_BYTES;
    const payload = new Uint8Array(Math.min(room, more + 1)).fill(fill);
    const offset = piece * PIECE_BYTES + chunk * CHUNK_BYTES;
    return { file, offset, payload, bitmap: new Uint8Array() };
  });

/** Frames that fit a plan of at least one piece. */
export function framesOf(plan: Plan): fc.Arbitrary<Frame> {
  return fc
    .tuple(
      fc.nat(plan.pieces - 1),
      fc.nat(PIECE_CHUNKS - 1),
      fc.integer({ min: 1, max: PIECE_CHUNKS }),
      fc.nat(255),
    )
    .map(([ordinal, chunk, chunks, fill]) => {
      const piece = pieceAt(plan, ordinal);
      const start = (chunk % Math.ceil(piece.length / CHUNK_BYTES)) * CHUNK_BYTES;
      const payload = new Uint8Array(Math.min(chunks * CHUNK_BYTES, piece.length - start)).fill(
        fill,
      );
      const offset = piece.offset + start;
      return { file: piece.file, offset, payload, bitmap: new Uint8Array() };
    });
}
