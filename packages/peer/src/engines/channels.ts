import { ARRIVED_STEP, chunksInFrame, encodeArrived } from '@burritoshare/core';
import type { ChannelReport, ChannelRequest } from './engine.ts';

export interface ChannelsOptions {
  readonly report: (report: ChannelReport) => void;
  /** Whether to report arrivals to the other side (SPEC.md, F6). */
  readonly acknowledges?: boolean;
  /** Takes one message of a channel; an empty one stands for a message that wasn't binary. */
  readonly onMessage: (channel: number, message: ArrayBuffer) => void;
}

/** The bulk channels of an engine. */
export interface Channels {
  handle(request: ChannelRequest): void;
  /** Undefined once it is closed or released. */
  get(channel: number): RTCDataChannel | undefined;
  /** How many there are. */
  readonly count: number;
}

interface Entry {
  readonly bulk: RTCDataChannel;
  /** Messages that have come. */
  chunks: number;
  /** Bytes that have come and haven't been reported to the other side. */
  untold: number;
  awaited: number | undefined;
}

export function createChannels({
  report,
  acknowledges = false,
  onMessage,
}: ChannelsOptions): Channels {
  const entries = new Map<number, Entry>();

  const reportTaken = (channel: number, { chunks, awaited }: Entry): void => {
    if (awaited !== undefined && chunks >= awaited)
      report({ type: 'chunks.taken', channel, chunks });
  };

  const acknowledge = (entry: Entry, bytes: number): void => {
    entry.untold += bytes;
    if (entry.untold < ARRIVED_STEP || entry.bulk.readyState !== 'open') return;
    entry.bulk.send(encodeArrived(entry.untold));
    entry.untold = 0;
  };

  const release = (channel: number): Entry | undefined => {
    const entry = entries.get(channel);
    entries.delete(channel);
    if (entry !== undefined) {
      const { bulk } = entry;
      bulk.onopen = bulk.onclose = null;
      // Drops the messages that are still on their way, on purpose.
      bulk.onmessage = () => undefined;
    }
    return entry;
  };

  const close = (channel: number): void => {
    const entry = release(channel);
    if (entry !== undefined) report({ type: 'channel.closed', channel, chunks: entry.chunks });
  };

  const adopt = (channel: number, bulk: RTCDataChannel): void => {
    const entry: Entry = { bulk, chunks: 0, untold: 0, awaited: undefined };
    entries.set(channel, entry);
    bulk.binaryType = 'arraybuffer';
    bulk.onmessage = ({ data }: MessageEvent<unknown>) => {
      const message = data instanceof ArrayBuffer ? data : new ArrayBuffer(0);
      entry.chunks += chunksInFrame(new Uint8Array(message));
      onMessage(channel, message);
      if (!entries.has(channel)) return;
      if (acknowledges) acknowledge(entry, message.byteLength);
      reportTaken(channel, entry);
    };
    bulk.onopen = () => {
      report({ type: 'channel.opened', channel });
    };
    bulk.onclose = () => {
      close(channel);
    };
    // The channel may have opened or closed on its way here.
    if (bulk.readyState === 'open') report({ type: 'channel.opened', channel });
    if (bulk.readyState === 'closed') close(channel);
  };

  const awaitChunks = (channel: number, chunks: number): void => {
    const entry = entries.get(channel);
    if (entry === undefined) return;
    entry.awaited = chunks;
    reportTaken(channel, entry);
  };

  return {
    handle(request) {
      switch (request.type) {
        case 'channel.adopt':
          return adopt(request.channel, request.bulk);
        case 'chunks.await':
          return awaitChunks(request.channel, request.chunks);
        case 'channel.close':
          return close(request.channel);
        case 'channel.release':
          release(request.channel);
          return;
        case 'engine.end':
          for (const channel of entries.keys()) release(channel);
          return;
        default:
          return;
      }
    },
    get: (channel) => entries.get(channel)?.bulk,
    get count() {
      return entries.size;
    },
  };
}
