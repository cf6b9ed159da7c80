import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { toBase64Url } from '../../src/bytes.ts';
import { SERVER_MESSAGE_MAX, SIGNAL_BYTES_MAX } from '../../src/constants.ts';
import { RemoteProtocolError } from '../../src/errors.ts';
import {
  encodeClientMessage,
  encodeServerMessage,
  parseClientMessage,
  parseServerMessage,
} from '../../src/protocol/server-messages.ts';
import { clientMessages, serverMessages, texts } from '../../src/testing/arbitraries.ts';
import { mutatedJson } from '../../src/testing/mutated.ts';
import { attempt, misuseOf, refusalOf } from '../support/attempt.ts';

const ID = 'AAAAAAAAAAAAAAAAAAAAAA';
const TOKEN = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const join = { type: 'join', version: 2, role: 'sender', room: ID, token: TOKEN };
const relay = { type: 'relay', to: 'sender', session: ID, seq: 0, data: '' };
const joined = {
  type: 'joined',
  version: 2,
  member: 'sender',
  peers: [],
  tags: [],
  seats: 8,
  iceServers: [],
};

function refusalOfClient(message: unknown): string {
  return refusalOf(() => parseClientMessage(JSON.stringify(message)));
}

function refusalOfServer(message: unknown): string {
  return refusalOf(() => parseServerMessage(JSON.stringify(message)));
}

