// The sender's tab in a room, and its reactions to peers that come through the link.
import { expect } from 'vitest';

import { fromBase64Url, toBase64Url } from '../../src/bytes.ts';
import { bundleMachine, type BundleCommand, type BundleEvent } from '../../src/bundle/index.ts';
import { RECEIVERS_MAX } from '../../src/constants.ts';
import type { Envelope } from '../../src/protocol/envelope.ts';
import { Stepper } from './stepper.ts';
import { DRAWN, freshEphemeral, type Stranger } from './stranger.ts';

export const CHOSEN: BundleEvent = {
  type: 'files.chosen',
  name: 'bundle',
  entries: [{ kind: 'file', path: 'a', size: 1, modified: null, mediaType: '' }],
};

export type Bundle = Stepper<typeof bundleMachine>;

/** A tab that has chosen files, drawn its secrets and joined. */
export function sharing(machine: typeof bundleMachine): Bundle {
  const bundle = new Stepper(machine, undefined);
  bundle.send(CHOSEN);
  bundle.send({ type: 'secrets.drawn', ...DRAWN });
  bundle.send({ type: 'signaling.joined', peers: [], tags: [], seats: RECEIVERS_MAX });
  return bundle;
}

export const hear = (bundle: Bundle, envelope: Envelope): readonly BundleCommand[] =>
  bundle.send({ type: 'relay.received', envelope });

/** The tab's answer to a handshake. */
export const answer = (bundle: Bundle, session: string): Envelope => {
  const said = bundle.send({ type: 'entropy.drawn', session, ephemeral: freshEphemeral() });
  const relayed = said.find((command) => command.type === 'relay.send');
  if (relayed === undefined) throw new Error('no answer');
  return relayed.envelope;
};

/** Goes through a whole handshake, up to the hello, and waits until the tab forgets handshakes (N4). */
export function shakeHands(bundle: Bundle, stranger: Stranger): void {
  expect(hear(bundle, stranger.startHandshake())).toEqual([
    expect.objectContaining({ type: 'entropy.draw', session: stranger.session }),
  ]);
  stranger.receive(answer(bundle, stranger.session));
  bundle.elapse('handshakes');
}

export function comeIn(
  bundle: Bundle,
  stranger: Stranger,
  delivery: string,
  generation = 1,
): readonly BundleCommand[] {
  shakeHands(bundle, stranger);
  return hear(bundle, stranger.hello(delivery, generation));
}

/** The envelope with a bit of its tag changed. */
export const flip = (envelope: Envelope): Envelope => {
  const bytes = fromBase64Url(envelope.data);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  return { ...envelope, data: toBase64Url(bytes) };
};

/** N7: the message that tells a peer that its session is over. */
export const sessionEnd = ({ peer, session }: Stranger, seq: number): BundleCommand => ({
  type: 'relay.send',
  envelope: { peer, session, seq, data: '' },
});

export const types = (commands: readonly BundleCommand[]): readonly string[] =>
  commands.map(({ type }) => type);
