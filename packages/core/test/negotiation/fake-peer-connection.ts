import type { Scheduler } from 'fast-check';

import type { NegotiationPorts } from '../../src/negotiation/index.ts';
import type { Candidate, Description } from '../../src/protocol/types.ts';
import { lineOf } from '../support/candidate-lines.ts';

const CANDIDATES = 3;

interface Sdp {
  /** Names the description as an ICE user fragment does: no two have the same. */
  readonly fragment: string;
  /** An answer's: the offer that it answers. */
  readonly to?: string;
}

/** What a {@link FakePeerConnection} tells. */
export interface FakeHandlers {
  /** `ufrag` names the candidate's description. */
  gathered(candidate: Candidate, ufrag: string): void;
  /** It was asked for something that a real one would reject. */
  violated(what: string): void;
}

/** A peer connection that takes its time, in the scheduler's order, and holds its caller to the W3C's states. */
export class FakePeerConnection {
  local: string | undefined;
  remote: string | undefined;
  /** Candidates that were added, by their description's fragment. */
  readonly added = new Map<string, Candidate[]>();
  readonly gathered = new Map<string, Candidate[]>();
  readonly #name: string;
  readonly #scheduler: Scheduler;
  readonly #handlers: FakeHandlers;
  #offer: string | undefined;
  #isBusy = false;
  #settingRemote = false;
  #isClosed = false;
  #descriptions = 0;

  constructor(name: string, scheduler: Scheduler, handlers: FakeHandlers) {
    this.#name = name;
    this.#scheduler = scheduler;
    this.#handlers = handlers;
  }

  readonly ports: NegotiationPorts = {
    createOffer: async ({ iceRestart }) => {
      this.#require(!this.#isClosed, 'an offer of a closed connection');
      this.#require(this.#offer === undefined, 'an offer while another one is open');
      this.#require(
        iceRestart === (this.remote !== undefined),
        `iceRestart: ${String(iceRestart)}`,
      );
      const fragment = await this.#setLocal('offer');
      this.#offer = fragment;
      return describe('offer', { fragment });
    },
    acceptOffer: async ({ kind, sdp }) => {
      this.#require(
        kind === 'offer' && this.#offer === undefined,
        `accepting an ${kind} as an offer`,
      );
      this.#require(!this.#isClosed, 'an answer of a closed connection');
      const offer = read(sdp);
      await this.#setRemote('offer', offer.fragment);
      const fragment = await this.#setLocal('answer');
      return describe('answer', { fragment, to: offer.fragment });
    },
    acceptAnswer: async ({ kind, sdp }) => {
      this.#require(!this.#isClosed, 'an answer to a closed connection');
      const answer = read(sdp);
      this.#require(
        kind === 'answer' && answer.to === this.#offer,
        `an ${kind} to ${String(answer.to)}`,
      );
      await this.#setRemote('answer', answer.fragment);
      this.#offer = undefined;
    },
  };

  /** Never throws: a real one's promise would reject, and nobody would look. */
  addCandidate(candidate: Candidate): void {
    const fragment = candidate.mid ?? '';
    // While a local description is set, what is added waits in the connection's chain of operations.
    if (this.#settingRemote) this.#handlers.violated(`${this.#name}: a candidate too early`);
    if (fragment !== this.remote)
      this.#handlers.violated(`${this.#name}: a candidate of ${fragment}`);
    append(this.added, fragment, candidate);
  }

  close(): void {
    this.#isClosed = true;
  }

  async #setLocal(kind: Description['kind']): Promise<string> {
    const fragment = `${this.#name}/${++this.#descriptions}`;
    await this.#work(`set local ${kind}`, () => (this.local = fragment));
    this.#gather(fragment);
    // Its candidates may be told before its promise settles.
    await this.#work(`settle local ${kind}`, () => undefined);
    return fragment;
  }

  async #setRemote(kind: Description['kind'], fragment: string): Promise<void> {
    this.#settingRemote = true;
    await this.#work(`set remote ${kind}`, () => (this.remote = fragment));
    this.#settingRemote = false;
  }

  async #work(label: string, apply: () => void): Promise<void> {
    this.#require(!this.#isBusy, `${label} while busy`);
    this.#isBusy = true;
    await this.#scheduler.schedule(Promise.resolve(), `${this.#name} ${label}`);
    this.#isBusy = false;
    // Closed meanwhile: rejected, and nobody may mind.
    if (this.#isClosed) throw new Error('closed');
    apply();
  }

  // Each description's candidates come later, in their order, and stop with the next description.
  #gather(fragment: string): void {
    let count = 0;
    for (let index = 0; index <= CANDIDATES; index++) {
      void this.#scheduler.schedule(Promise.resolve(), `${fragment} gathers`).then(() => {
        const candidate = count === CANDIDATES ? '' : lineOf(`${count}`);
        this.#tell(fragment, { candidate, mid: fragment, line: count++ });
      });
    }
  }

  #tell(fragment: string, candidate: Candidate): void {
    if (this.#isClosed || this.local !== fragment) return;
    append(this.gathered, fragment, candidate);
    this.#handlers.gathered(candidate, fragment);
  }

  #require(isAllowed: boolean, what: string): void {
    if (isAllowed) return;
    this.#handlers.violated(`${this.#name}: ${what}`);
    throw new Error(what);
  }
}

function describe(kind: Description['kind'], sdp: Sdp): Description {
  return { kind, sdp: `${JSON.stringify(sdp)}\na=ice-ufrag:${sdp.fragment}` };
}

function read(sdp: string): Sdp {
  return JSON.parse(sdp.split('\n')[0] ?? '') as Sdp;
}

function append(lists: Map<string, Candidate[]>, key: string, candidate: Candidate): void {
  lists.set(key, [...(lists.get(key) ?? []), candidate]);
}
