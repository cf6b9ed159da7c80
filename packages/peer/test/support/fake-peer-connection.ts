import { createRandom, type Random, type VirtualNetwork } from '@burritoshare/core/testing';
import { FakeDataChannel, type ChannelSpeed } from './fake-data-channel.ts';
import type { PartyClock } from './party-clock.ts';

/** Connects the peer connections that have each other's descriptions. */
export interface FakeInternet {
  readonly network: VirtualNetwork;
  readonly clock: PartyClock;
  readonly speed: ChannelSpeed;
  /** Milliseconds that an operation of a peer connection takes, drawn anew each time. */
  operationDelay(): number;
  register(connection: FakePeerConnection): string;
  find(fragment: string): FakePeerConnection | undefined;
  /** Without a way between two addresses, no pair of candidates works. */
  readonly hasWay: boolean;
}

/** Makes an internet; `speed` is that of every channel. */
export function createFakeInternet(
  network: VirtualNetwork,
  clock: PartyClock,
  random: Random,
  options: { readonly speed?: Partial<ChannelSpeed>; readonly hasWay?: boolean } = {},
): FakeInternet {
  const connections = new Map<string, FakePeerConnection>();
  const delays = createRandom(random.below(2 ** 32));
  return {
    network,
    clock,
    speed: { delay: 5, jitter: 2, rate: 20_000, ...options.speed },
    hasWay: options.hasWay ?? true,
    operationDelay: () => delays.between(0, 3),
    register(connection) {
      const fragment = `fragment${connections.size}`;
      connections.set(fragment, connection);
      return fragment;
    },
    find: (fragment) => connections.get(fragment),
  };
}

interface Sdp {
  readonly fragment: string;
  readonly fingerprint: string;
}

