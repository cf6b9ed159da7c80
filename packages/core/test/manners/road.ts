import { BUFFER_HIGH_BYTES } from '../../src/constants.ts';
import {
  initialManners,
  intervalOf,
  observe,
  shareOf,
  type Share,
} from '../../src/manners/index.ts';

/** A path whose queue holds all that is too much for its link, and a delivery that takes what it may. */
export class Road {
  at = 0;
  /** Milliseconds over empty queues. */
  readonly base: number;
  /** Bytes a second. */
  rate: number;
  /** Milliseconds that somebody else adds to each round trip. */
  extra = 0;
  /** Milliseconds that a busy processor adds to each check, and not to bytes. */
  late = 0;
  #manners = initialManners;
  #asked = 0;

  constructor({ base, rate }: { readonly base: number; readonly rate: number }) {
    this.base = base;
    this.rate = rate;
  }

  get share(): Share {
    return shareOf(this.#manners);
  }

  get inFlight(): number {
    return this.#manners.base === undefined ? 0 : (this.share.inFlight ?? BUFFER_HIGH_BYTES);
  }

  get roundTrip(): number {
    return Math.max(this.base, (this.inFlight * 1000) / this.rate) + this.extra;
  }

  /** Lets milliseconds pass, in which each question finds a check that came back. */
  pass(milliseconds: number): void {
    const end = this.at + milliseconds;
    while (this.#asked <= end) {
      this.at = this.#asked;
      const { at, roundTrip: shortest, inFlight } = this;
      const roundTrip = shortest + this.late;
      const rate = (inFlight * 1000) / shortest;
      this.#manners = observe(this.#manners, { at, roundTrip, shortest, inFlight, rate });
      this.#asked += intervalOf(this.#manners);
    }
    this.at = end;
  }
}
