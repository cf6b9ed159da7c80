import { pathKindOf, type Path, type PathEnd } from '@burritoshare/core';

import { millisecondsOf, selectedPairOf, type Report } from './selected-pair.ts';

/** A path as it looks now. */
export interface SeenPath {
  readonly path: Path;
  /** False if its remote end may turn out to be a host of this network: ICE found it before the other side named it. */
  readonly isCertain: boolean;
}

/** What a connection's two ends are connected by; undefined if the browser doesn't report it. */
export async function pathOf(connection: RTCPeerConnection): Promise<SeenPath | undefined> {
  const { pair, find } = await selectedPairOf(connection);
  const [local, remote] = [find(pair?.localCandidateId), find(pair?.remoteCandidateId)];
  const [here, there] = [endOf(local), endOf(remote)];
  if (here === undefined || there === undefined) return undefined;
  const kind = pathKindOf(here, there);
  return {
    path: {
      kind,
      protocol: (local?.relayProtocol ?? local?.protocol) === 'udp' ? 'udp' : 'tcp',
      roundTrip: millisecondsOf(pair?.currentRoundTripTime),
    },
    isCertain: kind !== 'direct' || there.type !== 'prflx',
  };
}

function endOf(candidate: Report | undefined): PathEnd | undefined {
  if (candidate?.candidateType === undefined) return undefined;
  // Browsers hide an address as null, as an empty text, or in mDNS's name.
  return { type: candidate.candidateType, address: candidate.address || undefined };
}
