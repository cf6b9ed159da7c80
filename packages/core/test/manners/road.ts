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
      const { at, roundTrip, inFlight } = this;
      this.#manners = observe(this.#manners, { at, roundTrip, inFlight });
      this.#asked += intervalOf(this.#manners);
    }
    this.at = end;
  }
}
