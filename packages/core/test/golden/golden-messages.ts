import { decodeUtf8, encodeUtf8, toBase64Url } from '../../src/bytes.ts';
import { PROTOCOL_VERSION } from '../../src/constants.ts';
import {
  encodeControlMessage,
  parseControlMessage,
  type ControlMessage,
} from '../../src/protocol/control-messages.ts';
import {
  encodeClientMessage,
  encodeServerMessage,
  parseClientMessage,
  parseServerMessage,
} from '../../src/protocol/server-messages.ts';
import { formatGift } from '../../src/protocol/link.ts';
import { encodeSessionMessage, parseSessionMessage } from '../../src/protocol/session-messages.ts';
import type { ClientMessage, ServerMessage, SessionMessage } from '../../src/protocol/types.ts';
import { messageVectors, type GoldenFormat, type SampleOfEach } from './golden.ts';

/** Bytes that count up from a first one, so that no two fields of a sample are equal. */
export function counting(first: number, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => first + index);
}

const id = (first: number): string => toBase64Url(counting(first, 16));
const digest = toBase64Url(counting(0x80, 32));
const candidate = { candidate: 'candidate:1 1 udp 1 192.0.2.1 9 typ host', mid: '0', line: 0 };

const clientMessages: SampleOfEach<ClientMessage> = {
  join: {
    type: 'join',
    version: PROTOCOL_VERSION,
    role: 'receiver',
    room: id(1),
    token: toBase64Url(counting(0x20, 32)),
  },
  relay: { type: 'relay', to: 'sender', session: id(2), seq: 3, data: toBase64Url(counting(4, 5)) },
  accepted: { type: 'accepted' },
  admit: { type: 'admit', member: id(1) },
  dismiss: { type: 'dismiss', member: id(1) },
  leave: { type: 'leave' },
  pong: { type: 'pong' },
};

const serverMessages: SampleOfEach<ServerMessage> = {
  joined: {
    type: 'joined',
    version: PROTOCOL_VERSION,
    member: 'sender',
    peers: [id(1)],
    tags: [toBase64Url(counting(5, 4))],
    seats: 8,
    iceServers: [
      { urls: 'stun:stun.example' },
      { urls: ['turn:turn.example'], username: 'name', credential: 'word' },
    ],
  },
  'peer.online': { type: 'peer.online', peer: id(1), tag: toBase64Url(counting(5, 4)) },
  'peer.offline': { type: 'peer.offline', peer: id(1) },
  relay: { type: 'relay', from: id(1), session: id(2), seq: 3, data: '' },
  refused: { type: 'refused', code: 'limit', message: 'too many rooms' },
  replaced: { type: 'replaced' },
  restarting: { type: 'restarting' },
  ping: { type: 'ping' },
};

const sessionMessages: SampleOfEach<SessionMessage> = {
  hello: {
    type: 'hello',
    version: PROTOCOL_VERSION,
    delivery: id(1),
    generation: 2,
    receiverName: 'Ana “A”',
  },
  description: { type: 'description', generation: 2, round: 3, kind: 'offer', sdp: 'v=0\r\n' },
  candidate: { type: 'candidate', generation: 2, round: 3, ...candidate },
  summary: {
    type: 'summary',
    name: 'Ferien “1” 🌯',
    files: 2,
    bytes: 3,
    senderName: 'Bo \\ "B"',
    note: 'What do you say?',
  },
  wait: { type: 'wait', senderName: 'Bo' },
  'restart.wanted': { type: 'restart.wanted', generation: 2 },
  'reconnect.wanted': { type: 'reconnect.wanted', generation: 2 },
  goodbye: { type: 'goodbye', reason: 'unreachable' },
};

const controlMessages: SampleOfEach<ControlMessage> = {
  offer: { type: 'offer', name: 'Ferien “1” 🌯', files: 2, bytes: 3, pages: 1 },
  page: {
    type: 'page',
    page: 0,
    entries: [
      { kind: 'file', path: 'a/b.txt', size: 3, modified: 4, mediaType: 'text/plain' },
      { kind: 'file', path: 'a/c', size: 0, modified: null, mediaType: '' },
      { kind: 'folder', path: 'd' },
      { kind: 'folder', path: 'e (2)', renamed: true },
      { kind: 'text', path: 'f.txt', size: 5 },
      { kind: 'text', path: 'g_.txt', size: 0, renamed: true },
    ],
  },
  held: { type: 'held', first: 5, leaves: counting(0, 64) },
  leave: {
    type: 'leave',
    ranges: [
      { first: 0, end: 1 },
      { first: 2, end: 4 },
    ],
    more: false,
  },
  accept: { type: 'accept', credit: 6, entries: 5 },
  take: { type: 'take', ranges: [{ first: 2, end: 4 }] },
  taken: { type: 'taken', ranges: [{ first: 2, end: 4 }] },
  give: {
    type: 'give',
    link: formatGift({
      roomBytes: counting(0x10, 16),
      secret: counting(0x20, 16),
      publicKey: counting(0x30, 32),
    }),
  },
  credit: { type: 'credit', upTo: 8, settled: 7 },
  again: { type: 'again', ranges: [{ first: 1, end: 3 }] },
  missing: {
    type: 'missing',
    ranges: [
      { first: 1, end: 3 },
      { first: 5, end: 6 },
    ],
    more: true,
  },
  'file.failed': { type: 'file.failed', file: 1, code: 'source.changed' },
  'file.retried': { type: 'file.retried', file: 1 },
  'file.skip': { type: 'file.skip', file: 1 },
  'file.retry': { type: 'file.retry', file: 1 },
  pause: { type: 'pause', reason: 'disk.full' },
  resume: { type: 'resume' },
  compared: { type: 'compared', pieces: 64 },
  sent: { type: 'sent', digest },
  verified: { type: 'verified', digest },
  complete: { type: 'complete', digest },
  decline: { type: 'decline' },
  cancel: { type: 'cancel' },
  failed: { type: 'failed', code: 'integrity' },
  beat: { type: 'beat' },
  'lane.signals': {
    type: 'lane.signals',
    signals: [
      { type: 'description', lane: 1, kind: 'answer', sdp: 'v=0\r\n' },
      { type: 'candidate', lane: 1, ...candidate },
      { type: 'candidate', lane: 1, candidate: '', mid: null, line: null },
    ],
  },
  'lane.close': { type: 'lane.close', lane: 1, chunks: 2 },
  'lane.closed': { type: 'lane.closed', lane: 1, chunks: 2 },
};

/** Every message on the wire, by its sender and receiver. */
export const messageFormats: Readonly<Record<string, GoldenFormat>> = {
  'client-messages': {
    version: PROTOCOL_VERSION,
    vectors: messageVectors(clientMessages, encodeClientMessage, parseClientMessage),
  },
  'server-messages': {
    version: PROTOCOL_VERSION,
    vectors: messageVectors(serverMessages, encodeServerMessage, parseServerMessage),
  },
  'session-messages': {
    version: PROTOCOL_VERSION,
    vectors: messageVectors(
      sessionMessages,
      (message) => decodeUtf8(encodeSessionMessage(message)),
      (text) => parseSessionMessage(encodeUtf8(text)),
    ),
  },
  'control-messages': {
    version: PROTOCOL_VERSION,
    vectors: messageVectors(controlMessages, encodeControlMessage, parseControlMessage),
  },
};
