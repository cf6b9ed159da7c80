import { formatGift } from '@burritoshare/core';
import { afterEach, expect, test } from 'vitest';

import { drawGiftChannel, offerGift, takeGifts } from '../../src/tab/gift-channel.ts';

const giftOf = (number: number): string =>
  formatGift({
    roomBytes: new Uint8Array(16).fill(number),
    secret: new Uint8Array(16),
    publicKey: new Uint8Array(32),
  });

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Offers a link, and waits for the answer. */
function answerTo(channel: string, link: string): Promise<boolean> {
  return new Promise((resolve) => {
    closing.push(offerGift(channel, link, resolve));
  });
}

test('B3: the tab that shares is told whether the other tab could hand the link on', async () => {
  const channel = drawGiftChannel();
  const taken: string[] = [];
  closing.push(
    takeGifts(channel, (link) => {
      taken.push(link);
      return link === giftOf(1);
    }),
  );
  expect(await answerTo(channel, giftOf(1))).toBe(true);
  expect(await answerTo(channel, giftOf(2))).toBe(false);
  expect(taken).toEqual([giftOf(1), giftOf(2)]);
});

test('B1: what is no link is not handed on, and another channel is not heard', async () => {
  const channel = drawGiftChannel();
  const taken: string[] = [];
  closing.push(
    takeGifts(channel, (link) => {
      taken.push(link);
      return true;
    }),
  );
  const stray = new BroadcastChannel(`burritoshare gifts ${channel}`);
  closing.push(() => stray.close());
  for (const said of [
    undefined,
    'gift',
    { type: 'gift' },
    { type: 'gift', link: `https://elsewhere.example/#2.${giftOf(1)}` },
    { type: 'gift', link: giftOf(1).slice(1) },
    { type: 'answer', link: giftOf(1), isTaken: 'yes' },
  ])
    stray.postMessage(said);
  closing.push(offerGift(drawGiftChannel(), giftOf(3), () => undefined));
  // Messages keep their order: this one comes behind the others.
  expect(await answerTo(channel, giftOf(2))).toBe(true);
  expect(taken).toEqual([giftOf(2)]);
});

test('each channel is another one', () => {
  expect(drawGiftChannel()).toMatch(/^[\w-]{22}$/);
  expect(drawGiftChannel()).not.toBe(drawGiftChannel());
});
