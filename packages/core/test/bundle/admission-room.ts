import { bundleMachine, type BundleCommand } from '../../src/bundle/index.ts';
import { hear, shakeHands, sharing, type Bundle } from '../support/sender-tab.ts';
import { deliveryId, Stranger } from '../support/stranger.ts';

/** Seats of the tab's room. */
export const SEATS = 8;

/** A sender's tab in a room, and the server's reactions to its messages. */
export class Room {
  readonly bundle: Bundle = sharing(bundleMachine);
  readonly strangers = new Map<number, Stranger>();
  #attempts = 0;

  online(number: number, tag: string): void {
    const { peer } = new Stranger(number);
    this.bundle.send({ type: 'peer.online', peer, tag });
  }

  offline(number: number): void {
    this.bundle.send({ type: 'peer.offline', peer: new Stranger(number).peer });
  }

  /** Comes through the link, up to the hello. */
  hello(
    number: number,
    generation = 1,
  ): { readonly who: Stranger; readonly said: readonly BundleCommand[] } {
    this.#attempts += 1;
    const who = new Stranger(number, this.#attempts);
    this.strangers.set(number, who);
    shakeHands(this.bundle, who);
    return { who, said: hear(this.bundle, who.hello(deliveryId(number), generation)) };
  }

  arrive(number: number, tag: string): readonly BundleCommand[] {
    this.online(number, tag);
    return this.hello(number).said;
  }

  connect(number: number): void {
    this.bundle.send({ type: 'delivery.connected', delivery: deliveryId(number) });
  }

  accept(number: number): void {
    this.connect(number);
    this.bundle.send({ type: 'delivery.accepted', delivery: deliveryId(number) });
  }

  get rows(): readonly number[] {
    return this.bundle.context.deliveries.map(({ id }) => numberOf(id));
  }

  get seated(): number {
    return this.bundle.context.members.filter(({ isAdmitted }) => isAdmitted).length;
  }
}

const numberOf = (id: string): number => Buffer.from(id, 'base64url')[0] ?? 0;

/** The reason why it was sent away, if it was. */
export const reasonOf = ({ who, said }: ReturnType<Room['hello']>): string | undefined => {
  const message = who.understand(said);
  return message.type === 'goodbye' ? message.reason : undefined;
};
