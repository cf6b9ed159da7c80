import { pathKindOf, type Path, type PathEnd } from '@burritoshare/core';

import { millisecondsOf, selectedPairOf, type Report } from './selected-pair.ts';

/** What a connection's two ends are connected by; undefined if the browser doesn't report it. */
export async function pathOf(connection: RTCPeerConnection): Promise<Path | undefined> {
  const { pair, find } = await selectedPairOf(connection);
  const [local, remote] = [find(pair?.localCandidateId), find(pair?.remoteCandidateId)];
  const [here, there] = [endOf(local), endOf(remote)];
  if (here === undefined || there === undefined) return undefined;
  return {
    kind: pathKindOf(here, there),
    protocol: (local?.relayProtocol ?? local?.protocol) === 'udp' ? 'udp' : 'tcp',
    roundTrip: millisecondsOf(pair?.currentRoundTripTime),
  };
}

function endOf(candidate: Report | undefined): PathEnd | undefined {
  if (candidate?.candidateType === undefined) return undefined;
  // Browsers hide an address as null, as an empty text, or in mDNS's name.
  return { type: candidate.candidateType, address: candidate.address || undefined };
}
