import type { Page } from '@playwright/test';

import type { Moment } from './moments.ts';

/** The state of a bare page. */
interface RawPage {
  connections: RTCPeerConnection[];
  channels: RTCDataChannel[];
  opened: Promise<unknown>;
  arrived: Promise<number>;
}

type RawWindow = typeof globalThis & { raw: RawPage };

/** What a bare page does. */
export interface RawOptions {
  /** Connections, with a channel each. */
  readonly lanes?: number;
  /** Bytes of a message. */
  readonly message?: number;
}

/** Bytes that a bare page keeps queued on a single channel, as the app did, and on each of several. */
const QUEUED = { alone: 4 * 1024 * 1024, each: 256 * 1024 } as const;

/** Bare connections between two pages, to measure the browser itself. */
export interface RawChannel {
  /** Milliseconds from the offers to the open channels. */
  readonly opening: number;
  /** Sends this many zeros. Resolves with the seconds from the first to the last at the other end. */
  transfer(bytes: number): Promise<number>;
  /**
   * Sends zeros for this many seconds after the first one arrives. The queue then goes on until the channel is closed.
   */
  transferFor(seconds: number): Promise<readonly Moment[]>;
  close(): Promise<void>;
}

/** Connects two pages by ordered, reliable channels. */
export async function openRawChannel(
  from: Page,
  to: Page,
  { lanes = 1, message = 16 * 1024 }: RawOptions = {},
): Promise<RawChannel> {
  const began = performance.now();
  const offers = await from.evaluate(describeSide, { lanes });
  const answers = await to.evaluate(describeSide, { lanes, offers });
  await from.evaluate((given) => {
    const { raw } = globalThis as RawWindow;
    return Promise.all(
      raw.connections.map((connection, lane) =>
        connection.setRemoteDescription(JSON.parse(given[lane]!) as RTCSessionDescriptionInit),
      ),
    );
  }, answers);
  for (const page of [from, to])
    await page.evaluate(async () => void (await (globalThis as RawWindow).raw.opened));
  const opening = performance.now() - began;
  const flow = (bytes: number): Parameters<typeof sendZeros>[0] => ({
    bytes,
    message,
    queued: lanes === 1 ? QUEUED.alone : QUEUED.each,
  });
  return {
    opening,
    async transfer(bytes) {
      await to.evaluate(countTo, bytes);
      const arrived = to.evaluate(async () => (globalThis as RawWindow).raw.arrived);
      await from.evaluate(sendZeros, flow(bytes));
      return (await arrived) / 1000;
    },
    async transferFor(seconds) {
      // The queue of a closed channel never empties, so don't wait for it.
      from.evaluate(sendZeros, flow(Infinity)).catch(() => undefined);
      return to.evaluate(countFor, seconds);
    },
    async close() {
      for (const page of [from, to])
        await page.evaluate(() => {
          for (const connection of (globalThis as RawWindow).raw.connections) connection.close();
        });
    },
  };
}

// In the page: makes the connections, and their descriptions with all candidates.
async function describeSide({
  lanes,
  offers,
}: {
  readonly lanes: number;
  readonly offers?: readonly string[];
}): Promise<string[]> {
  const connections = Array.from({ length: lanes }, () => new RTCPeerConnection());
  const channels = connections.map((connection) =>
    connection.createDataChannel('raw', { negotiated: true, id: 0 }),
  );
  const opened = Promise.all(
    channels.map((channel) => {
      channel.binaryType = 'arraybuffer';
      return new Promise((resolve) => channel.addEventListener('open', resolve));
    }),
  );
  (globalThis as RawWindow).raw = { connections, channels, opened, arrived: Promise.resolve(0) };
  return Promise.all(
    connections.map(async (connection, lane) => {
      const gathered = new Promise<void>((resolve) => {
        connection.addEventListener('icegatheringstatechange', () => {
          if (connection.iceGatheringState === 'complete') resolve();
        });
      });
      const offer = offers?.[lane];
      if (offer !== undefined)
        await connection.setRemoteDescription(JSON.parse(offer) as RTCSessionDescriptionInit);
      await connection.setLocalDescription();
      await gathered;
      return JSON.stringify(connection.localDescription);
    }),
  );
}

// In the page: milliseconds from the first message to the last.
function countTo(bytes: number): void {
  const { raw } = globalThis as RawWindow;
  raw.arrived = new Promise((resolve) => {
    let count = 0;
    let first = 0;
    const hear = ({ data }: MessageEvent<ArrayBuffer>): void => {
      if (count === 0) first = performance.now();
      count += data.byteLength;
      if (count < bytes) return;
      for (const channel of raw.channels) channel.removeEventListener('message', hear);
      resolve(performance.now() - first);
    };
    for (const channel of raw.channels) channel.addEventListener('message', hear);
  });
}

// In the page: counts the bytes each half second, from the first message on.
function countFor(seconds: number): Promise<readonly Moment[]> {
  const { channels } = (globalThis as RawWindow).raw;
  return new Promise((resolve) => {
    const moments = [{ seconds: 0, bytes: 0 }];
    let bytes = 0;
    let began: number | undefined;
    const begin = (): void => {
      const since = (began = performance.now());
      const timer = setInterval(() => {
        const moment = { seconds: (performance.now() - since) / 1000, bytes };
        moments.push(moment);
        if (moment.seconds < seconds) return;
        clearInterval(timer);
        resolve(moments);
      }, 500);
    };
    for (const channel of channels)
      channel.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
        if (began === undefined) begin();
        bytes += data.byteLength;
      });
  });
}

// In the page: each channel keeps its queue between a quarter of `queued` and all of it.
async function sendZeros({
  bytes,
  message: length,
  queued,
}: {
  readonly bytes: number;
  readonly message: number;
  readonly queued: number;
}): Promise<void> {
  const { channels } = (globalThis as RawWindow).raw;
  const message = new Uint8Array(length);
  let sent = 0;
  await Promise.all(
    channels.map(async (channel) => {
      channel.bufferedAmountLowThreshold = queued / 4;
      for (; sent < bytes; sent += message.length) {
        if (channel.bufferedAmount > queued)
          await new Promise((resolve) => {
            channel.addEventListener('bufferedamountlow', resolve, { once: true });
          });
        channel.send(message);
      }
    }),
  );
}
