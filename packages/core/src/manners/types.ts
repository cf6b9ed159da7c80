/** What a host has measured since it asked last. */
export interface RoundTripSample {
  /** Milliseconds on the host's clock. */
  readonly at: number;
  /** Milliseconds: the shortest of the round trips that are new. A queue makes all of them long. */
  readonly roundTrip: number;
  /** Milliseconds: the one in the middle, which says more where a short queue fills and empties; the shortest if not given. */
  readonly typical?: number | undefined;
  /** Bytes that the delivery has in flight on all lanes. */
  readonly inFlight: number;
  /** Milliseconds of the shortest time in which bytes arrived lately; undefined if none did. */
  readonly shortest?: number | undefined;
  /** Bytes that arrived in a second; undefined if it is unknown. */
  readonly rate?: number | undefined;
}

/** What a host has seen of the bytes that arrived in some time. */
export interface ArrivalSample {
  /** Milliseconds on the host's clock: the begin of that time. */
  readonly at: number;
  /** Milliseconds: the longest round trip on any lane, from handing a message over to the report of its arrival. */
  readonly longest: number;
  /** Bytes that arrived in a second. */
  readonly rate: number;
}

/** What a delivery takes of a path that others use as well. */
export interface Manners {
  /** Milliseconds of the shortest round trip on this path, that of empty queues; undefined if none is known. */
  readonly base: number | undefined;
  /** Bytes that all lanes together may have in flight; undefined for no limit of this kind. */
  readonly limit: number | undefined;
  readonly stage: Stage;
  /** Milliseconds on the host's clock. What was measured before tells of an earlier limit. */
  readonly settlesAt: number;
  /** Since when about as much is in flight as may be, on the same clock; undefined if it is less. */
  readonly fullSince: number | undefined;
  /** Samples in a row that were longer than half of what is too much. */
  readonly doubts: number;
  /** Milliseconds for which round trips are ignored the next time that giving way is of no use. */
  readonly patience: number;
}

export type Stage =
  /** Nothing has grown yet: the limit doubles. */
  | {
      readonly name: 'starting';
      /** What there was before it doubled last. */
      readonly before?: { readonly limit: number; readonly rate: number };
    }
  /** The limit is near what the path takes: it grows by steps. */
  | { readonly name: 'steady' }
  /** The round trip was too long at `roundTrip` milliseconds, with so many bytes in flight. */
  | {
      readonly name: 'giving';
      readonly roundTrip: number;
      readonly inFlight: number;
      /** The limit to go back to. */
      readonly before: number | undefined;
    }
  /** The round trip is too long and has another cause than this delivery, so it tells nothing until then. */
  | { readonly name: 'ignoring'; readonly until: number };

/** What may be in flight, and on how many lanes. */
export interface Share {
  /** Bytes; undefined for no limit of this kind. */
  readonly inFlight: number | undefined;
  readonly lanes: number;
}
