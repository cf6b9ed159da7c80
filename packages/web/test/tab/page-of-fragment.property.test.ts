import { createLinkSecrets, formatLink } from '@burritoshare/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { obstacleIn } from '../../src/app/support.ts';
import { fragmentOf, givingFragment, pageOfFragment } from '../../src/tab/page-of-fragment.ts';

function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => index + 1);
}

/** Any UTF-16 code unit, also half of a surrogate pair. */
const codeUnit = fc.nat(0xffff).map((code) => String.fromCharCode(code));

const secrets = createLinkSecrets({ token: bytes(32), secret: bytes(16), privateKey: bytes(32) });
const fragment = new URL(formatLink('https://burrito.example', secrets)).hash;

describe('the address', () => {
  test('without a fragment is the sender’s page', () => {
    expect(pageOfFragment('')).toEqual({ page: 'sender' });
    expect(pageOfFragment('#')).toEqual({ page: 'sender' });
  });

  test('L1: with a link is the receiver’s page of that room', () => {
    const request = pageOfFragment(fragment);
    expect(request.page === 'receiver' && request.link.room).toBe(secrets.room);
  });

  test('L3: a link of another version says so', () => {
    expect(pageOfFragment(`#1.${fragment.slice(5)}`)).toEqual({
      page: 'bad-link',
      reason: 'version',
    });
  });

  test('L3: a link that was cut off anywhere is damaged', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: fragment.length - 1 }), (length) => {
        expect(pageOfFragment(fragment.slice(0, length))).toEqual({
          page: 'bad-link',
          reason: 'damaged',
        });
      }),
    );
  });

  test('B3: of a tab that hands something back names the channel to the other tab, and survives a reload', () => {
    const channel = 'A'.repeat(22);
    const asked = givingFragment(channel);
    expect(pageOfFragment(asked)).toEqual({ page: 'sender', giving: channel });
    expect(fragmentOf(`https://burrito.example/${asked}`)).toBe(asked);
    for (const strange of [
      '#give.',
      `#give.${'A'.repeat(21)}`,
      `${asked}A`,
      '#give',
      `#give.${'B'.repeat(22)}`,
    ])
      expect(pageOfFragment(strange)).toEqual({ page: 'bad-link', reason: 'malformed' });
  });

  test('any other fragment leads to a page, never to an exception', () => {
    fc.assert(
      fc.property(fc.string({ unit: codeUnit, minLength: 1 }), (text) => {
        expect(pageOfFragment(`#${text}`).page).toBe('bad-link');
      }),
    );
  });
});

describe('an obstacle to the app', () => {
  const RTCPeerConnection = Object;

  test('is named before anything starts; the address is checked first', () => {
    expect(obstacleIn({ isSecureContext: true, RTCPeerConnection })).toBeUndefined();
    expect(obstacleIn({ isSecureContext: false, RTCPeerConnection })).toBe('insecure');
    expect(obstacleIn({ isSecureContext: false })).toBe('insecure');
    expect(obstacleIn({ isSecureContext: true })).toBe('no-webrtc');
  });
});
