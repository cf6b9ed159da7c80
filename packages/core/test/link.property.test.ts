import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { fromBase64Url, toBase64Url } from '../src/bytes.ts';
import { RemoteProtocolError } from '../src/errors.ts';
import {
  createLinkSecrets,
  formatLink,
  memberOf,
  parseLink,
  roomOf,
} from '../src/protocol/link.ts';
import { base64UrlOf, bytesOf, mutations, texts } from '../src/testing/arbitraries.ts';
import { mutateText } from '../src/testing/mutations.ts';
import { attempt, misuseOf, refusalOf } from './support/attempt.ts';

const drawn = fc.record({ token: bytesOf(32), secret: bytesOf(16), privateKey: bytesOf(32) });
const body = 'A'.repeat(86);

function sha256(prefix: string, bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(prefix, 'utf8').update(bytes).digest());
}

// Node's own X25519, from the key in the shape of RFC 8410.
function publicKeyOf(privateKey: Uint8Array): string | undefined {
  const der = Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), privateKey]);
  const key = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  return key.export({ format: 'jwk' }).x;
}

describe('links', () => {
  it('L1 what a sender hands out is what a receiver reads', () => {
    fc.assert(
      fc.property(drawn, (bytes) => {
        const secrets = createLinkSecrets(bytes);
        const link = parseLink(formatLink('https://share.example', secrets));
        expect(link.room).toBe(secrets.room);
        expect(toBase64Url(link.roomBytes)).toBe(secrets.room);
        expect(link.secret).toEqual(bytes.secret);
        expect(toBase64Url(link.publicKey)).toBe(publicKeyOf(bytes.privateKey));
        expect(secrets.token).toEqual(bytes.token);
      }),
    );
  });

  it('L1 a link is an origin and 86 characters', () => {
    const bytes = {
      token: new Uint8Array(32),
      secret: new Uint8Array(16),
      privateKey: new Uint8Array(32).fill(1),
    };
    const secrets = createLinkSecrets(bytes);
    const link = formatLink('https://share.example', secrets);
    expect(link).toMatch(/^https:\/\/share\.example\/#1\.[\w-]{86}$/);
    expect(formatLink('https://share.example/', secrets)).toBe(link);
  });

  it('L2 the room is the hash of the token', () => {
    fc.assert(
      fc.property(bytesOf(32), (token) => {
        expect(roomOf(token)).toEqual(sha256('burritoshare seat', token).slice(0, 16));
      }),
    );
  });

  it('S3 the member id is another hash of the token', () => {
    fc.assert(
      fc.property(bytesOf(32), (token) => {
        expect(memberOf(token)).toEqual(sha256('burritoshare member', token).slice(0, 16));
      }),
    );
  });

  it('L1 lengths other than those are misuse', () => {
    const right = {
      token: new Uint8Array(32),
      secret: new Uint8Array(16),
      privateKey: new Uint8Array(32),
    };
    expect(misuseOf(() => createLinkSecrets({ ...right, token: new Uint8Array(31) }))).toBe(
      'argument',
    );
    expect(misuseOf(() => createLinkSecrets({ ...right, secret: new Uint8Array(17) }))).toBe(
      'argument',
    );
    expect(misuseOf(() => createLinkSecrets({ ...right, privateKey: new Uint8Array(0) }))).toBe(
      'argument',
    );
    expect(misuseOf(() => memberOf(new Uint8Array(33)))).toBe('argument');
  });

  it('L1 reads a URL, a fragment, and what is behind the #, with white space around', () => {
    fc.assert(
      fc.property(base64UrlOf(64), (text) => {
        const room = toBase64Url(fromBase64Url(text).slice(0, 16));
        const forms = [
          `1.${text}`,
          `#1.${text}`,
          `https://share.example/#1.${text}`,
          `HTTP://localhost:8080/a/b?c=d#1.${text}`,
          `  \n#1.${text}\t`,
        ];
        expect(forms.map((form) => parseLink(form).room)).toEqual(forms.map(() => room));
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['a URL without a fragment', 'https://share.example/'],
    ['a character less', `#1.${body.slice(1)}`],
    ['a character more', `#1.${body}A`],
    ['a second spelling', `#1.${body.slice(1)}B`],
    ['padding', `#1.${body}==`],
    ['another alphabet', `#1.+${body.slice(1)}`],
    ['white space within', `#1. ${body}`],
    ['a line break within', `https://share.example/#1.${body.slice(1)}\nA`],
    ['text in front', `see https://share.example/#1.${body}`],
    ['text behind', `#1.${body} thanks`],
    ['another scheme', `javascript:alert(1)#1.${body}`],
    ['two fragments', `https://share.example/#x#1.${body}`],
    ['no version', `#${body}`],
    ['version 0', `#0.${body}`],
    ['a version with a zero in front', `#01.${body}`],
  ])('L3 refuses %s', (_what, text) => {
    expect(refusalOf(() => parseLink(text))).toBe('malformed');
  });

  it('L3 refuses another version as that, whatever it holds', () => {
    expect(refusalOf(() => parseLink(`#2.${body}`))).toBe('version');
    expect(refusalOf(() => parseLink('https://share.example/#10.shorter~and+other'))).toBe(
      'version',
    );
  });

  it('L3 any text is a link or refused, and a link has one spelling', () => {
    const mutated = fc
      .tuple(base64UrlOf(64), mutations)
      .map(([text, changes]) => mutateText(`https://share.example/#1.${text}`, changes));
    fc.assert(
      fc.property(fc.oneof(mutated, texts), (text) => {
        const link = attempt(() => parseLink(text));
        if (link instanceof RemoteProtocolError) return;
        const bytes = Buffer.concat([link.roomBytes, link.secret, link.publicKey]);
        expect(text.trim().endsWith(`1.${bytes.toString('base64url')}`)).toBe(true);
        expect(bytes.length).toBe(64);
      }),
      { numRuns: 1000 },
    );
  });
});
