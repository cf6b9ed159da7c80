/** One report of a connection's statistics, with the fields that are read. `selected` is Firefox's. */
export interface Report {
  readonly id: string;
  readonly type: string;
  readonly selectedCandidatePairId?: string;
  readonly selected?: boolean;
  readonly currentRoundTripTime?: number;
  readonly totalRoundTripTime?: number;
  readonly responsesReceived?: number;
  readonly localCandidateId?: string;
  readonly remoteCandidateId?: string;
  readonly candidateType?: RTCIceCandidateType;
  readonly address?: string | null;
  readonly protocol?: string;
  readonly relayProtocol?: string;
}

/** A connection's statistics, and the pair of candidates that it uses; undefined if it uses none yet. */
export interface SelectedPair {
  readonly pair: Report | undefined;
  readonly find: (id: string | undefined) => Report | undefined;
}

export async function selectedPairOf(connection: RTCPeerConnection): Promise<SelectedPair> {
  const stats = (await connection.getStats()) as ReadonlyMap<string, Report>;
  const reports = [...stats.values()];
  const selected = reports.find(({ type }) => type === 'transport')?.selectedCandidatePairId;
  const pair = reports.find(
    ({ type, ...report }) =>
      type === 'candidate-pair' && (report.id === selected || report.selected === true),
  );
  return { pair, find: (id) => (id === undefined ? undefined : stats.get(id)) };
}

/** Milliseconds of a reported time; undefined if the browser doesn't report it. */
export function millisecondsOf(seconds: number | undefined): number | undefined {
  return seconds === undefined || !Number.isFinite(seconds) ? undefined : 1000 * seconds;
}
