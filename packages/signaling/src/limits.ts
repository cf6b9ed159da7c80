/** Limits how often something may happen, with a reserve for bursts. */
export interface TokenBucket {
  /** Takes a token and returns 0; without one, returns the milliseconds until the next. */
  take(): number;
  /** Whether the bucket is full, so that a new one would do the same. */
  isFull(): boolean;
}

export interface TokenBucketOptions {
  /** Tokens that it holds at most, and at the start. */
  readonly capacity: number;
  readonly tokensPerSecond: number;
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
}

/** A token that came in fractions may sum to a little less than 1. */
const WHOLE = 1 - 1e-9;

export function createTokenBucket(options: TokenBucketOptions): TokenBucket {
  const { capacity, tokensPerSecond, now } = options;
  let tokens = capacity;
  let filledAt = now();
  const fill = (): void => {
    const time = now();
    tokens = Math.min(capacity, tokens + ((time - filledAt) / 1000) * tokensPerSecond);
    filledAt = time;
  };
  return {
    take() {
      fill();
      if (tokens < WHOLE) return Math.ceil(((1 - tokens) / tokensPerSecond) * 1000);
      tokens = Math.max(0, tokens - 1);
      return 0;
    },
    isFull() {
      fill();
      return tokens >= capacity;
    },
  };
}

/** Counts the sockets and the new rooms of each address. */
export interface AddressLimits {
  /** Whether one more socket may be opened. */
  hasRoomForSocket(address: string): boolean;
  /** Counts a socket until the returned function is called; undefined if there are too many. */
  openSocket(address: string): (() => void) | undefined;
  /** Counts a new room; false if there were too many within the last hour. */
  openRoom(address: string): boolean;
}

export interface AddressLimitsOptions {
  readonly socketsMax: number;
  readonly roomsPerHour: number;
  readonly now: () => number;
  /**
   * Addresses whose rooms are counted at once. A client with very many addresses can push older ones out, whose count
   * then starts at 0. The server's own cap on rooms still holds.
   */
  readonly addressesMax: number;
}

export function createAddressLimits(options: AddressLimitsOptions): AddressLimits {
  const { socketsMax, roomsPerHour, now, addressesMax } = options;
  const sockets = new Map<string, number>();
  const rooms = new Map<string, TokenBucket>();
  const count = (address: string): number => sockets.get(address) ?? 0;
  const close = (address: string): void => {
    if (count(address) > 1) sockets.set(address, count(address) - 1);
    else sockets.delete(address);
  };
  return {
    hasRoomForSocket: (address) => count(address) < socketsMax,
    openSocket(address) {
      if (count(address) >= socketsMax) return undefined;
      sockets.set(address, count(address) + 1);
      let release = (): void => close(address);
      return () => {
        release();
        release = () => {};
      };
    },
    openRoom(address) {
      const known = rooms.get(address);
      if (known !== undefined) return known.take() === 0;
      if (rooms.size >= addressesMax) forget(rooms);
      const bucket = createTokenBucket({
        capacity: roomsPerHour,
        tokensPerSecond: roomsPerHour / 3600,
        now,
      });
      rooms.set(address, bucket);
      return bucket.take() === 0;
    },
  };
}

function forget(buckets: Map<string, TokenBucket>): void {
  const before = buckets.size;
  for (const [address, bucket] of buckets) if (bucket.isFull()) buckets.delete(address);
  if (buckets.size < before) return;
  const [oldest] = buckets.keys();
  if (oldest !== undefined) buckets.delete(oldest);
}
