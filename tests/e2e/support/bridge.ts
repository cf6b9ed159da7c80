import type { Candidate } from '@burritoshare/core';

/** Two connections of one page, with one certificate. The bridge passes on everything from one to the other. */
export interface Bridge {
  /** The certificate's `a=fingerprint`, spelled as in a description. */
  readonly fingerprint: string;
  /** Every text from the sender on its control channel. */
  readonly heard: readonly string[];
  /** Makes a description to offer to the sender, with all candidates. */
  offer(): Promise<string>;
  takeAnswer(sdp: string): Promise<void>;
  /** Makes a description that answers the receiver's, with all candidates. */
  answer(sdp: string): Promise<string>;
  add(side: 'sender' | 'receiver', candidate: Candidate): void;
}

/** Runs in a page, so it uses nothing from outside of itself. */
export async function buildBridge(): Promise<Bridge> {
  const curve = { name: 'ECDSA', namedCurve: 'P-256' };
  const certificate = await RTCPeerConnection.generateCertificate(curve);

  /** Makes the connection to one of them, with the two channels that both ends expect: control and bulk. */
  const connect = () => {
    const connection = new RTCPeerConnection({ certificates: [certificate] });
    const channels = [0, 1].map((id) => {
      const channel = connection.createDataChannel('', { negotiated: true, id });
      channel.binaryType = 'arraybuffer';
      return channel;
    });
    return { connection, channels, early: [] as Candidate[] };
  };

  const sides = { sender: connect(), receiver: connect() };
  type Side = (typeof sides)['sender'];

  const heard: string[] = [];
  for (const [from, to] of [
    [sides.sender, sides.receiver],
    [sides.receiver, sides.sender],
  ] as const) {
    for (const [id, channel] of from.channels.entries()) {
      const onward = to.channels[id]!;
      const waiting: string[] = [];
      channel.onmessage = ({ data }: MessageEvent<string>) => {
        if (from === sides.sender && typeof data === 'string') heard.push(data);
        if (onward.readyState === 'open') onward.send(data);
        else waiting.push(data);
      };
      onward.addEventListener('open', () => {
        for (const data of waiting) onward.send(data);
      });
    }
  }

  const apply = ({ connection }: Side, { candidate, mid, line }: Candidate) => {
    void connection.addIceCandidate({ candidate, sdpMid: mid, sdpMLineIndex: line });
  };
  const take = async (side: Side, description: RTCSessionDescriptionInit) => {
    await side.connection.setRemoteDescription(description);
    for (const candidate of side.early) apply(side, candidate);
  };
  const describe = async ({ connection }: Side, description: RTCSessionDescriptionInit) => {
    const gathered = new Promise<void>((resolve) => {
      connection.onicegatheringstatechange = () => {
        if (connection.iceGatheringState === 'complete') resolve();
      };
    });
    await connection.setLocalDescription(description);
    await gathered;
    return connection.localDescription!.sdp;
  };

  const print = certificate.getFingerprints()[0]!;
  return {
    fingerprint: `a=fingerprint:${print.algorithm} ${print.value!.toUpperCase()}`,
    heard,
    offer: async () => describe(sides.sender, await sides.sender.connection.createOffer()),
    takeAnswer: (sdp) => take(sides.sender, { type: 'answer', sdp }),
    answer: async (sdp) => {
      await take(sides.receiver, { type: 'offer', sdp });
      return describe(sides.receiver, await sides.receiver.connection.createAnswer());
    },
    add: (which, candidate) => {
      const side = sides[which];
      if (side.connection.remoteDescription === null) side.early.push(candidate);
      else apply(side, candidate);
    },
  };
}
