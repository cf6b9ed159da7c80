import { FakeDataChannel } from './fake-data-channel.ts';
import type { FakeInternet, InternetEnd } from './fake-internet.ts';

interface Sdp {
  readonly fragment: string;
  readonly fingerprint: string;
}

/** Milliseconds without an answer to consent checks after which ICE gives its path up (RFC 7675). */
const CONSENT_TIMEOUT = 30_000;

/** Milliseconds after connecting at which ICE checks the path, and then between two checks, as Chromium does (m). */
const FIRST_CHECKS = [0, 200, 400, 1_400, 2_600];
const CHECK_INTERVAL = 2_500;

/** Milliseconds of silence after which an association is aborted, as Chromium does (m). */
const ABORT_TIMEOUT = 45_000;

/** The two ends of every path: hosts of one network. */
const HOSTS = ['local', 'remote'].map((id) => ({ id, candidateType: 'host', protocol: 'udp' }));

/** The part of an RTCPeerConnection that the hosts use, held to the W3C's states. */
export class FakePeerConnection implements InternetEnd {
  onicecandidate: ((event: { readonly candidate: object | null }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  connectionState: RTCPeerConnectionState = 'new';
  signalingState: RTCSignalingState = 'stable';
  localDescription: { readonly type: string; readonly sdp: string } | null = null;
  readonly channels = new Map<number, FakeDataChannel>();
  /** Candidates that were refused. */
  refused = 0;

  readonly fingerprint: string;
  /** Whose it is: ways are blocked between owners. */
  readonly owner: string;
  readonly #internet: FakeInternet;
  #fragment = '';
  #remote: Sdp | undefined;
  readonly #candidates = new Set<string>();
  #partner: FakePeerConnection | undefined;
  // The two ends' fragments of the path in use.
  #path = '';
  // The path is gone for good: only another one helps.
  #isPathDead = false;
  #hasVanished = false;
  // What ICE's checks have measured, in seconds.
  #checks = { answers: 0, total: 0 };
  #connectedAt = Infinity;
  #silence: number[] = [];

  constructor(internet: FakeInternet, fingerprint: string, owner = '') {
    this.#internet = internet;
    this.fingerprint = fingerprint;
    this.owner = owner;
  }

  createDataChannel(_label: string, { negotiated, id }: RTCDataChannelInit): FakeDataChannel {
    if (negotiated !== true || id === undefined) throw new TypeError('only agreed channels');
    if (this.channels.has(id)) throw new DOMException('the id is taken', 'OperationError');
    const channel = new FakeDataChannel(id);
    this.channels.set(id, channel);
    return channel;
  }

  async createOffer({
    iceRestart = false,
  }: RTCOfferOptions = {}): Promise<RTCSessionDescriptionInit> {
    await this.#work();
    if (iceRestart) this.#fragment = '';
    return { type: 'offer', sdp: this.#describe() };
  }

  async createAnswer(): Promise<RTCSessionDescriptionInit> {
    await this.#work();
    this.#require(this.signalingState === 'have-remote-offer');
    return { type: 'answer', sdp: this.#describe() };
  }

  async setLocalDescription({ type, sdp = '' }: RTCSessionDescriptionInit): Promise<void> {
    await this.#work();
    this.#gather();
    // Chromium has once reported a candidate before this was done, and other browsers always do.
    await this.#work();
    const isOffer = type === 'offer';
    this.#require(this.signalingState === (isOffer ? 'stable' : 'have-remote-offer'));
    this.signalingState = isOffer ? 'have-local-offer' : 'stable';
    this.localDescription = { type, sdp };
    this.#check();
  }

  async setRemoteDescription({ type, sdp = '' }: RTCSessionDescriptionInit): Promise<void> {
    await this.#work();
    const isOffer = type === 'offer';
    this.#require(this.signalingState === (isOffer ? 'stable' : 'have-local-offer'));
    const remote = readSdp(sdp);
    // An ICE restart is answered with new fragments, too.
    if (isOffer && this.#remote !== undefined && this.#remote.fragment !== remote.fragment)
      this.#fragment = '';
    this.#remote = remote;
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
    const fragment = /^candidate:.* ufrag (\S+)$/.exec(candidate)?.[1];
    const isFit = isEnd || (sdpMid ?? sdpMLineIndex ?? null) !== null;
    if (this.#remote === undefined || !isFit || !(isEnd || fragment !== undefined)) {
      this.refused += 1;
      throw new DOMException('no such candidate', 'OperationError');
    }
    if (fragment !== undefined) this.#candidates.add(fragment);
    this.#check();
  }

  /** The round trip as ICE's checks measure it: the path's, and the wait behind what the channels have queued. */
  async getStats(): Promise<ReadonlyMap<string, object>> {
    await this.#work();
    const { delay, rate } = this.#internet.speed;
    const queued = [...this.channels.values()].reduce((sum, one) => sum + one.bufferedAmount, 0);
    const currentRoundTripTime = (2 * delay + queued / rate) / 1000;
    const answers = checksIn(this.#internet.clock.now() - this.#connectedAt);
    const news = Math.max(0, answers - this.#checks.answers);
    this.#checks = { answers, total: this.#checks.total + news * currentRoundTripTime };
    const pair = {
      id: this.#path,
      type: 'candidate-pair',
      selected: true,
      currentRoundTripTime,
      totalRoundTripTime: this.#checks.total,
      responsesReceived: answers,
      localCandidateId: 'local',
      remoteCandidateId: 'remote',
    };
    return new Map([pair, ...HOSTS].map((one) => [one.id, one]));
  }

  /** Closes abruptly: this side's channels close without an event, the other side's with one. */
  close(): void {
    if (this.connectionState === 'closed') return;
    this.#finish();
    const partner = this.#partner;
    if (partner === undefined || this.#internet.isBlocked(this.owner, partner.owner)) return;
    this.#internet.clock.setTimeout(() => {
      partner.#leave();
    }, this.#internet.speed.delay);
  }

  /** Its process is gone: the other side hears nothing of it. */
  vanish(): void {
    if (this.connectionState === 'closed') return;
    this.#hasVanished = true;
    this.#finish();
    this.#partner?.look();
  }

  /** The path is gone for both, and nobody is told. An ICE restart finds another. */
  cut(): void {
    for (const one of [this, this.#partner]) {
      if (one === undefined) continue;
      one.#isPathDead = true;
      one.look();
    }
  }

  /** ICE gives up the path. */
  fail(): void {
    this.cut();
    this.#become('failed');
  }

  /** The other side's connection. */
  get partner(): FakePeerConnection | undefined {
    return this.#partner;
  }

  /** Looks again which ways are open. */
  look(): void {
    const partner = this.#partner;
    if (this.connectionState === 'closed') return;
    if (partner === undefined) return this.#check();
    const isGone = this.#isPathDead || partner.#hasVanished;
    const isOutCut = isGone || this.#internet.isBlocked(this.owner, partner.owner);
    const isInCut = isGone || this.#internet.isBlocked(partner.owner, this.owner);
    for (const channel of this.channels.values()) {
      if (isOutCut) channel.cut();
      else channel.heal();
    }
    if (isOutCut || isInCut) this.#awaitConsent();
    else this.#consented();
    // Another path may be known already.
    if (this.#isPathDead) this.#check();
  }

  /** The candidates gathered for a description with this fragment; each is reported at a time of its own. */
  protected candidatesOf(fragment: string): readonly (object | null)[] {
    const line = `candidate:1 1 udp 1 192.0.2.1 40000 typ host ufrag ${fragment}`;
    const candidate = { candidate: line, sdpMid: '0', sdpMLineIndex: 0 };
    // Firefox ends a round with an empty candidate, everybody with null.
    return [candidate, { ...candidate, candidate: '' }, null];
  }

  #finish(): void {
    this.connectionState = 'closed';
    this.#stopSilence();
    for (const channel of this.channels.values()) channel.drop();
  }

  #leave(): void {
    for (const channel of this.channels.values()) channel.end();
    this.#stopSilence();
    this.#become('closed');
  }

  #awaitConsent(): void {
    if (this.#silence.length > 0) return;
    const { clock } = this.#internet;
    this.#silence = [
      clock.setTimeout(() => this.#become('failed'), CONSENT_TIMEOUT),
      clock.setTimeout(() => {
        this.#silence = [];
        for (const channel of this.channels.values()) channel.end();
      }, ABORT_TIMEOUT),
    ];
  }

  #consented(): void {
    this.#stopSilence();
    if (this.connectionState === 'failed') this.#become('connected');
  }

  #stopSilence(): void {
    for (const timer of this.#silence) this.#internet.clock.clearTimeout(timer);
    this.#silence = [];
  }

  #become(state: RTCPeerConnectionState): void {
    if (this.connectionState === 'closed') return;
    this.connectionState = state;
    if (state === 'connected')
      this.#connectedAt = Math.min(this.#connectedAt, this.#internet.clock.now());
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
    for (const one of this.candidatesOf(this.#fragment)) {
      this.#internet.clock.setTimeout(() => {
        if (this.connectionState !== 'closed') this.onicecandidate?.({ candidate: one });
      }, this.#internet.operationDelay());
    }
  }

  #check(): void {
    const other = this.#remote && this.#internet.find(this.#remote.fragment);
    if (!(other instanceof FakePeerConnection)) return;
    if (!this.#knows(other) || !other.#knows(this)) return;
    if (!this.#hasWayTo(other)) return;
    const path = [this.#fragment, other.#fragment].toSorted().join(' ');
    if (this.#path === path) return;
    for (const one of [this, other]) one.#path = path;
    this.#internet.clock.setTimeout(() => {
      this.#meet(other);
    }, this.#internet.speed.delay);
  }

  #hasWayTo(other: FakePeerConnection): boolean {
    const { internet, one, two } = { internet: this.#internet, one: this.owner, two: other.owner };
    return internet.hasWay && !internet.isBlocked(one, two) && !internet.isBlocked(two, one);
  }

  #knows(other: FakePeerConnection): boolean {
    const isSettled = this.signalingState === 'stable' && this.connectionState !== 'closed';
    return (
      isSettled &&
      this.#remote?.fragment === other.#fragment &&
      this.#candidates.has(other.#fragment)
    );
  }

  // DTLS: each end checks the other against the fingerprint in its description.
  #meet(other: FakePeerConnection): void {
    if (this.connectionState === 'closed' || other.connectionState === 'closed') return;
    const isAuthentic =
      this.#remote?.fingerprint === other.fingerprint &&
      other.#remote?.fingerprint === this.fingerprint;
    const isNew = this.#partner === undefined;
    if (isAuthentic && isNew) this.#join(other);
    for (const one of [this, other]) {
      one.#isPathDead = false;
      one.#become(isAuthentic ? 'connected' : 'failed');
    }
    for (const one of [this, other]) one.look();
  }

  #join(other: FakePeerConnection): void {
    this.#partner = other;
    other.#partner = this;
    const { network, clock } = this.#internet;
    const speed = () => this.#internet.speed;
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

/** How many checks there have been so many milliseconds after connecting. */
function checksIn(milliseconds: number): number {
  const first = FIRST_CHECKS.filter((at) => at <= milliseconds).length;
  const later = Math.floor((milliseconds - Math.max(...FIRST_CHECKS)) / CHECK_INTERVAL);
  return first + (later > 0 ? later : 0);
}

function readSdp(sdp: string): Sdp {
  const fragment = /^a=ice-ufrag:(\S+)\r$/m.exec(sdp)?.[1];
  const fingerprint = /^a=fingerprint:sha-256 (\S+)\r$/m.exec(sdp)?.[1];
  if (fragment === undefined || fingerprint === undefined) {
    throw new DOMException('not a description', 'OperationError');
  }
  return { fragment, fingerprint };
}
