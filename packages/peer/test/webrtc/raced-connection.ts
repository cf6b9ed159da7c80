import { ufragsOf } from '@burritoshare/core';
import { FakePeerConnection, type FakeInternet } from '../../src/testing/index.ts';

const CANDIDATES = 3;

/** A candidate as it is reported and added. Its `sdpMid` names the description that it belongs to. */
export type Told = Pick<RTCIceCandidateInit, 'candidate' | 'sdpMid' | 'sdpMLineIndex'>;

/** A turn to report the next candidate of the description with this fragment. */
interface Turn {
  readonly fragment: string;
}

type Handler = FakePeerConnection['onicecandidate'];

export interface RaceOptions {
  readonly name: string;
  readonly internet: FakeInternet;
  /** Whether the platform says which description a candidate belongs to. */
  readonly saysUfrags: boolean;
  /** The connection was asked for something that a real one would reject or ignore. */
  readonly violated: (what: string) => void;
}

/** A peer connection that holds its caller to more than the W3C's states, and remembers its candidates. */
export class RacedConnection extends FakePeerConnection {
  /** The fragments of the descriptions in force. */
  remote: string | undefined;
  /** Candidates by their description's fragment. */
  readonly added = new Map<string, Told[]>();
  readonly gathered = new Map<string, Told[]>();
  readonly #options: RaceOptions;
  readonly #left = new Map<string, (Told | null)[]>();
  // The fragment of the description whose candidates are being gathered.
  #newest = '';
  #isBusy = false;
  #isSettingRemote = false;

  constructor(options: RaceOptions) {
    super(options.internet, options.name, options.name);
    this.#options = options;
    let handler: Handler = null;
    const tell: NonNullable<Handler> = ({ candidate }) => {
      this.#tellNext((candidate as Turn).fragment, handler);
    };
    Object.defineProperty(this, 'onicecandidate', {
      get: () => tell,
      set: (next: Handler) => {
        handler = next;
      },
    });
  }

  get local(): string | undefined {
    return ufragsOf(this.localDescription?.sdp ?? '')[0];
  }

  override async createOffer(options: RTCOfferOptions = {}): Promise<RTCSessionDescriptionInit> {
    const { iceRestart } = options;
    this.#demand(this.signalingState === 'stable', 'an offer while another one is open');
    this.#demand(iceRestart === (this.remote !== undefined), `iceRestart: ${String(iceRestart)}`);
    return this.#alone('an offer', () => super.createOffer(options));
  }

  override async createAnswer(): Promise<RTCSessionDescriptionInit> {
    const { type, sdp = '' } = await this.#alone('an answer', () => super.createAnswer());
    return { type, sdp: `${sdp}a=answers:${this.remote ?? ''}\r\n` };
  }

  override setLocalDescription(description: RTCSessionDescriptionInit): Promise<void> {
    return this.#alone('a local description', () => super.setLocalDescription(description));
  }

  override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    const { type, sdp = '' } = description;
    const answers = /^a=answers:(\S+)\r$/m.exec(sdp)?.[1];
    this.#demand(
      answers === (type === 'offer' ? undefined : this.local),
      `an answer to ${answers}`,
    );
    this.#isSettingRemote = true;
    await this.#alone(`a remote ${type}`, () => super.setRemoteDescription(description));
    [this.remote] = ufragsOf(sdp);
    this.#isSettingRemote = false;
  }

  override addIceCandidate(candidate: Told): Promise<void> {
    const fragment = candidate.sdpMid ?? undefined;
    // While a local description is being set, an added candidate waits in the connection's chain of operations.
    this.#demand(!this.#isSettingRemote, 'a candidate too early');
    // The end of candidates that all browsers report names no description.
    if (fragment !== undefined) {
      this.#demand(fragment === this.remote, `a candidate of ${fragment}`);
      append(this.added, fragment, candidate);
    }
    return super.addIceCandidate(candidate);
  }

  protected override candidatesOf(fragment: string): readonly Turn[] {
    this.#newest = fragment;
    const usernameFragment = this.#options.saysUfrags ? fragment : null;
    const found = [...Array(CANDIDATES).keys(), undefined].map((line) => ({
      candidate:
        line === undefined
          ? ''
          : `candidate:${line} 1 udp 1 192.0.2.1 40000 typ host ufrag ${fragment}`,
      sdpMid: fragment,
      sdpMLineIndex: 0,
      usernameFragment,
    }));
    const left = [...found, null];
    this.#left.set(fragment, left);
    return left.map(() => ({ fragment }));
  }

  // A description's candidates come in their order, and stop with the next description.
  #tellNext(fragment: string, handler: Handler): void {
    const candidate = this.#left.get(fragment)?.shift() ?? null;
    if (this.#newest !== fragment) return;
    if (candidate !== null) append(this.gathered, fragment, candidate);
    handler?.({ candidate });
  }

  async #alone<T>(what: string, work: () => Promise<T>): Promise<T> {
    this.#demand(this.connectionState !== 'closed', `${what} of a closed connection`);
    this.#demand(!this.#isBusy, `${what} while busy`);
    this.#isBusy = true;
    try {
      return await work();
    } finally {
      this.#isBusy = false;
    }
  }

  #demand(holds: boolean, what: string): void {
    if (!holds) this.#options.violated(`${this.#options.name}: ${what}`);
  }
}

function append(lists: Map<string, Told[]>, key: string, candidate: Told): void {
  lists.set(key, [...(lists.get(key) ?? []), candidate]);
}
