/**
 * Milliseconds of a round trip on a connection's path, as the browser measured it last with ICE's own checks; undefined
 * if the browser doesn't report it.
 */
export async function roundTripOf(connection: RTCPeerConnection): Promise<number | undefined> {
  const stats = await connection.getStats();
  const reports = [...(stats as ReadonlyMap<string, Report>).values()];
  const selected = reports.find(({ type }) => type === 'transport')?.selectedCandidatePairId;
  const pair = reports.find(
    ({ type, ...report }) =>
      type === 'candidate-pair' && (report.id === selected || report.selected === true),
  );
  const seconds = pair?.currentRoundTripTime;
  return seconds === undefined || !Number.isFinite(seconds) ? undefined : 1000 * seconds;
}

// The fields that are read. `selected` is Firefox's.
interface Report {
  readonly id: string;
  readonly type: string;
  readonly selectedCandidatePairId?: string;
  readonly selected?: boolean;
  readonly currentRoundTripTime?: number;
}