describe('messages of clients', () => {
  it('S parsing gives back what was encoded', () => {
    fc.assert(
      fc.property(clientMessages, (message) => {
        expect(parseClientMessage(encodeClientMessage(message))).toEqual(message);
      }),
    );
  });

  it('S any text is a message or refused, and a message has one reading', () => {
    const hostile = fc.oneof(
      mutatedJson(clientMessages.map(encodeClientMessage)),
      texts,
      fc.json(),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        const message = attempt(() => parseClientMessage(text));
        if (message instanceof RemoteProtocolError) return;
        expect(parseClientMessage(encodeClientMessage(message))).toEqual(message);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['a room of 15 bytes', { ...join, room: ID.slice(2) }],
    ['a room in a second spelling', { ...join, room: `${ID.slice(1)}B` }],
    ['a room with padding', { ...join, room: `${ID}==` }],
    ['a token of another alphabet', { ...join, token: `+${TOKEN.slice(1)}` }],
    ['a token in a second spelling', { ...join, token: `${TOKEN.slice(1)}B` }],
    ['a token with a line break behind', { ...join, token: `${TOKEN}\n` }],
    ['a third role', { ...join, role: 'observer' }],
    ['no role', { ...join, role: undefined }],
    ['a version that is no whole number', { ...join, version: 1.5 }],
    ['a receiver by no id', { ...relay, to: 'receiver' }],
    ['a list for a receiver', { ...relay, to: ['sender'] }],
    ['a negative seq', { ...relay, seq: -1 }],
    ['a broken seq', { ...relay, seq: 0.5 }],
    ['a seq over 2^53 − 1', { ...relay, seq: 2 ** 53 }],
    ['a seq as text', { ...relay, seq: '0' }],
    ['data of an impossible length', { ...relay, data: 'AAAAA' }],
    ['two characters of data in a second spelling', { ...relay, data: 'AB' }],
    ['three characters of data in a second spelling', { ...relay, data: 'AAB' }],
    ['data of another alphabet', { ...relay, data: 'A+/A' }],
    ['an admission of the sender', { type: 'admit', member: 'sender' }],
    ['a dismissal of nobody', { type: 'dismiss' }],
    ['a message of the server', { type: 'ping' }],
    ['an inherited type', { type: 'constructor' }],
    ['no type', {}],
    ['a list', [join]],
    ['null', null],
  ])('S refuses %s', (_what, message) => {
    expect(refusalOfClient(message)).toBe('malformed');
  });

  it('S refuses −0, which JSON would not preserve', () => {
    const text = JSON.stringify(relay).replace('"seq":0', '"seq":-0');
    expect(refusalOf(() => parseClientMessage(text))).toBe('malformed');
  });

  it('S11 a join of another version can be told from a malformed one', () => {
    for (const version of [1, 3]) {
      expect(parseClientMessage(JSON.stringify({ ...join, version }))).toEqual({
        ...join,
        version,
      });
      expect(refusalOfClient({ type: 'join', version, seat: 'x' })).toBe('version');
      expect(refusalOfClient({ type: 'relay', version })).toBe('malformed');
    }
    expect(refusalOfClient({ type: 'join', version: 2, seat: 'x' })).toBe('malformed');
  });

  it('S takes SIGNAL_BYTES_MAX bytes of data, within a message, and not one more', () => {
    const full = {
      ...relay,
      type: 'relay' as const,
      data: toBase64Url(new Uint8Array(SIGNAL_BYTES_MAX)),
    };
    expect(parseClientMessage(encodeClientMessage(full))).toEqual(full);
    const over = { ...full, data: toBase64Url(new Uint8Array(SIGNAL_BYTES_MAX + 1)) };
    expect(refusalOfClient(over)).toBe('malformed');
  });

  it('S takes texts of SERVER_MESSAGE_MAX characters, and not one more', () => {
    expect(parseClientMessage('{"type":"pong"}'.padEnd(SERVER_MESSAGE_MAX))).toEqual({
      type: 'pong',
    });
    const over = '{"type":"pong"}'.padEnd(SERVER_MESSAGE_MAX + 1);
    expect(refusalOf(() => parseClientMessage(over))).toBe('limit');
  });

  it('S ignores unknown fields, whatever they are called', () => {
    const message = parseClientMessage('{"type":"pong","x":1,"__proto__":{"type":"leave","y":1}}');
    expect(Object.entries(message)).toEqual([['type', 'pong']]);
    expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
  });
});

describe('messages of the server', () => {
  it('S parsing gives back what was encoded', () => {
    fc.assert(
      fc.property(serverMessages, (message) => {
        expect(parseServerMessage(encodeServerMessage(message))).toEqual(message);
      }),
    );
  });

  it('S any text is a message or refused, and a message has one reading', () => {
    const hostile = fc.oneof(
      mutatedJson(serverMessages.map(encodeServerMessage)),
      texts,
      fc.json(),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        const message = attempt(() => parseServerMessage(text));
        if (message instanceof RemoteProtocolError) return;
        expect(parseServerMessage(encodeServerMessage(message))).toEqual(message);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['a member by no id', { ...joined, member: 'me' }],
    ['a peer by no id', { ...joined, peers: ['sender', ''] }],
    ['a peer without a tag', { ...joined, peers: [ID] }],
    ['a tag without a peer', { ...joined, tags: ['AAAAAA'] }],
    ['a tag of 5 bytes', { ...joined, peers: [ID], tags: ['AAAAAAA'] }],
    ['a tag in a second spelling', { ...joined, peers: [ID], tags: ['AAAAAB'] }],
    ['a sender that has no seats to give', { ...joined, seats: 0 }],
    ['a sender that is told of no tags', { ...joined, tags: undefined }],
    ['a receiver that is told of tags', { ...joined, member: ID, seats: undefined }],
    ['a receiver that is told of seats', { ...joined, member: ID, tags: undefined }],
    ['peers that are no list', { ...joined, peers: { length: 1 } }],
    ['an ICE server of another scheme', { ...joined, iceServers: [{ urls: 'https:a' }] }],
    ['an ICE server without URLs', { ...joined, iceServers: [{ urls: [] }] }],
    [
      'a credential that is no text',
      { ...joined, iceServers: [{ urls: 'turn:a', credential: 1 }] },
    ],
    [
      'an ICE URL of great length',
      { ...joined, iceServers: [{ urls: `stun:${'a'.repeat(2000)}` }] },
    ],
    ['an unknown refusal', { type: 'refused', code: 'mood', message: '' }],
    ['a message of a client', { type: 'pong' }],
  ])('S refuses %s', (_what, message) => {
    expect(refusalOfServer(message)).toBe('malformed');
  });

  it('S11 refuses a `joined` of another version', () => {
    for (const version of [1, 3]) {
      expect(refusalOfServer({ ...joined, version })).toBe('version');
      expect(refusalOfServer({ type: 'joined', version })).toBe('version');
    }
  });

  it('S does not make a text over SERVER_MESSAGE_MAX', () => {
    const message = 'x'.repeat(SERVER_MESSAGE_MAX);
    expect(misuseOf(() => encodeServerMessage({ type: 'refused', code: 'limit', message }))).toBe(
      'limit',
    );
    expect(refusalOf(() => parseServerMessage(' '.repeat(SERVER_MESSAGE_MAX + 1)))).toBe('limit');
  });
});
