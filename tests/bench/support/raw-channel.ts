import type { Page } from '@playwright/test';

import type { Moment } from './moments.ts';

/** The state of a bare page. */
interface RawPage {
  connection: RTCPeerConnection;
  channel: RTCDataChannel;
  opened: Promise<number>;
  arrived: Promise<number>;
}

type RawWindow = typeof globalThis & { raw: RawPage };

/** A bare connection between two pages, to measure the browser itself. */
export interface RawChannel {
  /** Milliseconds from the offer to the open channel. */
  readonly opening: number;
  /** Sends this many zeros. Resolves with the seconds from the first to the last at the other end. */
  transfer(bytes: number): Promise<number>;
  /**
   * Sends zeros for this many seconds after the first one arrives. The queue then goes on until the channel is closed.
   */
  transferFor(seconds: number): Promise<readonly Moment[]>;
  close(): Promise<void>;
}

/** Connects two pages by one ordered, reliable channel. */
export async function openRawChannel(from: Page, to: Page): Promise<RawChannel> {
  const began = performance.now();
  const offer = await from.evaluate(describeSide, undefined);
  const answer = await to.evaluate(describeSide, offer);
  await from.evaluate((given) => {
    const { raw } = globalThis as RawWindow;
    return raw.connection.setRemoteDescription(JSON.parse(given) as RTCSessionDescriptionInit);
  }, answer);
  for (const page of [from, to])
    await page.evaluate(async () => (globalThis as RawWindow).raw.opened);
  const opening = performance.now() - began;
  return {
    opening,
    async transfer(bytes) {
      await to.evaluate(countTo, bytes);
      const arrived = to.evaluate(async () => (globalThis as RawWindow).raw.arrived);
      await from.evaluate(sendZeros, bytes);
      return (await arrived) / 1000;
    },
    async transferFor(seconds) {
      // The queue of a closed channel never empties, so don't wait for it.
      from.evaluate(sendZeros, Infinity).catch(() => undefined);
      return to.evaluate(countFor, seconds);
    },
    async close() {
      for (const page of [from, to])
        await page.evaluate(() => {
          (globalThis as RawWindow).raw.connection.close();
        });
    },
  };
}

// In the page: makes the connection, and its description with all candidates.
async function describeSide(offer: string | undefined): Promise<string> {
  const connection = new RTCPeerConnection();
  const channel = connection.createDataChannel('raw', { negotiated: true, id: 0 });
  channel.binaryType = 'arraybuffer';
  const opened = new Promise<number>((resolve) => {
    channel.addEventListener('open', () => {
      resolve(performance.now());
    });
  });
  const arrived = Promise.resolve(0);
  (globalThis as RawWindow).raw = { connection, channel, opened, arrived };
  const gathered = new Promise<void>((resolve) => {
    connection.addEventListener('icegatheringstatechange', () => {
      if (connection.iceGatheringState === 'complete') resolve();
    });
  });
  if (offer === undefined) await connection.setLocalDescription(await connection.createOffer());
  else {
    await connection.setRemoteDescription(JSON.parse(offer) as RTCSessionDescriptionInit);
    await connection.setLocalDescription(await connection.createAnswer());
  }
  await gathered;
  return JSON.stringify(connection.localDescription);
}

// In the page: milliseconds from the first message to the last.
function countTo(bytes: number): void {
  const { raw } = globalThis as RawWindow;
  raw.arrived = new Promise((resolve) => {
    let count = 0;
    let first = 0;
    raw.channel.addEventListener('message', function hear({ data }: MessageEvent<ArrayBuffer>) {
      if (count === 0) first = performance.now();
      count += data.byteLength;
      if (count < bytes) return;
      raw.channel.removeEventListener('message', hear);
      resolve(performance.now() - first);
    });
  });
}

// In the page: counts the bytes each half second, from the first message on.
function countFor(seconds: number): Promise<readonly Moment[]> {
  const { channel } = (globalThis as RawWindow).raw;
  return new Promise((resolve) => {
    const moments = [{ seconds: 0, bytes: 0 }];
    let bytes = 0;
    const begin = (): void => {
      const began = performance.now();
      const timer = setInterval(() => {
        const moment = { seconds: (performance.now() - began) / 1000, bytes };
        moments.push(moment);
        if (moment.seconds < seconds) return;
        clearInterval(timer);
        resolve(moments);
      }, 500);
    };
    channel.addEventListener('message', begin, { once: true });
    channel.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
      bytes += data.byteLength;
    });
  });
}

// In the page: keeps the queue between 1 and 4 MiB, as the app does.
async function sendZeros(bytes: number): Promise<void> {
  const { channel } = (globalThis as RawWindow).raw;
  const message = new Uint8Array(16 * 1024);
  channel.bufferedAmountLowThreshold = 1024 * 1024;
  for (let sent = 0; sent < bytes; sent += message.length) {
    if (channel.bufferedAmount > 4 * 1024 * 1024)
      await new Promise((resolve) => {
        channel.addEventListener('bufferedamountlow', resolve, { once: true });
      });
    channel.send(message);
  }
}
