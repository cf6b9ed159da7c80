import { millisecondsOf, selectedPairOf } from './selected-pair.ts';

/** ICE's checks of a connection's path, of which each was answered after a round trip. */
export interface PathChecks {
  /** Tells the path from others of the same connection. */
  readonly pair: string;
  /** Milliseconds of the latest round trip. */
  readonly latest: number;
  /** How many were answered, and their milliseconds in all; undefined if the browser doesn't report it. */
  readonly answers: number | undefined;
  readonly total: number | undefined;
}

/** What a connection's checks have measured; undefined if the browser doesn't report it. */
export async function checksOf(connection: RTCPeerConnection): Promise<PathChecks | undefined> {
  const { pair } = await selectedPairOf(connection);
  const latest = millisecondsOf(pair?.currentRoundTripTime);
  if (pair === undefined || latest === undefined) return undefined;
  return {
    pair: pair.id,
    latest,
    answers: pair.responsesReceived,
    total: millisecondsOf(pair.totalRoundTripTime),
  };
}

/** Milliseconds of the latest round trip on a connection's path; undefined if the browser doesn't report it. */
export async function roundTripOf(connection: RTCPeerConnection): Promise<number | undefined> {
  return (await checksOf(connection))?.latest;
}
