import { fromPromise } from 'xstate';
import type { Description } from '../protocol/types.ts';
import { negotiationMachine } from './machine.ts';

/**
 * The work that a peer connection does for its negotiation. Each promise may reject; the negotiation then fails. A
 * local description's candidates may be reported before its promise has settled.
 */
export interface NegotiationPorts {
  /** Creates an offer and sets it as the local description. */
  createOffer(input: { readonly iceRestart: boolean }): Promise<Description>;
  /** Sets the remote offer, creates the answer and sets it as the local description. */
  acceptOffer(offer: Description): Promise<Description>;
  /** Sets the remote answer. */
  acceptAnswer(answer: Description): Promise<void>;
}

/** The negotiation machine with its work supplied. A missing port fails to compile. */
export function provideNegotiation(ports: NegotiationPorts): typeof negotiationMachine {
  return negotiationMachine.provide({
    actors: {
      createOffer: fromPromise(({ input }) => ports.createOffer(input)),
      acceptOffer: fromPromise(({ input }) => ports.acceptOffer(input)),
      acceptAnswer: fromPromise(({ input }) => ports.acceptAnswer(input)),
    },
  });
}