/** The part of an RTCPeerConnection that the hosts use, held to the W3C's states. */
export class FakePeerConnection {
  onicecandidate: ((event: { readonly candidate: object | null }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  connectionState: RTCPeerConnectionState = 'new';
  signalingState: RTCSignalingState = 'stable';
  localDescription: { readonly type: string; readonly sdp: string } | null = null;
  readonly channels = new Map<number, FakeDataChannel>();
  /** Candidates that were refused. */
  refused = 0;

  readonly fingerprint: string;
  readonly #internet: FakeInternet;
  #fragment = '';
  #remote: Sdp | undefined;
  readonly #candidates = new Set<string>();
  #partner: FakePeerConnection | undefined;

  constructor(internet: FakeInternet, fingerprint: string) {
    this.#internet = internet;
    this.fingerprint = fingerprint;
  }

  createDataChannel(_label: string, { negotiated, id }: RTCDataChannelInit): FakeDataChannel {
    if (negotiated !== true || id === undefined) throw new TypeError('only agreed channels');
    if (this.channels.has(id)) throw new DOMException('the id is taken', 'OperationError');
    const channel = new FakeDataChannel(id);
    this.channels.set(id, channel);
    return channel;
  }

  async createOffer(): Promise<RTCSessionDescriptionInit> {
    await this.#work();
    return { type: 'offer', sdp: this.#describe() };
  }

  async createAnswer(): Promise<RTCSessionDescriptionInit> {
    await this.#work();
    this.#require(this.signalingState === 'have-remote-offer');
    return { type: 'answer', sdp: this.#describe() };
  }

  async setLocalDescription({ type, sdp = '' }: RTCSessionDescriptionInit): Promise<void> {
    await this.#work();
    const isOffer = type === 'offer';
    this.#require(this.signalingState === (isOffer ? 'stable' : 'have-remote-offer'));
    this.signalingState = isOffer ? 'have-local-offer' : 'stable';
    this.localDescription = { type, sdp };
    this.#gather();
    this.#check();
  }

  async setRemoteDescription({ type, sdp = '' }: RTCSessionDescriptionInit): Promise<void> {
    await this.#work();
    const isOffer = type === 'offer';
    this.#require(this.signalingState === (isOffer ? 'stable' : 'have-local-offer'));
    this.#remote = readSdp(sdp);
    this.signalingState = isOffer ? 'have-remote-offer' : 'stable';
    this.#check();
  }

  async addIceCandidate({
    candidate = '',
    sdpMid,
    sdpMLineIndex,
  }: RTCIceCandidateInit): Promise<void> {
    await this.#work();
    const isEnd = candidate === '';
    const isFit = isEnd || (sdpMid ?? sdpMLineIndex ?? null) !== null;
    if (this.#remote === undefined || !isFit || !(isEnd || candidate.startsWith('candidate:'))) {
      this.refused += 1;
      throw new DOMException('no such candidate', 'OperationError');
    }
    if (!isEnd) this.#candidates.add(candidate.slice('candidate:'.length));
    this.#check();
  }

  /** Abrupt: this side's channels are closed without an event, the other side's hear of it. */
  close(): void {
    if (this.connectionState === 'closed') return;
    this.connectionState = 'closed';
    for (const channel of this.channels.values()) channel.drop();
    const partner = this.#partner;
    if (partner === undefined) return;
    this.#internet.clock.setTimeout(() => {
      partner.#leave();
    }, this.#internet.speed.delay);
  }

  /** The path is gone for both, and nobody is told. */
  cut(): void {
    for (const one of [this, this.#partner]) {
      for (const channel of one?.channels.values() ?? []) channel.cut();
    }
    if (this.#partner !== undefined) this.#partner.#partner = undefined;
    this.#partner = undefined;
  }

  /** ICE gives up. */
  fail(): void {
    this.#become('failed');
  }

  /** The end of the other side. */
  get partner(): FakePeerConnection | undefined {
    return this.#partner;
  }

  #leave(): void {
    for (const channel of this.channels.values()) channel.end();
    this.#become('closed');
  }

  #become(state: RTCPeerConnectionState): void {
    if (this.connectionState === 'closed') return;
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  // A promise of a connection that is closed meanwhile never settles.
  async #work(): Promise<void> {
    this.#require(this.connectionState !== 'closed');
    await new Promise<void>((resolve) => {
      this.#internet.clock.setTimeout(() => {
        if (this.connectionState !== 'closed') resolve();
      }, this.#internet.operationDelay());
    });
  }

  #require(isAllowed: boolean): void {
    if (!isAllowed) throw new DOMException('not in this state', 'InvalidStateError');
  }

  #describe(): string {
    if (this.#fragment === '') this.#fragment = this.#internet.register(this);
    return `v=0\r\na=ice-ufrag:${this.#fragment}\r\na=fingerprint:sha-256 ${this.fingerprint}\r\n`;
  }

  #gather(): void {
    const candidate = { candidate: `candidate:${this.#fragment}`, sdpMid: '0', sdpMLineIndex: 0 };
    // Firefox ends a round with an empty candidate, everybody with null.
    for (const one of [candidate, { ...candidate, candidate: '' }, null]) {
      this.#internet.clock.setTimeout(() => {
        if (this.connectionState !== 'closed') this.onicecandidate?.({ candidate: one });
      }, this.#internet.operationDelay());
    }
  }

  #check(): void {
    const other = this.#remote && this.#internet.find(this.#remote.fragment);
    if (other === undefined || this.#partner !== undefined || !this.#internet.hasWay) return;
    if (!this.#knows(other) || !other.#knows(this)) return;
    this.#partner = other;
    other.#partner = this;
    this.#internet.clock.setTimeout(() => {
      this.#meet(other);
    }, this.#internet.speed.delay);
  }

  #knows(other: FakePeerConnection): boolean {
    const isSettled = this.signalingState === 'stable' && this.connectionState !== 'closed';
    return (
      isSettled &&
      this.#remote?.fragment === other.#fragment &&
      this.#candidates.has(other.#fragment)
    );
  }

  // DTLS: each holds the other to the fingerprint of its description.
  #meet(other: FakePeerConnection): void {
    if (this.connectionState === 'closed' || other.connectionState === 'closed') return;
    const isAuthentic =
      this.#remote?.fingerprint === other.fingerprint &&
      other.#remote?.fingerprint === this.fingerprint;
    for (const one of [this, other]) one.#become(isAuthentic ? 'connected' : 'failed');
    if (!isAuthentic) return;
    const { network, speed, clock } = this.#internet;
    for (const [id, mine] of this.channels) {
      const theirs = other.channels.get(id);
      if (theirs === undefined) continue;
      mine.connect(theirs, network, speed);
      theirs.connect(mine, network, speed);
      // One end opens before the other.
      for (const end of [mine, theirs])
        clock.setTimeout(() => end.open(), this.#internet.operationDelay());
    }
  }
}

function readSdp(sdp: string): Sdp {
  const fragment = /^a=ice-ufrag:(\S+)\r$/m.exec(sdp)?.[1];
  const fingerprint = /^a=fingerprint:sha-256 (\S+)\r$/m.exec(sdp)?.[1];
  if (fragment === undefined || fingerprint === undefined) {
    throw new DOMException('not a description', 'OperationError');
  }
  return { fragment, fingerprint };
}
